/**
 * What a kind of receiver is: the options it has, what it takes over from `global`, and how it tells.
 * Each kind is a file beside this one; none knows another.
 */
import type { Clock, Disk, Logger, Random, SecureDialer } from "#base";
import { describeError } from "#base";
import type { HttpClient } from "#outbound";
import {
  bool,
  field,
  type HttpClientConfig,
  httpClientType,
  list,
  optional,
  type Part,
  type Secret,
  shownField,
  type StructType,
  type YamlType,
} from "#promconfig";
import type { GlobalConfig } from "../config/global-config.ts";
import { type Notification, SendError } from "../notify/integration.ts";
import { Message, type MessageDeps } from "./message.ts";

export interface ReceiverKind<C extends ReceiverOptions> {
  /** As in metrics and in the notification log: `slack`. */
  readonly name: string;
  readonly type: StructType<C>;
  /** The options with what they take over. Text says what is missing, in upstream's words. */
  complete(config: C, global: GlobalConfig): C | string;
  /** The way to tell somebody. What it holds on to, such as a token, it holds from then on. */
  open(config: C, deps: ReceiverDeps): Tell;
}

/** Resolves when it is told; rejects with a `SendError`. */
export type Tell = (message: Message, signal: AbortSignal) => Promise<void>;

export interface ReceiverOptions {
  readonly sendsResolved: boolean;
}

/** Of a receiver that is told over HTTP. */
export interface HttpReceiverOptions extends ReceiverOptions {
  /** Undefined where the file says nothing; those of `global`, once completed. */
  readonly http: HttpClientConfig | undefined;
}

export interface ReceiverDeps extends MessageDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly disk: Pick<Disk, "readFile">;
  /** For what is not told over HTTP. */
  readonly dialer: SecureDialer;
  /** Speaks HTTP as the receiver's `http_config` says; whoever opened the receiver closes it. */
  readonly openClient: (config: HttpClientConfig) => HttpClient;
  /** This machine's name. */
  readonly hostname: string;
  /** Variables of the environment. */
  readonly env: (name: string) => string | undefined;
  /** Hands alerts to the people on call; undefined where there are none. */
  readonly takeOnCall: TakeOnCall | undefined;
}

/** Rejects with a `SendError` when on-call has not taken it. */
export type TakeOnCall = (group: OnCallGroup, signal: AbortSignal) => Promise<void>;

/** What on-call is told of a group of alerts. */
export interface OnCallGroup {
  /** Whose alerts they are; empty lets on-call find it out. */
  readonly service: string;
  /** As Alertmanager's webhook says it, in version 4. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** An entry of a receiver as it was configured, whatever its kind. */
export interface ReceiverEntry {
  readonly kind: string;
  readonly sendsResolved: boolean;
  complete(global: GlobalConfig): ReceiverEntry | string;
  /** How a notification is told. */
  open(deps: ReceiverDeps): (notification: Notification, signal: AbortSignal) => Promise<void>;
}

/** The options that receivers spoken to over HTTP have. */
export function httpReceiverParts(sendsResolved: boolean) {
  return {
    sendsResolved: shownField("send_resolved", bool, sendsResolved),
    http: field("http_config", optional(httpClientType)),
  } as const;
}

/** The receiver's own client options, or those of `global`. */
export function withGlobalHttp<C extends HttpReceiverOptions>(config: C, global: GlobalConfig): C {
  return { ...config, http: config.http ?? global.http };
}

/** `slack_configs`, and whatever else holds entries of a kind. */
export function entriesPart<C extends ReceiverOptions>(
  kind: ReceiverKind<C>,
): Part<readonly ReceiverEntry[]> {
  return field(`${kind.name}_configs`, entryList(kind));
}

function entryList<C extends ReceiverOptions>(kind: ReceiverKind<C>) {
  const goType = `[]*${kind.type.goType}`;
  return list(entryType(kind), { goType, nullItem: `missing ${kind.name} config` });
}

/** An entry that can be shown as its options. */
class ConfiguredEntry<C extends ReceiverOptions> implements ReceiverEntry {
  readonly kind: string;
  readonly sendsResolved: boolean;
  readonly config: C;
  readonly #kind: ReceiverKind<C>;

  constructor(kind: ReceiverKind<C>, config: C) {
    this.kind = kind.name;
    this.sendsResolved = config.sendsResolved;
    this.config = config;
    this.#kind = kind;
  }

  complete(global: GlobalConfig): ReceiverEntry | string {
    const completed = this.#kind.complete(this.config, global);
    return typeof completed === "string" ? completed : new ConfiguredEntry(this.#kind, completed);
  }

  open(deps: ReceiverDeps) {
    const tell = this.#kind.open(this.config, deps);
    return (notification: Notification, signal: AbortSignal) =>
      tell(new Message(notification, deps), signal);
  }

  encode() {
    return this.#kind.type.encode(this.config);
  }
}

function entryType<C extends ReceiverOptions>(kind: ReceiverKind<C>): YamlType<ReceiverEntry> {
  const { type } = kind;
  return {
    goType: type.goType,
    zero: new ConfiguredEntry(kind, type.zero),
    decode: (node, decoding) => {
      const decoded = type.decode(node, decoding);
      if (decoded === undefined) return undefined;
      const entry = new ConfiguredEntry(kind, decoded.value);
      decoding.place(entry, node.position);
      return { value: entry };
    },
    isEmpty: () => false,
    encode: (entry) => (entry instanceof ConfiguredEntry ? entry.encode() : type.encode(type.zero)),
  };
}

/** A secret as it is now: the option's own text, or what its file says. Throws a `SendError`. */
export async function readSecretOption(
  disk: ReceiverDeps["disk"],
  option: { readonly text: Secret | string; readonly file: string; readonly name: string },
): Promise<string> {
  const { text, file, name } = option;
  const own = typeof text === "string" ? text : text.reveal();
  if (own !== "" || file === "") return own;
  try {
    return new TextDecoder().decode(await disk.readFile(file)).trim();
  } catch (error) {
    throw new SendError(`read ${name}: ${describeError(error)}`, {
      isRetryable: false,
      reason: "clientError",
    });
  }
}

/** Runs with a limit of time of its own; 0 has none. Says `what` when it is over. */
export async function withTimeout<T>(
  clock: Clock,
  limit: { readonly ms: number; readonly what: string; readonly signal: AbortSignal },
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { ms, what, signal } = limit;
  if (ms === 0) return await act(signal);
  const late = new AbortController();
  const reason = new Error(`configured ${what} timeout reached (${ms / 1000}s)`);
  using _timer = clock.schedule(ms, () => late.abort(reason));
  return await act(AbortSignal.any([signal, late.signal]));
}
