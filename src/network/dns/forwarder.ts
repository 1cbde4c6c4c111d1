/**
 * Asks the machine's own resolvers what is not ours to answer.
 *
 * Each question goes out under a random id from one of a few random ports; an answer counts only when
 * address, port, id and question are right. Questions that are under way already are joined.
 */

import {
  type Clock,
  type DatagramSocket,
  type Dialer,
  integerBelow,
  type Random,
  type SocketAddress,
  type SocketOpener,
} from "#base";
import { AnswerCache, type CacheOptions } from "./answer-cache.ts";
import type { DnsObserver } from "./observer.ts";
import { headerBytes, type Query } from "./query.ts";
import { answerBytesMax, type DnsRecord } from "./records.ts";
import { adaptMessage, parseUpstreamMessage, type UpstreamMessage } from "./upstream-message.ts";

export interface ForwarderDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly sockets: SocketOpener;
  readonly dialer: Pick<Dialer, "connectTcp">;
  readonly observer: DnsObserver;
}

export interface ForwarderOptions {
  /** Asked in order; the next one when one does not answer in time. */
  readonly upstreams: readonly SocketAddress[];
  readonly attemptMs: number;
  readonly attemptsMax: number;
  /** Questions under way at once; more are turned away. */
  readonly pendingMax: number;
  readonly portCount: number;
  readonly cache: CacheOptions;
}

export const forwarderDefaults = {
  attemptMs: 2_000,
  attemptsMax: 3,
  pendingMax: 1_000,
  portCount: 4,
} as const;

export interface UpstreamAnswer {
  readonly responseCode: number;
  readonly answers: readonly DnsRecord[];
}

export type Transport = "udp" | "tcp";

interface Pending {
  readonly question: Uint8Array;
  readonly upstream: SocketAddress;
  readonly resolve: (message: UpstreamMessage) => void;
}

export class Forwarder implements AsyncDisposable {
  readonly #deps: ForwarderDeps;
  readonly #options: ForwarderOptions;
  readonly #cache: AnswerCache;
  readonly #sockets: DatagramSocket[] = [];
  readonly #pending = new Map<string, Pending>();
  readonly #underWay = new Map<string, Promise<UpstreamMessage | undefined>>();

  constructor(deps: ForwarderDeps, options: ForwarderOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#cache = new AnswerCache(options.cache);
  }

  async open(): Promise<void> {
    for (let index = 0; index < this.#options.portCount; index++) {
      const take = (bytes: Uint8Array, from: SocketAddress) => this.#take(index, bytes, from);
      const local = { address: "0.0.0.0", port: 0 };
      this.#sockets.push(await this.#deps.sockets.bindUdp(local, take));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.splice(0)) await socket[Symbol.asyncDispose]();
  }

  isUpstream(address: string): boolean {
    return this.#options.upstreams.some((upstream) => upstream.address === address);
  }

  /** The answer as bytes for this very query; undefined when no upstream gives one. */
  async answer(query: Query, transport: Transport): Promise<Uint8Array | undefined> {
    const found = await this.#find(query, transport);
    if (found === undefined) return undefined;
    const bytesMax = answerBytesMax(query, transport);
    return adaptMessage(found.message, query, found.ageSeconds, bytesMax);
  }

  /** The addresses and aliases that a name has, with its response code. */
  async ask(query: Query): Promise<UpstreamAnswer | undefined> {
    const found = await this.#find(query, "udp");
    if (found === undefined) return undefined;
    const { message, ageSeconds } = found;
    const answers = message.answers.map((record) => ({
      ...record,
      ttl: Math.max(0, record.ttl - ageSeconds),
    }));
    return { responseCode: message.responseCode, answers };
  }

  async #find(query: Query, transport: Transport) {
    const key = cacheKeyOf(query);
    const cached = this.#cache.find(key, this.#deps.clock.elapsedMs());
    this.#deps.observer.lookedUp(lookupResult(cached?.message));
    if (cached !== undefined) return cached;
    const message = await this.#joinOrStart(`${transport} ${key}`, query, transport);
    if (message === undefined) return undefined;
    this.#cache.put(key, message, this.#deps.clock.elapsedMs());
    return { message, ageSeconds: 0 };
  }

