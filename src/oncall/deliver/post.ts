import { collect } from "#http";
import type { HttpClient } from "#outbound";
import { DeliveryError } from "../engine/page.ts";

/** Whoever sends requests for us. */
export type Outbound = Pick<HttpClient, "send">;

export interface Posted {
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

const answerBytesMax = 64 * 1024;

/**
 * Posts, and gives the text of the answer. Throws a `DeliveryError` for everything that is not a
 * success: one to be retried when the receiver is busy, broken or cannot be reached.
 */
export async function post(
  outbound: Outbound,
  posted: Posted,
  signal: AbortSignal,
): Promise<string> {
  const body =
    typeof posted.body === "string" ? new TextEncoder().encode(posted.body) : posted.body;
  const { status, text } = await answerOf(outbound, { ...posted, body }, signal);
  if (status >= 200 && status < 300) return text;
  throw new DeliveryError(`status ${status}: ${text.slice(0, 200)}`, {
    isRetryable: status === 429 || status === 408 || status >= 500,
    // A gateway that gave up waiting does not know either.
    isAmbiguous: status === 502 || status === 504,
  });
}

async function answerOf(
  outbound: Outbound,
  { url, headers, body }: Posted & { readonly body: Uint8Array },
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly text: string }> {
  const request = { method: "POST", url, headers, body, unixPath: undefined };
  try {
    const response = await outbound.send(request, signal);
    const tooLong = () => new Error("the answer is too long");
    const bytes = await collect(response.body ?? new Uint8Array(), answerBytesMax, tooLong);
    return { status: response.status, text: new TextDecoder().decode(bytes) };
  } catch (error) {
    const isAmbiguous = signal.aborted;
    const problem = error instanceof Error ? error.message : "no answer";
    throw new DeliveryError(problem, { isRetryable: true, isAmbiguous, cause: error });
  }
}

export function postJson(
  outbound: Outbound,
  {
    url,
    headers = {},
    value,
  }: {
    readonly url: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly value: unknown;
  },
  signal: AbortSignal,
): Promise<string> {
  const typed = { "content-type": "application/json", ...headers };
  return post(outbound, { url, headers: typed, body: JSON.stringify(value) }, signal);
}

/** `Basic dXNlcjpwYXNz`. */
export function basicAuth(user: string, password: string): string {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
}
