import type { SocketAddress } from "#base";
import { type HttpServer, type HttpServerDeps, openHttpServer, type ServerIdentity } from "#host";
import type { Identity } from "./credentials.ts";
import type { LiveIdentity } from "./live-identity.ts";

export interface RenewedServerOptions {
  readonly local: SocketAddress;
  readonly identity: LiveIdentity;
  /** How long requests may take to finish when it is disposed of. */
  readonly closeGraceMs: number;
}

/** An HTTPS server that shows each new client the newest certificate. */
export async function openRenewedServer(
  deps: HttpServerDeps,
  { local, identity, closeGraceMs }: RenewedServerOptions,
): Promise<Pick<HttpServer, "local"> & AsyncDisposable> {
  const server = await openHttpServer(deps, { local, identity: shown(identity.current) });
  const following = identity.onRenewal((renewed) => server.setIdentity(shown(renewed)));
  return {
    local: server.local,
    async [Symbol.asyncDispose]() {
      following[Symbol.dispose]();
      await server.close(closeGraceMs);
    },
  };
}

/** The cluster's authority signs clients as well as servers. */
function shown({ certificate, key, authority }: Identity): ServerIdentity {
  return { certificate, key, clientAuthorities: authority };
}
