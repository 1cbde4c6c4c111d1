/** Header names are lower case; a repeated header's values are in order. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export type Body = Uint8Array | AsyncIterable<Uint8Array>;

/** An HTTP request, whatever carries it. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query as sent: `/api/v1/pods?limit=5`. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: Body | undefined;
}

/** An HTTP response. A streamed body ends when the consumer stops iterating or the signal aborts. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body | undefined;
}

/** A two-way byte stream: a TCP or Unix connection, or an upgraded HTTP connection. */
export interface Connection extends AsyncDisposable {
  /** Bytes from the other side, in order; ends when it has finished sending. */
  readonly received: AsyncIterable<Uint8Array>;
  /** Resolves when the bytes have been handed on, so that a slow reader slows the writer. */
  send(bytes: Uint8Array): Promise<void>;
  /** Ends our direction; the other may go on. */
  finish(): Promise<void>;
}

/** Sends HTTP requests to one server: over the network, or by direct call in the same process. */
export interface HttpTransport {
  /** Rejects when no response arrives or `signal` aborts; any status is a response. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  /** Sends a request that asks for an upgrade (WebSocket, SPDY). */
  upgrade(request: HttpRequest, signal: AbortSignal): Promise<UpgradeResult>;
}

/** Either the server switched protocols, or it answered with an ordinary response. */
export type UpgradeResult =
  | { readonly kind: "upgraded"; readonly response: HttpResponse; readonly connection: Connection }
  | { readonly kind: "refused"; readonly response: HttpResponse };

/** Opens outgoing connections. */
export interface Dialer {
  connectTcp(host: string, port: number, signal: AbortSignal): Promise<Connection>;
  connectUnix(path: string, signal: AbortSignal): Promise<Connection>;
}
