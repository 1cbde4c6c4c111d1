import { isIP } from "node:net";
import { checkServerIdentity, connect, type ConnectionOptions, type TLSSocket } from "node:tls";

/** How a client knows its server, and how it shows itself. All in PEM. */
export interface ClientTls {
  /** Authorities to believe; undefined means those of the system. */
  readonly authorities: string | undefined;
  /** `none` believes anyone, as kubectl's `--insecure-skip-tls-verify` does. */
  readonly verification: "full" | "none";
  /** The name that the server's certificate must carry; undefined means the host we connect to. */
  readonly serverName: string | undefined;
  readonly identity: ClientIdentity | undefined;
}

export interface ClientIdentity {
  readonly certificate: string;
  readonly key: string;
}

/** Node's options for a connection to `host`. */
export function tlsOptions(host: string, tls: ClientTls): ConnectionOptions {
  const serverName = tls.serverName ?? host;
  return {
    ...(tls.authorities === undefined ? {} : { ca: tls.authorities }),
    ...(tls.identity === undefined
      ? {}
      : { cert: tls.identity.certificate, key: tls.identity.key }),
    // Addresses cannot be asked for by server name indication.
    servername: isIP(serverName) === 0 ? serverName : "",
    rejectUnauthorized: tls.verification === "full",
    ...(tls.serverName === undefined ? {} : { checkServerIdentity: identityCheck(tls.serverName) }),
    minVersion: "TLSv1.2",
  };
}

function identityCheck(serverName: string): ConnectionOptions["checkServerIdentity"] {
  return (_host, certificate) => checkServerIdentity(serverName, certificate);
}

export interface TlsTarget {
  readonly host: string;
  readonly port: number;
  readonly tls: ClientTls;
  readonly protocols: readonly string[];
}

/** Connects and shakes hands, within `timeoutMs`. The signal ends the attempt only. */
export function connectTls(
  target: TlsTarget,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const { host, port } = target;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = connect({
      ...tlsOptions(host, target.tls),
      host,
      port,
      ALPNProtocols: [...target.protocols],
    });
    const fail = (error: unknown) => {
      settle();
      socket.destroy();
      reject(error);
    };
    const onAbort = () => fail(signal.reason);
    const onError = (error: Error) => fail(failedConnecting(`${host}:${port}`, error));
    const timer = setTimeout(() => onError(new Error("timed out")), timeoutMs);
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      socket.off("error", onError);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once("error", onError);
    socket.once("secureConnect", () => {
      settle();
      resolve(socket);
    });
  });
}

/** What is thrown when there is no connection; the cause has the system's code. */
export function failedConnecting(target: string, cause: Error): Error {
  return new Error(`connecting to ${target}: ${cause.message}`, { cause });
}
