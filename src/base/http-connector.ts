import type { Headers, HttpTransport } from "./transport.ts";

/** How a client knows its server, and how it shows itself. All in PEM. */
export interface ClientTls {
  /** Authorities to believe; undefined means those of the system. */
  readonly authorities: string | undefined;
  /** `none` believes anyone, as kubectl's `--insecure-skip-tls-verify` does. */
  readonly verification: "full" | "none";
  /** The name that the server's certificate must carry; undefined means the host we connect to. */
  readonly serverName: string | undefined;
  readonly identity: ClientIdentity | undefined;
  /** Versions of TLS to speak; from 1.2 on unless given. */
  readonly versions?: { readonly min: TlsVersion; readonly max: TlsVersion };
}

export interface ClientIdentity {
  readonly certificate: string;
  readonly key: string;
}

export type TlsVersion = "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";

/** A transport that must be disposed of, which ends its connections and what runs on them. */
export interface OpenHttpTransport extends HttpTransport, AsyncDisposable {}

/** An HTTP server, and the way to it. */
export interface HttpEndpoint {
  readonly server: { readonly host: string; readonly port: number } | { readonly unixPath: string };
  /**
   * Asked before each request. Return the same object while nothing has changed: another one makes
   * new connections. `plain` speaks HTTP without TLS.
   */
  readonly tls: (() => ClientTls) | "plain";
  /** `http2` is spoken where the server offers it over TLS. */
  readonly protocol: "http1" | "http2";
  /** A proxy that is asked to connect to the server, for TLS only. */
  readonly tunnel: HttpTunnel | undefined;
}

export interface HttpTunnel {
  readonly host: string;
  readonly port: number;
  /** How the proxy itself is spoken to. */
  readonly tls: ClientTls | "plain";
  /** Sent with `CONNECT`: the proxy's credentials. */
  readonly headers: Headers;
}

/** Opens transports to servers that a configuration names. */
export interface HttpConnector {
  /** Connections are opened by the first request and kept. */
  open(endpoint: HttpEndpoint): Promise<OpenHttpTransport>;
}
