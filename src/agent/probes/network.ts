/** How the agent reaches what runs in pods; it stands in the node's network itself. */

import type { Clock, Dialer, GrpcChannel, HttpTransport } from "#base";

export interface PodNetwork {
  readonly dialer: Pick<Dialer, "connectTcp">;
  /** Certificates are not verified: pods show some of their own making. */
  openHttp(target: HttpTarget): Promise<HttpTransport & AsyncDisposable>;
  /** Without TLS. */
  openGrpc(host: string, port: number): Promise<GrpcChannel>;
}

export interface HttpTarget {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
}

/** The time given to one attempt is over. */
export class DeadlineError extends Error {}

/** Runs `attempt` with a signal that aborts with a `DeadlineError` after `timeoutMs`. */
export async function withDeadline<T>(
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  using _timer = clock.schedule(timeoutMs, () => deadline.abort(new DeadlineError("too late")));
  return await attempt(AbortSignal.any([signal, deadline.signal]));
}

const wordsOfCodes: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "connect: connection refused"],
  ["ECONNRESET", "read: connection reset by peer"],
  ["EHOSTUNREACH", "connect: no route to host"],
  ["ENETUNREACH", "connect: network is unreachable"],
  ["ENOTFOUND", "no such host"],
]);

/** What went wrong on the way to `address`, in the words that users know from upstream. */
export function networkErrorText(error: unknown, address: string): string {
  const code = findCode(error);
  const words = code === undefined ? undefined : wordsOfCodes.get(code);
  if (words !== undefined) return `dial tcp ${address}: ${words}`;
  return error instanceof Error ? error.message : String(error);
}

/** The system's code of an error or of one that caused it. */
function findCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return findCode(error.cause);
}

/** `host:port`, with brackets around an IPv6 address. */
export function formatAddress(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
