import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { checkServerIdentity, connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { ClientTls } from "#base";

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
    minVersion: tls.versions?.min ?? "TLSv1.2",
    ...(tls.versions === undefined ? {} : { maxVersion: tls.versions.max }),
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
  /** A connection to speak over, which leads to the target already. */
  readonly over?: Duplex;
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
      ...(target.over === undefined ? { host, port } : { socket: target.over }),
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
