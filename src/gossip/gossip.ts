/**
 * One member of a cluster that speaks memberlist's protocol: it finds the others by any of them, asks
 * them in turn whether they are there, tells them news by datagrams, a few at a time, and exchanges the
 * whole state with one of them now and then, so that nothing is missed for good.
 */
import {
  type Clock,
  type Connection,
  describeError,
  type Logger,
  type Random,
  sleep,
  type SocketAddress,
} from "#base";
import type { GossipApplication } from "./application.ts";
import { AwaitedAnswers } from "./awaited-answers.ts";
import { BroadcastQueue } from "./broadcast-queue.ts";
import { chosen } from "./choice.ts";
import { GossipError } from "./gossip-error.ts";
import { Health } from "./health.ts";
import { type Member, ownVersions, readsChecksums, socketAddressOf } from "./member.ts";
import { Membership } from "./membership.ts";
import {
  encodeMessage,
  type IndirectPing,
  type Message,
  type Origin,
  type Ping,
  type WireAddress,
} from "./message.ts";
import {
  compoundEntryBytes,
  compoundHeaderBytes,
  encodeLabel,
  packetBytesMax,
  packMessages,
  unpackPacket,
} from "./packet.ts";
import { Prober } from "./prober.ts";
import { pushPullMs, transmitsMax } from "./scaling.ts";
import { StreamExchange } from "./stream-exchange.ts";
import type { GossipTransport, OpenTransport } from "./transport.ts";

export interface GossipDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly openTransport: OpenTransport;
  readonly application: GossipApplication;
  readonly events: GossipEvents;
}

/** Hears what happens, to count and to log it. */
interface GossipEvents {
  readonly onJoined: (member: Member) => void;
  readonly onLeft: (member: Member) => void;
  readonly onUpdated: (member: Member) => void;
  /** Another one has the name of a member, and is not heard. */
  readonly onConflict: (known: Member) => void;
  /** A member is said to be there. */
  readonly onAlive: (name: string) => void;
  readonly onAnswered: (member: Member, durationMs: number) => void;
  /** A message of the application goes out once more. */
  readonly onSent: (bytes: number) => void;
}

export interface GossipOptions {
  readonly name: string;
  /** Where to listen; port 0 takes a free one. */
  readonly listen: SocketAddress;
  /** Where others reach us, given where we really listen. */
  readonly advertise: (local: SocketAddress) => WireAddress;
  /** Only members with the same label hear each other; empty for none. */
  readonly label: string;
  readonly gossipIntervalMs: number;
  /** How many members are told news at a time. */
  readonly gossipFanOut: number;
  /** Messages of the application are sent so often, times the order of magnitude of the cluster. */
  readonly retransmitMultiplier: number;
  readonly pushPullIntervalMs: number;
  readonly probeIntervalMs: number;
  readonly probeTimeoutMs: number;
  readonly tcpTimeoutMs: number;
}

/** News of members are sent so often, times the order of magnitude of the cluster. */
const newsMultiplier = 4;
/** More messages than that wait for nobody. */
const messagesQueuedMax = 4_096;
const userTypeBytes = 1;

/** Begins to listen; `run` does the rest. */
export async function openGossip(deps: GossipDeps, options: GossipOptions): Promise<Gossip> {
  const opened: { gossip?: Gossip } = {};
  const transport = await deps.openTransport(options.listen, {
    onPacket: (bytes, from) => opened.gossip?.takePacket(bytes, from),
    onConnection: (connection) => {
      if (opened.gossip === undefined) void connection[Symbol.asyncDispose]();
      else opened.gossip.takeConnection(connection);
    },
  });
  opened.gossip = new Gossip({ ...deps, transport }, options);
  return opened.gossip;
}

export class Gossip implements AsyncDisposable {
  readonly membership: Membership;
  readonly health = new Health();
  readonly #deps: Omit<GossipDeps, "openTransport"> & { readonly transport: GossipTransport };
  readonly #options: GossipOptions;
  readonly #self: Origin;
  readonly #label: Uint8Array;
  readonly #answers: AwaitedAnswers;
  readonly #streams: StreamExchange;
  readonly #news: BroadcastQueue;
  readonly #messages: BroadcastQueue;
  #gossipTimer: Disposable | undefined = undefined;

