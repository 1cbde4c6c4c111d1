import { assert, type Clock } from "#base";
import { acceptHeader, type BodyFormat, chooseBodyFormat } from "#exposition";
import {
  type BodyBuffers,
  BodyTooLargeError,
  type Gunzip,
  type HttpClient,
  readBody,
} from "#outbound";
import type { ScrapeConfig } from "#promconfig";
import type { TargetSpec } from "./target-labels.ts";

export interface FetchDeps {
  readonly clock: Clock;
  readonly gunzip: Gunzip;
  /** Where bodies are kept; whoever has read one gives it back. */
  readonly buffers: BodyBuffers;
}

/** No target's metrics are larger; a body without an end must not take all memory. */
const bodyBytesMax = 1024 * 1024 * 1024;

export interface FetchedBody {
  readonly bytes: Uint8Array;
  readonly format: BodyFormat;
  /** Said when the target's content type was not good enough. */
  readonly warning: string | undefined;
}

/** Asks a target for its metrics, within its timeout. Rejects in upstream's words. */
export async function fetchTarget(
  deps: FetchDeps,
  client: HttpClient,
  { config, spec }: { readonly config: ScrapeConfig; readonly spec: TargetSpec },
  signal: AbortSignal,
): Promise<FetchedBody> {
  const late = new Error(`Get ${JSON.stringify(spec.url)}: context deadline exceeded`);
  const ending = new AbortController();
  using _timer = deps.clock.schedule(spec.timeoutMs, () => ending.abort(late));
  using _forwarding = forwardAbort(signal, ending);
  const response = await client.send(requestOf(config, spec), ending.signal);
  if (response.status !== 200) {
    await leave(response.body);
    throw new Error(`server returned HTTP status ${statusText(response.status)}`);
  }
  const limit = config.bodySizeLimitBytes;
  // A body of exactly the limit is too large, too, as it is upstream.
  const bytesMax = limit > 0 ? limit - 1 : bodyBytesMax;
  const bytes = await readBody(response, { bytesMax, gunzip: deps.gunzip }, deps.buffers);
  const { fallbackProtocol } = config;
  const choice = chooseBodyFormat(
    String(response.headers["content-type"] ?? ""),
    fallbackProtocol === "" ? undefined : fallbackProtocol,
  );
  if (choice.format === undefined) {
    assert(choice.warning !== undefined, "a body that cannot be read is explained");
    throw new Error(choice.warning);
  }
  return { bytes, format: choice.format, warning: choice.warning };
}

/** Aborts one with the other. A signal made of both would cost more than the rest of a request. */
function forwardAbort(signal: AbortSignal, ending: AbortController): Disposable {
  const onAbort = () => ending.abort(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", onAbort) };
}

/** Whether a scrape failed because its body was too large. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof BodyTooLargeError;
}

function requestOf(config: ScrapeConfig, spec: TargetSpec) {
  return {
    method: "GET",
    url: spec.url,
    headers: {
      accept: acceptHeader(config.scrapeProtocols, config.escapingScheme),
      "accept-encoding": config.enableCompression ? "gzip" : "identity",
      "x-prometheus-scrape-timeout-seconds": String(spec.timeoutMs / 1_000),
    },
    body: undefined,
    unixPath: spec.unixPath,
  };
}

async function leave(body: Uint8Array | AsyncIterable<Uint8Array> | undefined): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) return;
  for await (const _chunk of body) break;
}

const statusTexts: ReadonlyMap<number, string> = new Map([
  [204, "No Content"],
  [301, "Moved Permanently"],
  [302, "Found"],
  [303, "See Other"],
  [307, "Temporary Redirect"],
  [308, "Permanent Redirect"],
  [400, "Bad Request"],
  [401, "Unauthorized"],
  [403, "Forbidden"],
  [404, "Not Found"],
  [405, "Method Not Allowed"],
  [406, "Not Acceptable"],
  [407, "Proxy Authentication Required"],
  [408, "Request Timeout"],
  [410, "Gone"],
  [415, "Unsupported Media Type"],
  [429, "Too Many Requests"],
  [431, "Request Header Fields Too Large"],
  [500, "Internal Server Error"],
  [501, "Not Implemented"],
  [502, "Bad Gateway"],
  [503, "Service Unavailable"],
  [504, "Gateway Timeout"],
]);

function statusText(status: number): string {
  return `${status} ${statusTexts.get(status) ?? ""}`.trimEnd();
}
