import { type Clock, compressSnappy, describeError, type HttpResponse, sleep } from "#base";
import type { RemoteWriteConfig } from "#promconfig";
import { type HttpClient, readBody } from "#outbound";
import type { WriteMessage } from "../wire/write-series.ts";
import { mediaTypeOf } from "../write/media-type.ts";

/** How sending one batch ended. */
export type SendOutcome =
  | { readonly kind: "sent"; readonly retries: number }
  /** The receiver will never take it. */
  | { readonly kind: "dropped"; readonly retries: number; readonly reason: string };

export interface SendDeps {
  readonly client: HttpClient;
  readonly clock: Clock;
  /** Told of every attempt that failed but may succeed later. */
  readonly onRetry: (reason: string) => void;
}

type Attempt =
  | { readonly kind: "sent" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "later"; readonly reason: string; readonly waitMs: number | undefined };

/** How much of a refusal is read to be logged. */
const reasonBytesMax = 4_096;

/**
 * Sends an encoded request until the receiver has taken or refused it, waiting longer after each
 * failure, as the specification of remote write says: 5xx and lost connections are tried again, so
 * is 429 where the configuration wants it, and every other refusal is final. Rejects only with the
 * signal's reason.
 */
export async function sendBatch(
  deps: SendDeps,
  config: RemoteWriteConfig,
  request: Uint8Array,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const body = compressSnappy(request);
  let backoffMs = config.queue.minBackoffMs;
  for (let retries = 0; ; retries++) {
    const attempt = await attemptOnce(deps, config, body, signal);
    if (attempt.kind === "sent") return { kind: "sent", retries };
    if (attempt.kind === "refused") return { kind: "dropped", retries, reason: attempt.reason };
    deps.onRetry(attempt.reason);
    await sleep(deps.clock, attempt.waitMs ?? backoffMs, signal);
    backoffMs = Math.min(backoffMs * 2, config.queue.maxBackoffMs);
  }
}

async function attemptOnce(
  { client, clock }: SendDeps,
  config: RemoteWriteConfig,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<Attempt> {
  const timeout = new AbortController();
  using _timer = clock.schedule(config.remoteTimeoutMs, () =>
    timeout.abort(new Error("context deadline exceeded")),
  );
  const either = AbortSignal.any([signal, timeout.signal]);
  try {
    const response = await client.send(requestOf(config, body), either);
    return await judged(response, config, clock.nowMs());
  } catch (error) {
    // Without an answer nobody knows whether it arrived: it is sent again.
    if (signal.aborted) throw error;
    return { kind: "later", reason: describeError(error), waitMs: undefined };
  }
}

/** What a configuration sends: the first version unless it says otherwise. */
export function writeMessageOf({ protobufMessage }: RemoteWriteConfig): WriteMessage {
  return protobufMessage === "" ? "prometheus.WriteRequest" : protobufMessage;
}

function requestOf(config: RemoteWriteConfig, body: Uint8Array) {
  const message = writeMessageOf(config);
  return {
    method: "POST",
    url: config.url,
    unixPath: undefined,
    body,
    headers: {
      ...Object.fromEntries(
        [...config.headers].map(([name, value]) => [name.toLowerCase(), value]),
      ),
      "content-encoding": "snappy",
      "content-type": mediaTypeOf(message),
      "x-prometheus-remote-write-version":
        message === "prometheus.WriteRequest" ? "0.1.0" : "2.0.0",
    },
  };
}

async function judged(
  response: HttpResponse,
  config: RemoteWriteConfig,
  nowMs: number,
): Promise<Attempt> {
  const { status } = response;
  const text = new TextDecoder().decode(await firstBytes(response));
  if (status >= 200 && status < 300) return { kind: "sent" };
  const [line = ""] = text.split("\n");
  const reason = `server returned HTTP status ${status}: ${line}`;
  const mayPass = status >= 500 || (status === 429 && config.queue.retryOnRateLimit);
  if (!mayPass) return { kind: "refused", reason };
  return { kind: "later", reason, waitMs: retryAfterMs(response, nowMs) };
}

/** Reads the body to its end, as a connection that is used again needs, and keeps its beginning. */
async function firstBytes(response: HttpResponse): Promise<Uint8Array> {
  const bytes = await readBody(response, { bytesMax: 1024 * 1024 });
  return bytes.subarray(0, reasonBytesMax);
}

/** `Retry-After`, in seconds or as a date. */
function retryAfterMs({ headers }: HttpResponse, nowMs: number): number | undefined {
  const after = headers["retry-after"];
  if (typeof after !== "string") return undefined;
  if (/^\d{1,9}$/.test(after)) return Number(after) * 1_000;
  const dateMs = Date.parse(after);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