  #joinOrStart(
    key: string,
    query: Query,
    transport: Transport,
  ): Promise<UpstreamMessage | undefined> {
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) return underWay;
    if (this.#underWay.size >= this.#options.pendingMax) return Promise.resolve(undefined);
    const asking = this.#askUpstreams(query, transport).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, asking);
    return asking;
  }

  async #askUpstreams(query: Query, transport: Transport): Promise<UpstreamMessage | undefined> {
    const { upstreams, attemptsMax } = this.#options;
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const upstream = upstreams[attempt % upstreams.length];
      if (upstream === undefined) return undefined;
      const startMs = this.#deps.clock.elapsedMs();
      const message =
        transport === "udp"
          ? await this.#askByUdp(query, upstream)
          : await this.#askByTcp(query, upstream);
      const durationMs = this.#deps.clock.elapsedMs() - startMs;
      const to = `${upstream.address}:${upstream.port}`;
      this.#deps.observer.forwarded(to, message?.responseCode, durationMs);
      // A server that failed or refuses may not be the only one.
      if (message !== undefined && ![2, 5].includes(message.responseCode)) return message;
    }
    return undefined;
  }

  #askByUdp(query: Query, upstream: SocketAddress): Promise<UpstreamMessage | undefined> {
    const { clock, random } = this.#deps;
    const index = integerBelow(random, this.#sockets.length);
    const id = this.#freeId(index);
    const key = pendingKey(index, id);
    return new Promise((resolve) => {
      const finish = (message: UpstreamMessage | undefined) => {
        timer[Symbol.dispose]();
        this.#pending.delete(key);
        resolve(message);
      };
      const timer = clock.schedule(this.#options.attemptMs, () => finish(undefined));
      this.#pending.set(key, { question: query.question, upstream, resolve: finish });
      this.#sockets[index]?.send(encodeUpstreamQuery(id, query), upstream);
    });
  }

  #freeId(socketIndex: number): number {
    while (true) {
      const [high = 0, low = 0] = this.#deps.random.bytes(2);
      const id = high * 256 + low;
      if (!this.#pending.has(pendingKey(socketIndex, id))) return id;
    }
  }

  #take(socketIndex: number, bytes: Uint8Array, from: SocketAddress): void {
    const key = pendingKey(socketIndex, ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0));
    const pending = this.#pending.get(key);
    if (pending === undefined) return;
    const { address, port } = pending.upstream;
    if (from.address !== address || from.port !== port) return;
    if (!repeatsQuestion(bytes, pending.question)) return;
    const message = parseUpstreamMessage(bytes);
    if (message !== undefined) pending.resolve(message);
  }

  async #askByTcp(query: Query, upstream: SocketAddress): Promise<UpstreamMessage | undefined> {
    const controller = new AbortController();
    const timer = this.#deps.clock.schedule(this.#options.attemptMs, () =>
      controller.abort(new Error("no answer in time")),
    );
    try {
      const bytes = await this.#exchangeByTcp(query, upstream, controller.signal);
      return bytes === undefined || !repeatsQuestion(bytes, query.question)
        ? undefined
        : parseUpstreamMessage(bytes);
    } catch {
      // Not reachable, or broke off: the next upstream has its turn.
      return undefined;
    } finally {
      timer[Symbol.dispose]();
    }
  }

  async #exchangeByTcp(
    query: Query,
    { address, port }: SocketAddress,
    signal: AbortSignal,
  ): Promise<Uint8Array | undefined> {
    await using connection = await this.#deps.dialer.connectTcp(address, port, signal);
    const asked = encodeUpstreamQuery(this.#freeId(0), query);
    const framed = new Uint8Array(asked.length + 2);
    framed.set([asked.length >> 8, asked.length & 0xff]);
    framed.set(asked, 2);
    await connection.send(framed);
    let received = new Uint8Array(0);
    for await (const bytes of connection.received) {
      signal.throwIfAborted();
      received = joined(received, bytes);
      const length = received.length < 2 ? undefined : readLength(received);
      if (length !== undefined && received.length >= length + 2) {
        return received.subarray(2, length + 2);
      }
    }
    return undefined;
  }
}

/** Upstreams may answer in one packet of this size. */
const upstreamUdpBytes = 1_232;

/** The question with recursion desired, and EDNS as the client wishes. */
function encodeUpstreamQuery(id: number, query: Query): Uint8Array {
  const end = headerBytes + query.question.length;
  const bytes = new Uint8Array(end + 11);
  bytes.set([id >> 8, id & 0xff, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 1]);
  bytes.set(query.question, headerBytes);
  const dnssec = query.edns?.dnssec === true ? 0x80 : 0;
  const size = [upstreamUdpBytes >> 8, upstreamUdpBytes & 0xff];
  bytes.set([0, 0, 41, ...size, 0, 0, dnssec, 0, 0, 0], end);
  return bytes;
}

function cacheKeyOf(query: Query): string {
  return `${query.type} ${query.classNumber} ${query.edns?.dnssec === true ? 1 : 0} ${query.name}`;
}

function pendingKey(socketIndex: number, id: number): string {
  return `${socketIndex} ${id}`;
}

/** The question must come back as it was sent, in the same spelling. */
function repeatsQuestion(bytes: Uint8Array, question: Uint8Array): boolean {
  if (bytes.length < headerBytes + question.length) return false;
  return question.every((byte, index) => bytes[headerBytes + index] === byte);
}

function readLength(bytes: Uint8Array): number {
  return ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}

function lookupResult(cached: UpstreamMessage | undefined): "hit" | "denial" | "miss" {
  if (cached === undefined) return "miss";
  return cached.answers.length > 0 ? "hit" : "denial";
}
