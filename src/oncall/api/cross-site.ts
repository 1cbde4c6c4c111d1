import type { ReceivedRequest } from "#base";
import { findHeader } from "#http";

/**
 * Whether a request that changes something comes from a page of another site, as browsers say in
 * `Sec-Fetch-Site` or else in `Origin`. Programs that are no browsers say neither, and carry nobody's
 * cookies. `ownHost` is how people reach this server, where a proxy in between calls it otherwise.
 */
export function isCrossSite({ method, headers }: ReceivedRequest, ownHost: string): boolean {
  if (method === "GET" || method === "HEAD") return false;
  const site = findHeader(headers, "sec-fetch-site");
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  const origin = findHeader(headers, "origin");
  if (origin === undefined) return false;
  const host = URL.canParse(origin) ? new URL(origin).host : "";
  return host === "" || (host !== findHeader(headers, "host") && host !== ownHost);
}
