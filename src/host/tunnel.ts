import { type IncomingMessage, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import type { Duplex } from "node:stream";
import type { HttpTunnel } from "#base";
import { failedConnecting, tlsOptions } from "./client-tls.ts";
import { sentHeaders } from "./received-headers.ts";

/** Asks a proxy to connect to `target` (host and port), and gives the connection to that. */
export function connectTunnel(
  tunnel: HttpTunnel,
  target: string,
  timeoutMs: number,
): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const options = {
      host: tunnel.host,
      port: tunnel.port,
      method: "CONNECT",
      path: target,
      headers: { host: target, ...sentHeaders(tunnel.headers) },
      agent: false,
      timeout: timeoutMs,
    } as const;
    const running =
      tunnel.tls === "plain"
        ? plainRequest(options)
        : tlsRequest({ ...options, ...tlsOptions(tunnel.host, tunnel.tls) });
    const fail = (error: Error) => {
      running.destroy();
      reject(failedConnecting(`${target} through proxy ${tunnel.host}:${tunnel.port}`, error));
    };
    running.once("error", fail);
    running.once("timeout", () => fail(new Error("timed out")));
    running.once("response", (message) => fail(new Error(refusalOf(message))));
    running.once("connect", (message, socket) => {
      if (message.statusCode !== 200) fail(new Error(refusalOf(message)));
      else resolve(socket);
    });
    running.end();
  });
}

function refusalOf({ statusCode, statusMessage }: IncomingMessage): string {
  return `the proxy answered ${statusCode} ${statusMessage}`;
}

/** Host and port as they stand in URLs. */
export function authorityOf(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
