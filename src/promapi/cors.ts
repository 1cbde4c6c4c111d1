import type { Headers, ReceivedRequest } from "#base";

/** Whether a page of another origin may read the answers. */
export type OriginTest = (origin: string) => boolean;

/** The headers that let a page of an allowed origin read an answer; none for the others. */
export function corsHeaders(request: ReceivedRequest, isAllowed: OriginTest): Headers {
  const { origin } = request.headers;
  if (typeof origin !== "string" || !isAllowed(origin)) return {};
  return {
    "access-control-allow-headers": "Accept, Authorization, Content-Type, Origin",
    "access-control-allow-methods": "GET, POST, OPTIONS",
    "access-control-allow-origin": origin,
    "access-control-expose-headers": "Date",
    vary: "Origin",
  };
}
