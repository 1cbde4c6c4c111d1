import type { ClientTls } from "./http-connector.ts";
import type { Connection } from "./transport.ts";

/** A connection in the clear on which TLS may begin later, as mail servers offer it. */
export interface ClearConnection extends Connection {
  /**
   * Shakes hands, and gives the connection to go on with. Nobody may be reading this one, and nobody
   * may use it afterwards.
   */
  startTls(host: string, tls: ClientTls, signal: AbortSignal): Promise<Connection>;
}

/** Opens connections that are protected, now or later. The signal ends the attempt only. */
export interface SecureDialer {
  connectClear(host: string, port: number, signal: AbortSignal): Promise<ClearConnection>;
  connectTls(
    server: { readonly host: string; readonly port: number },
    tls: ClientTls,
    signal: AbortSignal,
  ): Promise<Connection>;
}
