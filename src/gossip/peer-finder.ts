/** Finds the other instances at the start, and those again that were lost. */
import { type Clock, describeError, type Logger, type SocketAddress, sleep } from "#base";
import type { ClusterMetrics } from "./cluster-metrics.ts";
import type { Gossip } from "./gossip.ts";
import { addressText, type Member, socketAddressOf } from "./member.ts";

/** The addresses of a host name; rejects or gives none when it has none. */
export type LookUpHost = (host: string) => Promise<readonly string[]>;

export interface PeerFinderDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly lookUp: LookUpHost;
  readonly metrics: ClusterMetrics;
}

export interface PeerFinderOptions {
  /** Where peers are looked for at first. */
  readonly peers: readonly PeerAddress[];
  /** How long their names are waited for. */
  readonly resolveTimeoutMs: number;
  /** How often lost peers are tried again; 0 never. */
  readonly reconnectIntervalMs: number;
  /** When a lost peer is given up; 0 never. */
  readonly reconnectTimeoutMs: number;
}

export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

interface LostPeer {
  readonly address: SocketAddress;
  readonly sinceMs: number;
}

const refreshMs = 15_000;

export class PeerFinder {
  readonly #deps: PeerFinderDeps;
  readonly #options: PeerFinderOptions;
  /** By address. */
  readonly #lost = new Map<string, LostPeer>();

  constructor(deps: PeerFinderDeps, options: PeerFinderOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  get lostCount(): number {
    return this.#lost.size;
  }

  joined({ address }: Member): void {
    this.#lost.delete(addressText(socketAddressOf(address)));
  }

  left(member: Member): void {
    this.#note(socketAddressOf(member.address));
  }

  /** Tries all configured peers once. That nobody is there yet is no failure: somebody is the first. */
  async join(gossip: Gossip, signal: AbortSignal): Promise<void> {
    const { log } = this.#deps;
    const addresses = await this.#strangers(gossip);
    for (const address of addresses) this.#note(address);
    const joined = await Promise.all(
      addresses.map(async (address) => {
        try {
          await gossip.join(address, signal);
          return true;
        } catch (error) {
          log.debug("failed to join", { addr: addressText(address), error: describeError(error) });
          return false;
        }
      }),
    );
    if (addresses.length > 0 && !joined.includes(true)) log.warn("failed to join cluster");
    else log.debug("joined cluster", { peers: joined.filter((isJoined) => isJoined).length });
  }

  /** Looks for peers that are missing until the signal aborts. */
  async run(gossip: Gossip, signal: AbortSignal): Promise<void> {
    const { reconnectIntervalMs } = this.#options;
    const reconnecting =
      reconnectIntervalMs > 0
        ? this.#every(reconnectIntervalMs, () => this.#reconnect(gossip, signal), signal)
        : undefined;
    const refreshing = this.#every(refreshMs, () => this.#refresh(gossip, signal), signal);
    await Promise.all([reconnecting, refreshing]);
  }

  async #every(intervalMs: number, act: () => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.#deps.clock, intervalMs, signal);
      await act();
    }
  }

  async #reconnect(gossip: Gossip, signal: AbortSignal): Promise<void> {
    const { clock, metrics } = this.#deps;
    const { reconnectTimeoutMs } = this.#options;
    const counts = { done: metrics.reconnected, failed: metrics.reconnectionsFailed };
    for (const [text, { address, sinceMs }] of this.#lost) {
      const isGivenUp = reconnectTimeoutMs > 0 && clock.elapsedMs() - sinceMs >= reconnectTimeoutMs;
      if (isGivenUp) this.#lost.delete(text);
      else await this.#tryToJoin(gossip, { address, counts }, signal);
    }
  }

  /** Names may lead elsewhere by now. */
  async #refresh(gossip: Gossip, signal: AbortSignal): Promise<void> {
    const { metrics } = this.#deps;
    const counts = { done: metrics.refreshed, failed: metrics.refreshesFailed };
    for (const address of await this.#strangers(gossip)) {
      await this.#tryToJoin(gossip, { address, counts }, signal);
    }
  }

  async #tryToJoin(
    gossip: Gossip,
    { address, counts }: { readonly address: SocketAddress; readonly counts: JoinCounts },
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await gossip.join(address, signal);
      this.#lost.delete(addressText(address));
      counts.done.add();
    } catch (error) {
      // Tried again in a while.
      if (signal.aborted) return;
      counts.failed.add();
      const peer = addressText(address);
      this.#deps.log.debug("peer is not there", { addr: peer, error: describeError(error) });
    }
  }

  #note(address: SocketAddress): void {
    const sinceMs = this.#deps.clock.elapsedMs();
    this.#lost.set(addressText(address), { address, sinceMs });
  }

  /** Where peers should be that are no members, ourselves not among them. */
  async #strangers(gossip: Gossip): Promise<readonly SocketAddress[]> {
    const members = gossip.membership.present();
    const known = new Set(members.map(({ address }) => addressText(socketAddressOf(address))));
    const found = await Promise.all(this.#options.peers.map((peer) => this.#addressesOf(peer)));
    const strangers = found.flat().map((address) => [addressText(address), address] as const);
    return [...new Map(strangers.filter(([text]) => !known.has(text))).values()];
  }

  async #addressesOf({ host, port }: PeerAddress): Promise<readonly SocketAddress[]> {
    const { clock, log, lookUp } = this.#deps;
    const { promise: late, resolve } = Promise.withResolvers<readonly string[]>();
    using _timer = clock.schedule(this.#options.resolveTimeoutMs, () => resolve([]));
    try {
      const addresses = await Promise.race([lookUp(host), late]);
      return addresses.map((address) => ({ address, port }));
    } catch (error) {
      // The name may come into being later.
      log.debug("peer has no address", { peer: host, error: describeError(error) });
      return [];
    }
  }
}

interface JoinCounts {
  readonly done: { add(): void };
  readonly failed: { add(): void };
}
