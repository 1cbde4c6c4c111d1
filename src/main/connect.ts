import type { HttpTransport } from "#base";
import type { ApiAccess } from "#cli";
import { openHttpTransport } from "#host";

/** A way to an API server over HTTPS, for the few requests of one command. */
export async function connect(access: ApiAccess): Promise<HttpTransport> {
  const { hostname, port } = new URL(access.server);
  const tls = {
    authorities: access.authority,
    verification: "full",
    serverName: undefined,
    identity: { certificate: access.certificate, key: access.key },
  } as const;
  return await openHttpTransport({
    server: { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port === "" ? 443 : port) },
    tls: () => tls,
    bearerToken: undefined,
    protocol: "http1",
  });
}
