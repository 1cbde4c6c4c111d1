import type { Headers } from "#base";

export interface OutboundRequest {
  readonly method: string;
  /** Absolute: `https://node-1:9100/metrics?a=b`. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Headers;
  readonly body: Uint8Array | undefined;
  /** The socket that leads to the server in place of its name and port. */
  readonly unixPath: string | undefined;
}