  constructor(
    deps: Omit<GossipDeps, "openTransport"> & { readonly transport: GossipTransport },
    options: GossipOptions,
  ) {
    const { clock, random, events, transport } = deps;
    this.#deps = deps;
    this.#options = options;
    this.#label = encodeLabel(options.label);
    this.#answers = new AwaitedAnswers(clock);
    const address = options.advertise(transport.local);
    this.#self = { ...address, name: options.name };
    this.membership = new Membership(
      {
        clock,
        random,
        ...events,
        onNews: (subject, news) => {
          if (news.kind === "alive") events.onAlive(subject);
          this.#spread(this.#news, { bytes: encodeMessage(news), subject });
        },
        onRefuted: () => this.health.change(1),
      },
      {
        self: { name: options.name, address, versions: ownVersions },
        probeIntervalMs: options.probeIntervalMs,
      },
    );
    const size = () => this.membership.list().length;
    this.#news = new BroadcastQueue(() => transmitsMax(newsMultiplier, size()));
    this.#messages = new BroadcastQueue(() => transmitsMax(options.retransmitMultiplier, size()));
    const label = this.#label;
    const streams = { ...deps, membership: this.membership };
    this.#streams = new StreamExchange(streams, { label, timeoutMs: options.tcpTimeoutMs });
    events.onJoined(this.membership.self);
  }

  /** Where it listens. */
  get local(): SocketAddress {
    return this.#deps.transport.local;
  }

  /** Messages that are still to be sent. */
  get queuedCount(): number {
    return this.#messages.size;
  }

  /** Watches over the others and exchanges states until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#deps;
    const prober = new Prober(
      {
        clock,
        random,
        membership: this.membership,
        answers: this.#answers,
        health: this.health,
        send: (to, messages) => this.#sendTo(to, messages),
        pingByStream: (to, sequence, timeoutMs) => this.#streams.ping(to, sequence, timeoutMs),
        onAnswered: this.#deps.events.onAnswered,
      },
      {
        self: this.#self,
        intervalMs: this.#options.probeIntervalMs,
        timeoutMs: this.#options.probeTimeoutMs,
      },
    );
    try {
      await Promise.all([prober.run(signal), this.#exchangeStates(signal)]);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Exchanges the whole state with whoever is there. Rejects when nobody is, or no member is. */
  async join(address: SocketAddress, signal: AbortSignal): Promise<void> {
    await this.#streams.pushPull(address, "join", signal);
  }

  /** Tells everybody by and by. For short messages: they have to fit into a datagram. */
  broadcast(message: Uint8Array): void {
    this.#spread(this.#messages, { bytes: message });
  }

  /** Tells one member over a connection. Rejects when it cannot be reached. */
  async tell(member: Member, message: Uint8Array, signal: AbortSignal): Promise<void> {
    await this.#streams.tell(member, message, signal);
  }

  /** Lets go of messages that wait for too long; how many these were. */
  prune(): number {
    return this.#messages.prune(messagesQueuedMax);
  }

  /** Says that we go, and resolves when others have heard it or the time is over. */
  async leave(timeoutMs: number): Promise<void> {
    const { clock } = this.#deps;
    this.membership.leave();
    if (this.membership.audience().length === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    using _timer = clock.schedule(timeoutMs, resolve);
    this.#spread(this.#news, {
      bytes: encodeMessage({ kind: "dead", from: this.#self.name, ...this.membership.self }),
      subject: this.#self.name,
      onDone: resolve,
    });
    await promise;
  }

  takePacket(bytes: Uint8Array, from: SocketAddress): void {
    try {
      const { messages, problems } = unpackPacket(bytes, this.#label);
      for (const problem of problems) this.#refused(problem, from);
      for (const message of messages) this.#take(message, from);
    } catch (error) {
      // Anybody can send us a datagram.
      if (!(error instanceof GossipError)) throw error;
      this.#refused(error.message, from);
    }
  }

  takeConnection(connection: Connection): void {
    this.#streams.serve(connection);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#gossipTimer?.[Symbol.dispose]();
    this.#answers[Symbol.dispose]();
    this.membership[Symbol.dispose]();
    await this.#deps.transport[Symbol.asyncDispose]();
  }

  #refused(why: string, from: SocketAddress): void {
    this.#deps.log.debug("packet refused", { why, from: from.address });
  }

  #take(message: Message, from: SocketAddress): void {
    switch (message.kind) {
      case "ping":
        this.#answer(message, from);
        return;
      case "indirectPing":
        this.#relay(message, from);
        return;
      case "ack":
      case "nack":
        this.#answers.take(message);
        return;
      case "user":
        this.#deps.application.take(message.bytes);
        return;
      default:
        this.membership.take(message);
    }
  }

  #answer({ target, sequence, origin }: Ping, from: SocketAddress): void {
    // Another one had our address before, or has it in another cluster.
    if (target !== "" && target !== this.#self.name) return;
    this.#send(originOf(origin, from), [{ kind: "ack", sequence }]);
  }

