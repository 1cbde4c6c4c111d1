/**
 * Parts that load when they are first used. They stand on modules of Node that take tens of
 * milliseconds to load, which a command that needs none of them must not pay.
 */
import type { Clock, Disk, OpenHttpTransport } from "#base";
import type { HttpClientOptions } from "./http-client.ts";
import type { HttpServer, HttpServerDeps, HttpServerOptions } from "./http-server.ts";
import type { ClusterPki } from "./pki/cluster-pki.ts";
import type { TokenKeys } from "./token-keys.ts";

/** Sends requests to one server. Connections are opened by the first request and kept. */
export async function openHttpTransport(options: HttpClientOptions): Promise<OpenHttpTransport> {
  return (await import("./http-client.ts")).openHttpTransport(options);
}

/**
 * Serves HTTP/1.1, HTTP/2 and upgrades (WebSocket, SPDY/3.1) on one port. Requests have no time limit
 * of their own: watches are as long as their clients want.
 */
export async function openHttpServer(
  deps: HttpServerDeps,
  options: HttpServerOptions,
): Promise<HttpServer> {
  return (await import("./http-server.ts")).openHttpServer(deps, options);
}

/** Opens the certificates in `directory`; the first time makes the authority `ca.crt`, `ca.key`. */
export async function openClusterPki(
  deps: { readonly disk: Disk; readonly clock: Clock },
  directory: string,
): Promise<ClusterPki> {
  return (await import("./pki/cluster-pki.ts")).openClusterPki(deps, directory);
}

/**
 * Opens the key that signs service-account tokens, kept in the file `path`; the first time makes one
 * for ES256. Keys in `path` after the first, from before a rotation, still verify.
 */
export async function openServiceAccountKeys(disk: Disk, path: string): Promise<TokenKeys> {
  return (await import("./pki/service-account-key.ts")).openServiceAccountKeys(disk, path);
}
