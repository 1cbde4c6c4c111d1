/**
 * Several instances that are told the same alerts and should not all tell them: they share what was
 * silenced and what was told, and each knows its place in the order in which they tell.
 *
 * Semantics: `cluster` package of Alertmanager 0.34. Nobody waits for a peer that is not there: when in
 * doubt a notification is sent twice rather than never.
 */
import { type Clock, type Logger, type Meters, type Random, sleep } from "#base";
import { ClusterMetrics } from "./cluster-metrics.ts";
import { type Gossip, type GossipOptions, openGossip } from "./gossip.ts";
import { LongMessages } from "./long-messages.ts";
import { addressText, socketAddressOf } from "./member.ts";
import { packetBytesMax } from "./packet.ts";
import { type LookUpHost, PeerFinder, type PeerFinderOptions } from "./peer-finder.ts";
import { encodePart, type SharedState, ExchangedStates } from "./exchanged-states.ts";
import type { OpenTransport } from "./transport.ts";

export interface ClusterDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly meters: Meters;
  readonly openTransport: OpenTransport;
  readonly lookUp: LookUpHost;
}

export interface ClusterOptions
  extends Omit<GossipOptions, "gossipFanOut" | "retransmitMultiplier">,
    PeerFinderOptions {
  /** After how long nobody waits for peers any more at the start. */
  readonly settleTimeoutMs: number;
}

/** Tells the others of a change. */
export type Tell = (change: Uint8Array) => void;

/** A settled cluster was of the same size so many times in a row. */
const settledPolls = 3;
/** How many gossip intervals lie between two looks at the size. */
const pollIntervals = 10;
const fanOutMin = 3;
const pruneIntervalMs = 15 * 60_000;
const leaveTimeoutMs = 10_000;

/** Opens the socket; `run` finds the others. */
export async function openCluster(deps: ClusterDeps, options: ClusterOptions): Promise<Cluster> {
  const metrics = new ClusterMetrics(deps.meters);
  const finder = new PeerFinder({ ...deps, metrics }, options);
  const states = new ExchangedStates(deps.log, metrics);
  const fanOut = Math.max(Math.floor(options.peers.length / 2), fanOutMin);
  const gossip = await openGossip(
    { ...deps, application: states, events: eventsOf(deps.log, metrics, finder) },
    { ...options, gossipFanOut: fanOut, retransmitMultiplier: fanOut },
  );
  return new Cluster({ ...deps, metrics, finder, states, gossip }, options);
}

export class Cluster implements AsyncDisposable {
  readonly #deps: ClusterDeps & ClusterParts;
  readonly #options: ClusterOptions;
  readonly #stopping = new AbortController();
  readonly #settled = Promise.withResolvers<void>();
  #isSettled = false;

  constructor(deps: ClusterDeps & ClusterParts, options: ClusterOptions) {
    const { gossip, finder } = deps;
    this.#deps = deps;
    this.#options = options;
    deps.metrics.observe(this.name, {
      memberCount: () => gossip.membership.present().length,
      position: () => this.position,
      healthScore: () => gossip.health.score,
      queuedCount: () => gossip.queuedCount,
      lostCount: () => finder.lostCount,
    });
  }

  get name(): string {
    return this.#options.name;
  }

  get status(): "ready" | "settling" {
    return this.#isSettled ? "ready" : "settling";
  }

  /** How many tell before this one: members have their turns by their names. */
  get position(): number {
    return this.peers().findIndex(({ name }) => name === this.name);
  }

  /** Where it listens. */
  get local() {
    return this.#deps.gossip.local;
  }

