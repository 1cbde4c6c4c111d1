/** Calls to the server's HTTP API. */
import { hrefOf } from "./location.ts";

/** A successful answer with its notes. */
export interface ApiResult<T> {
  readonly data: T;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly elapsedMs: number;
}

/** The server's refusal, or that there is no server. */
class ApiFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ApiFailure";
  }
}

interface Envelope<T> {
  readonly status: "success" | "error";
  readonly data: T;
  readonly error?: string;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

export type Parameters = Readonly<Record<string, string | undefined>>;

/** Asks `/api/v1/<path>`. Rejects with an `ApiFailure`, or with the signal's reason. */
export async function callApi<T>(
  path: string,
  parameters: Parameters = {},
  signal?: AbortSignal,
): Promise<ApiResult<T>> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, value);
  }
  const startedMs = performance.now();
  const response = await reach(hrefOf(`api/v1/${path}`, query.toString()), signal);
  const envelope = await decode<T>(response);
  if (envelope.status !== "success") throw new ApiFailure(envelope.error ?? "unknown error");
  return {
    data: envelope.data,
    warnings: envelope.warnings ?? [],
    infos: envelope.infos ?? [],
    elapsedMs: performance.now() - startedMs,
  };
}

async function reach(url: string, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(url, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiFailure("the server cannot be reached", { cause: error });
  }
}

async function decode<T>(response: Response): Promise<Envelope<T>> {
  const text = await response.text();
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own server's answer
    return JSON.parse(text) as Envelope<T>;
  } catch (error) {
    const words = response.status === 503 ? "the server is still starting" : text.slice(0, 200);
    throw new ApiFailure(words, { cause: error });
  }
}
