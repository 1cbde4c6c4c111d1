/** The sockets of the DNS server: one UDP and one TCP for each address. */

import type { Clock, Connection, Logger, SocketAddress, SocketOpener } from "#base";
import type { Transport } from "./forwarder.ts";
import type { DnsExchange, DnsObserver } from "./observer.ts";
import type { Answered } from "./resolver.ts";

export interface DnsServerDeps {
  readonly clock: Clock;
  readonly sockets: SocketOpener;
  readonly log: Logger;
  readonly observer: DnsObserver;
}

export interface DnsServerOptions {
  readonly addresses: readonly string[];
  /** 53 but in tests. */
  readonly port: number;
  /** Answers under way at once by UDP; more questions are dropped, so that clients ask again. */
  readonly pendingMax: number;
  readonly connectionsMax: number;
  /** A TCP connection ends after this long, whatever its client does. */
  readonly connectionMs: number;
}

/** How queries are answered: `Resolver.answer`. */
export type Answer = (bytes: Uint8Array, client: string, transport: Transport) => Answered;

/** Where a server really listens. */
export interface DnsServer extends AsyncDisposable {
  readonly addresses: readonly SocketAddress[];
}

export async function openDnsServer(
  deps: DnsServerDeps,
  options: DnsServerOptions,
  answer: Answer,
): Promise<DnsServer> {
  await using scope = new AsyncDisposableStack();
  const traffic = new DnsTraffic(deps, options, answer);
  const addresses: SocketAddress[] = [];
  for (const address of options.addresses) {
    // TCP first: when the system picks the port, far fewer of those are taken by UDP.
    const listener = await deps.sockets.listenTcp(
      { address, port: options.port },
      (connection, peer) => traffic.takeConnection(connection, peer.address),
    );
    scope.use(listener);
    const { local } = listener;
    const datagrams = await deps.sockets.bindUdp(local, (bytes, from, socket) =>
      traffic.takeDatagram(bytes, from, (response) => socket.send(response, from)),
    );
    scope.use(datagrams);
    addresses.push(local);
  }
  const owned = scope.move();
  return { addresses, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

class DnsTraffic {
  readonly #deps: DnsServerDeps;
  readonly #options: DnsServerOptions;
  readonly #answer: Answer;
  #pendingCount = 0;
  #connectionCount = 0;

  constructor(deps: DnsServerDeps, options: DnsServerOptions, answer: Answer) {
    this.#deps = deps;
    this.#options = options;
    this.#answer = answer;
  }

  takeDatagram(
    bytes: Uint8Array,
    from: SocketAddress,
    respond: (response: Uint8Array) => void,
  ): void {
    const startMs = this.#deps.clock.elapsedMs();
    const answered = this.#answer(bytes, from.address, "udp");
    if (answered === undefined) return;
    const exchange = { transport: "udp", client: from.address, query: bytes } as const;
    const send = (response: Uint8Array) => {
      this.#observe({ ...exchange, response }, startMs);
      respond(response);
    };
    if (answered instanceof Uint8Array) {
      send(answered);
      return;
    }
    if (this.#pendingCount >= this.#options.pendingMax) return;
    this.#pendingCount++;
    answered
      .then(send, (error: unknown) => this.#deps.log.error("answering a query", error))
      .finally(() => this.#pendingCount--);
  }

  takeConnection(connection: Connection, client: string): void {
    if (this.#connectionCount >= this.#options.connectionsMax) {
      void connection[Symbol.asyncDispose]();
      return;
    }
    this.#connectionCount++;
    this.#serve(connection, client)
      .catch((error: unknown) =>
        this.#deps.log.debug("DNS connection broke off", { client, reason: String(error) }),
      )
      .finally(() => this.#connectionCount--);
  }

  #observe(exchange: Omit<DnsExchange, "durationMs">, startMs: number): void {
    const { clock, observer } = this.#deps;
    observer.answered({ ...exchange, durationMs: clock.elapsedMs() - startMs });
  }

  /** Queries of one connection, each after its length, answered in order. */
  async #serve(connection: Connection, client: string): Promise<void> {
    await using scope = new AsyncDisposableStack();
    scope.use(connection);
    const close = () => void scope.disposeAsync();
    using _timer = this.#deps.clock.schedule(this.#options.connectionMs, close);
    let rest: Uint8Array = new Uint8Array(0);
    for await (const chunk of connection.received) {
      rest = joinedBytes(rest, chunk);
      while (true) {
        const length = ((rest[0] ?? 0) << 8) | (rest[1] ?? 0);
        if (rest.length < 2 || rest.length < length + 2) break;
        const startMs = this.#deps.clock.elapsedMs();
        const query = rest.slice(2, length + 2);
        const response = await this.#answer(query, client, "tcp");
        rest = rest.subarray(length + 2);
        if (response === undefined) return;
        this.#observe({ transport: "tcp", client, query, response }, startMs);
        await connection.send(framed(response));
      }
    }
    await connection.finish();
  }
}

function framed(bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(bytes.length + 2);
  frame.set([bytes.length >> 8, bytes.length & 0xff]);
  frame.set(bytes, 2);
  return frame;
}

function joinedBytes(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length === 0) return right;
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}
