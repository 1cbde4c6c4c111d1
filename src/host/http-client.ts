import type { ClientTls, HttpRequest, HttpTunnel, OpenHttpTransport } from "#base";
import { openHttp1Client } from "./http1-client.ts";
import type { ProtocolClient, ServerAddress } from "./protocol-client.ts";

export interface HttpClientOptions {
  readonly server: ServerAddress;
  /**
   * Asked before each request. Return the same object while nothing has changed: another one, after
   * certificates were renewed, makes new connections. `plain` speaks HTTP without TLS.
   */
  readonly tls: (() => ClientTls) | "plain";
  /** Asked before each request, since tokens are renewed; undefined sends none. */
  readonly bearerToken: (() => Promise<string | undefined>) | undefined;
  /**
   * `http2` shares one connection among requests and watches where the server offers it. `http1`
   * starts faster, for who has one request to make.
   */
  readonly protocol: "http1" | "http2";
  /** A proxy to go through, for TLS. */
  readonly tunnel?: HttpTunnel | undefined;
}

/** Sends requests to one server. Connections are opened by the first request and kept. */
export function openHttpTransport(options: HttpClientOptions): OpenHttpTransport {
  const http1 = openHttp1Client(options.server, options.tunnel);
  let chosen: Promise<ProtocolClient> | undefined;
  const choose = () => (chosen ??= chooseProtocol(options, http1));
  const tlsNow = () => (options.tls === "plain" ? options.tls : options.tls());
  return {
    send: async (request, signal) => {
      signal.throwIfAborted();
      const authorized = await withToken(request, options.bearerToken);
      return await (await choose()).send(authorized, tlsNow(), signal);
    },
    upgrade: async (request, signal) => {
      signal.throwIfAborted();
      return await http1.upgrade(await withToken(request, options.bearerToken), tlsNow(), signal);
    },
    [Symbol.asyncDispose]: async () => {
      await (await chosen)?.[Symbol.asyncDispose]();
      await http1[Symbol.asyncDispose]();
    },
  };
}

async function chooseProtocol(
  { server, tls, protocol, tunnel }: HttpClientOptions,
  http1: ProtocolClient,
): Promise<ProtocolClient> {
  if (protocol === "http1" || tls === "plain" || "unixPath" in server) return http1;
  const { openHttp2Client } = await import("./http2-client.ts");
  return openHttp2Client({ server, tunnel }, http1);
}

async function withToken(
  request: HttpRequest,
  bearerToken: HttpClientOptions["bearerToken"],
): Promise<HttpRequest> {
  const token = await bearerToken?.();
  if (token === undefined) return request;
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}
