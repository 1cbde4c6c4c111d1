import type { HttpResponse } from "#base";
import type { OutboundRequest } from "./request.ts";

export const redirectsMax = 10;

/**
 * The request that a redirect asks for, as Go's client makes it: 301, 302 and 303 ask with GET, 307
 * and 308 repeat the request. Undefined when the response is none.
 */
export function findRedirect(
  request: OutboundRequest,
  response: HttpResponse,
): OutboundRequest | undefined {
  const { location } = response.headers;
  if (typeof location !== "string" || location === "") return undefined;
  const { status } = response;
  const repeats = status === 307 || status === 308;
  if (!repeats && status !== 301 && status !== 302 && status !== 303) return undefined;
  const url = URL.canParse(location, request.url) ? new URL(location, request.url).href : undefined;
  if (url === undefined) throw new Error(`failed to parse Location header "${location}"`);
  if (repeats) return { ...request, url };
  const method = request.method === "HEAD" ? "HEAD" : "GET";
  return { ...request, url, method, body: undefined, headers: withoutBody(request.headers) };
}

function withoutBody(headers: OutboundRequest["headers"]): OutboundRequest["headers"] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith("content-")),
  );
}

/** Whether credentials for `first` may be sent to `next`: the same host, or one below it. */
export function mayShareCredentials(first: string, next: string): boolean {
  const from = new URL(first).hostname;
  const to = new URL(next).hostname;
  if (to === from) return true;
  return !to.includes(":") && !to.includes("%") && to.endsWith(`.${from}`);
}
