import type { SocketAddress } from "./socket.ts";
import type { HttpRequest, HttpResponse, UpgradeResult } from "./transport.ts";

/**
 * Answers HTTP requests; the other side of `HttpTransport`. `host` mounts one on a socket, tests call
 * it directly. A handler never rejects for what a client did: refusals are responses.
 */
export interface HttpHandler {
  /** A streamed response body ends early when `signal` aborts, which it does when the client leaves. */
  handle(request: ReceivedRequest, signal: AbortSignal): Promise<HttpResponse>;
  /**
   * Answers a request that asks for an upgrade. When it is granted, the caller sends the response,
   * then copies bytes between the client and the returned connection until either ends.
   */
  upgrade(request: ReceivedRequest, signal: AbortSignal): Promise<UpgradeResult>;
}

/** A request together with what the transport knows of its sender. */
export interface ReceivedRequest extends HttpRequest {
  readonly peer: HttpPeer;
}

export interface HttpPeer {
  /** Undefined when the request did not come over a network. */
  readonly address: SocketAddress | undefined;
  /** The client's certificate, if it sent one and it verified against our authority. */
  readonly certificate: PeerCertificate | undefined;
}

/** The facts of a verified client certificate that say who the client is. */
export interface PeerCertificate {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly notAfterMs: number;
  /** SHA-256 of the whole certificate, lower-case hexadecimal. */
  readonly fingerprint: string;
}
