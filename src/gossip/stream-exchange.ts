/** Conversations over connections, each of one question and one answer within a time. */
import { type Clock, type Connection, describeError, type Logger, type SocketAddress } from "#base";
import type { GossipApplication } from "./application.ts";
import { GossipError } from "./gossip-error.ts";
import { type Member, socketAddressOf } from "./member.ts";
import type { Membership } from "./membership.ts";
import { encodeMessage } from "./message.ts";
import { joined } from "./msgpack.ts";
import {
  encodeLongMessage,
  encodeWholeState,
  readStreamMessage,
  type StreamMessage,
  type WholeState,
} from "./stream-message.ts";
import type { GossipTransport } from "./transport.ts";

export interface StreamExchangeDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly transport: GossipTransport;
  readonly membership: Membership;
  readonly application: GossipApplication;
}

/** So many connections are served at a time. */
const servedMax = 128;

export class StreamExchange {
  readonly #deps: StreamExchangeDeps;
  readonly #options: { readonly label: Uint8Array; readonly timeoutMs: number };
  #servedCount = 0;

  constructor(
    deps: StreamExchangeDeps,
    options: { readonly label: Uint8Array; readonly timeoutMs: number },
  ) {
    this.#deps = deps;
    this.#options = options;
  }

  /** Answers whoever has connected, and disposes of the connection. */
  serve(connection: Connection): void {
    if (this.#servedCount >= servedMax) {
      void connection[Symbol.asyncDispose]();
      return;
    }
    this.#servedCount++;
    this.#answer(connection)
      .catch((error: unknown) => {
        // Anybody can connect to us, and any connection can break.
        this.#deps.log.debug("connection failed", { error: describeError(error) });
      })
      .finally(() => this.#servedCount--);
  }

  /** Gives our state for another one's. Rejects when there is none to be had. */
  async pushPull(
    address: SocketAddress,
    reason: "join" | "anti-entropy",
    signal: AbortSignal,
  ): Promise<void> {
    const ours = encodeWholeState(this.#wholeState(reason === "join"));
    const answer = await this.#ask(address, ours, { timeoutMs: this.#options.timeoutMs, signal });
    if (answer.kind === "problem") throw new GossipError(`remote error: ${answer.text}`);
    if (answer.kind !== "pushPull") throw new GossipError("answer is no state");
    this.#merge(answer);
  }

  async tell(member: Member, message: Uint8Array, signal: AbortSignal): Promise<void> {
    const { timeoutMs } = this.#options;
    const address = socketAddressOf(member.address);
    await this.#within(address, { timeoutMs, signal }, async (connection) => {
      await this.#send(connection, encodeLongMessage(message));
      await connection.finish();
    });
  }

  /** Whether it answers in time. Never rejects. */
  async ping(member: Member, sequence: number, timeoutMs: number): Promise<boolean> {
    const { signal } = new AbortController();
    const ping = { kind: "ping", sequence, target: member.name, origin: undefined } as const;
    const address = socketAddressOf(member.address);
    try {
      const answer = await this.#ask(address, encodeMessage(ping), { timeoutMs, signal });
      return answer.kind === "ack" && answer.sequence === sequence;
    } catch (error) {
      // Not there, which is what was asked.
      this.#deps.log.debug("no answer", { peer: member.name, error: describeError(error) });
      return false;
    }
  }

  #ask(
    address: SocketAddress,
    question: Uint8Array,
    limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<StreamMessage> {
    return this.#within(address, limits, async (connection) => {
      await this.#send(connection, question);
      return await readStreamMessage(connection.received, this.#options.label);
    });
  }

  async #within<T>(
    address: SocketAddress,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
    talk: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const { clock, transport } = this.#deps;
    const late = new AbortController();
    using _deadline = clock.schedule(timeoutMs, () => late.abort(new Error("timed out")));
    const either = AbortSignal.any([signal, late.signal]);
    await using connection = await transport.connect(address, either);
    const hangUp = () => void connection[Symbol.asyncDispose]();
    either.addEventListener("abort", hangUp, { once: true });
    return await talk(connection);
  }

  async #answer(connection: Connection): Promise<void> {
    await using _connection = connection;
    const { clock, membership, application } = this.#deps;
    const { label, timeoutMs } = this.#options;
    using _deadline = clock.schedule(timeoutMs, () => void connection[Symbol.asyncDispose]());
    const asked = await readStreamMessage(connection.received, label);
    switch (asked.kind) {
      case "pushPull":
        await this.#send(connection, encodeWholeState(this.#wholeState(asked.isJoin)));
        await connection.finish();
        this.#merge(asked);
        return;
      case "user":
        application.take(asked.bytes);
        return;
      case "ping":
        if (asked.target !== "" && asked.target !== membership.self.name) return;
        await this.#send(connection, encodeMessage({ kind: "ack", sequence: asked.sequence }));
        await connection.finish();
        return;
      default:
        throw new GossipError(`unexpected ${asked.kind}`);
    }
  }

  #send(connection: Connection, message: Uint8Array): Promise<void> {
    return connection.send(joined([this.#options.label, message]));
  }

  #wholeState(isJoin: boolean): WholeState {
    const { membership, application } = this.#deps;
    return { isJoin, members: membership.list(), application: application.localState() };
  }

  #merge({ members, application }: WholeState): void {
    this.#deps.membership.merge(members);
    if (application.length > 0) this.#deps.application.mergeState(application);
  }
}
