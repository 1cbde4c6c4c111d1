import type { ClientTls, HttpRequest, HttpResponse } from "#base";

/** A connection that takes longer to come about is given up. */
export const connectTimeoutMs = 10_000;

export type ServerAddress =
  | {
      readonly host: string;
      readonly port: number;
      /** The address to come from, where routes depend on it. HTTP/1.1 only. */
      readonly localAddress?: string;
    }
  | { readonly unixPath: string };

/** One version of HTTP spoken to one server. */
export interface ProtocolClient extends AsyncDisposable {
  send(request: HttpRequest, tls: ClientTls | "plain", signal: AbortSignal): Promise<HttpResponse>;
}
