import type { HttpRequest, HttpTransport } from "#base";
import type { ApiEndpoint } from "#cli";
import { openHttpTransport } from "#host";

/** A way to an API server, for the requests of one command. */
export async function connect({
  server,
  tls,
  headers,
  tunnel,
}: ApiEndpoint): Promise<HttpTransport> {
  const { hostname, port, pathname } = new URL(server);
  const defaultPort = tls === "plain" ? 80 : 443;
  const transport = await openHttpTransport({
    server: { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || defaultPort) },
    tls,
    bearerToken: undefined,
    protocol: "http1",
    tunnel,
  });
  const prefix = pathname.replace(/\/+$/, "");
  const prepared = async (request: HttpRequest): Promise<HttpRequest> => ({
    ...request,
    target: `${prefix}${request.target}`,
    headers: { ...request.headers, ...(await headers()) },
  });
  return {
    send: async (request, signal) => transport.send(await prepared(request), signal),
    upgrade: async (request, signal) => transport.upgrade(await prepared(request), signal),
  };
}