  /** All members by name, this one among them. */
  peers(): readonly { readonly name: string; readonly address: string }[] {
    return this.#deps.gossip.membership
      .present()
      .map(({ name, address }) => ({ name, address: addressText(socketAddressOf(address)) }))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Has a state in common with the others from now on; call it before `run`. */
  share(state: SharedState): Tell {
    const { states, gossip, metrics } = this.#deps;
    states.add(state);
    const long = new LongMessages(this.#deps, metrics.longMessages(state.key));
    return (change) => {
      const message = encodePart(state.key, change);
      if (isLong(message.length)) long.add(message, this.#stopping.signal);
      else gossip.broadcast(message);
    };
  }

  /** Resolves once the others are known, or will not be. Rejects when the signal aborts before. */
  async settled(signal: AbortSignal): Promise<void> {
    if (this.#isSettled) return;
    const { promise, reject } = Promise.withResolvers<void>();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await Promise.race([this.#settled.promise, promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Takes part until the signal aborts, and then says that it goes. */
  async run(signal: AbortSignal): Promise<void> {
    const { gossip, finder } = this.#deps;
    const stopping = AbortSignal.any([signal, this.#stopping.signal]);
    const finding = async () => {
      await finder.join(gossip, stopping);
      await Promise.all([finder.run(gossip, stopping), this.#settle(stopping)]);
    };
    try {
      await Promise.all([gossip.run(stopping), finding(), this.#prune(stopping)]);
    } catch (error) {
      if (!stopping.aborted) {
        // Nobody may wait for others on account of a cluster that is broken.
        this.#markSettled();
        throw error;
      }
    }
    if (signal.aborted) await gossip.leave(leaveTimeoutMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#deps.gossip[Symbol.asyncDispose]();
  }

  /** Waits until the cluster does not grow any more. */
  async #settle(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    const pollMs = this.#options.gossipIntervalMs * pollIntervals;
    const startedMs = clock.elapsedMs();
    const isLate = () => clock.elapsedMs() - startedMs >= this.#options.settleTimeoutMs;
    log.info("waiting for gossip to settle", { interval: pollMs });
    let before = 0;
    let same = 0;
    while (!isLate() && same <= settledPolls) {
      const restMs = this.#options.settleTimeoutMs - (clock.elapsedMs() - startedMs);
      await sleep(clock, Math.min(pollMs, restMs), signal);
      const now = this.peers().length;
      same = now === before ? same + 1 : 0;
      before = now;
    }
    this.#markSettled();
    const elapsed = clock.elapsedMs() - startedMs;
    const message =
      same > settledPolls ? "gossip settled" : "gossip not settled, continuing anyway";
    log.info(message, { peers: before, elapsed });
  }

  #markSettled(): void {
    this.#isSettled = true;
    this.#settled.resolve();
  }

  async #prune(signal: AbortSignal): Promise<void> {
    const { clock, gossip, metrics } = this.#deps;
    while (!signal.aborted) {
      await sleep(clock, pruneIntervalMs, signal);
      metrics.pruned.add(gossip.prune());
    }
  }
}

/** Whether a message of this size goes over connections: nothing else would fit beside it into a datagram. */
export function isLong(bytes: number): boolean {
  return bytes > packetBytesMax / 2;
}

interface ClusterParts {
  readonly metrics: ClusterMetrics;
  readonly finder: PeerFinder;
  readonly states: ExchangedStates;
  readonly gossip: Gossip;
}

function eventsOf(
  log: Logger,
  metrics: ClusterMetrics,
  finder: PeerFinder,
): Parameters<typeof openGossip>[0]["events"] {
  return {
    onJoined: (member) => {
      finder.joined(member);
      metrics.joined.add();
      log.debug("peer joined", { peer: member.name });
    },
    onLeft: (member) => {
      finder.left(member);
      metrics.left.add();
      log.debug("peer left", { peer: member.name });
    },
    onUpdated: () => metrics.updated.add(),
    onConflict: ({ name }) => {
      metrics.conflicts.add();
      log.warn("found conflicting peer names", { peer: name });
    },
    onAlive: (name) => metrics.alive(name),
    onAnswered: ({ name }, durationMs) => metrics.answered(name, durationMs),
    onSent: (bytes) => metrics.sent("update", bytes),
  };
}