  /** Asks in the place of somebody whom the asked one did not answer. */
  #relay(
    { sequence, target, address, wantsNack, origin }: IndirectPing,
    from: SocketAddress,
  ): void {
    const asker = originOf(origin, from);
    const own = this.#answers.expect(this.#options.probeTimeoutMs, {
      onAck: () => this.#send(asker, [{ kind: "ack", sequence }]),
      onNack: () => {},
      onTimeout: () => {
        if (wantsNack) this.#send(asker, [{ kind: "nack", sequence }]);
      },
    });
    const ping = { kind: "ping", sequence: own, target, origin: this.#self } as const;
    this.#send(socketAddressOf(address), [ping]);
  }

  async #exchangeStates(signal: AbortSignal): Promise<void> {
    const { clock, random, log } = this.#deps;
    const intervalMs = this.#options.pushPullIntervalMs;
    if (intervalMs <= 0) return;
    await sleep(clock, random.fraction() * intervalMs, signal);
    while (!signal.aborted) {
      await sleep(clock, pushPullMs(intervalMs, this.membership.list().length), signal);
      const others = this.membership
        .present()
        .filter(({ name, state }) => name !== this.#self.name && state === "alive");
      const [other] = chosen(random, others, 1);
      if (other === undefined) continue;
      try {
        await this.#streams.pushPull(socketAddressOf(other.address), "anti-entropy", signal);
      } catch (error) {
        // The next one may be there; the prober finds out about this one.
        if (signal.aborted) return;
        log.debug("exchanging states failed", { peer: other.name, error: describeError(error) });
      }
    }
  }

  #spread(queue: BroadcastQueue, broadcast: Parameters<BroadcastQueue["add"]>[0]): void {
    queue.add(broadcast);
    this.#scheduleGossip();
  }

  #scheduleGossip(): void {
    const { gossipIntervalMs } = this.#options;
    this.#gossipTimer ??= this.#deps.clock.schedule(gossipIntervalMs, () => this.#gossip());
  }

  #gossip(): void {
    this.#gossipTimer = undefined;
    const audience = this.membership.audience();
    // Nobody is there. Whoever comes gets the whole state first.
    if (audience.length === 0) this.#forgetBroadcasts();
    for (const member of chosen(this.#deps.random, audience, this.#options.gossipFanOut)) {
      const broadcasts = this.#takeBroadcasts(this.#roomFor([]));
      if (broadcasts.length > 0) this.#sendPacket(member, broadcasts);
    }
    if (this.#news.size + this.#messages.size > 0) this.#scheduleGossip();
  }

  #forgetBroadcasts(): void {
    this.#news.prune(0);
    this.#messages.prune(0);
  }

  /** What fits: news of members first, then messages. */
  #takeBroadcasts(bytesMax: number): readonly Uint8Array[] {
    const news = this.#news.take(compoundEntryBytes, bytesMax);
    const usedBytes = news.reduce((sum, { length }) => sum + compoundEntryBytes + length, 0);
    const overheadBytes = compoundEntryBytes + userTypeBytes;
    const messages = this.#messages.take(overheadBytes, bytesMax - usedBytes);
    for (const { length } of messages) this.#deps.events.onSent(length);
    return [...news, ...messages.map((bytes) => encodeMessage({ kind: "user", bytes }))];
  }

  #roomFor(messages: readonly Uint8Array[]): number {
    const used = messages.reduce((sum, { length }) => sum + compoundEntryBytes + length, 0);
    return packetBytesMax - this.#label.length - compoundHeaderBytes - used;
  }

  #sendTo(member: Member, messages: readonly Message[]): void {
    this.#sendPacket(member, messages.map(encodeMessage));
  }

  /** Sends to whoever is there, with news in the room that is left. */
  #send(to: SocketAddress, messages: readonly Message[]): void {
    const encoded = messages.map(encodeMessage);
    const extra = this.#takeBroadcasts(this.#roomFor(encoded));
    const header = { label: this.#label, isChecked: false };
    this.#deps.transport.sendPacket(packMessages([...encoded, ...extra], header), to);
  }

  #sendPacket(to: Member, messages: readonly Uint8Array[]): void {
    const header = { label: this.#label, isChecked: readsChecksums(to) };
    const address = socketAddressOf(to.address);
    this.#deps.transport.sendPacket(packMessages(messages, header), address);
  }
}

/** Where the answer goes: where the asker says, or where the question came from. */
function originOf(origin: Origin | undefined, from: SocketAddress): SocketAddress {
  return origin === undefined ? from : socketAddressOf(origin);
}
