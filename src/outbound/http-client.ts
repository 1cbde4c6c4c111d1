/**
 * The client for everything that is called out to: targets, Alertmanagers, remote storage, discovery.
 *
 * It does what `http_config` says over transports that `host` opens: one for each server and way to
 * it, kept while it is used. Files of credentials and certificates are read anew for each request.
 */
import type {
  ClientTls,
  Clock,
  Headers,
  HttpConnector,
  HttpResponse,
  OpenHttpTransport,
} from "#base";
import type { HttpClientConfig } from "#promconfig";
import { describeNetworkFailure } from "./failure.ts";
import { type FileReader, readSecret, readTextFile } from "./file-secrets.ts";
import { TokenSource } from "./oauth2.ts";
import { type Environment, findProxy } from "./proxy.ts";
import { findRedirect, mayShareCredentials, redirectsMax } from "./redirect.ts";
import type { OutboundRequest } from "./request.ts";
import { TlsSettings } from "./tls-settings.ts";
import { TransportPool } from "./transport-pool.ts";

export interface OutboundDeps {
  readonly connector: HttpConnector;
  readonly clock: Clock;
  readonly disk: FileReader;
  /** Variables of the environment, for `proxy_from_environment`. */
  readonly env: Environment;
}

export interface HttpClient extends AsyncDisposable {
  /**
   * Any status is a response. Rejects with an error in the words of Go's client when there is none,
   * or with the signal's reason when it aborts first.
   */
  send(request: OutboundRequest, signal: AbortSignal): Promise<HttpResponse>;
}

/** Opens nothing yet; disposing ends all connections. */
export function createHttpClient(
  deps: OutboundDeps,
  config: HttpClientConfig,
  userAgent: string,
): HttpClient {
  return new ConfiguredClient(deps, config, userAgent);
}

class ConfiguredClient implements HttpClient {
  readonly #deps: OutboundDeps;
  readonly #config: HttpClientConfig;
  readonly #userAgent: string;
  readonly #tls: TlsSettings;
  readonly #pool: TransportPool;
  readonly #tokens: TokenSource | undefined;
  readonly #tokenClient: HttpClient | undefined;

  constructor(deps: OutboundDeps, config: HttpClientConfig, userAgent: string) {
    this.#deps = deps;
    this.#config = config;
    this.#userAgent = userAgent;
    this.#tls = new TlsSettings(deps.disk, config.tls);
    this.#pool = new TransportPool(deps);
    const { oauth2 } = config;
    if (oauth2 === undefined) return;
    const tokenClient = new ConfiguredClient(deps, tokenClientConfig(config), userAgent);
    this.#tokenClient = tokenClient;
    this.#tokens = new TokenSource(
      { ...deps, send: (request, signal) => tokenClient.send(request, signal) },
      oauth2,
    );
  }

  async send(request: OutboundRequest, signal: AbortSignal): Promise<HttpResponse> {
    let current = request;
    for (let hops = 0; ; hops++) {
      const response = await this.#sendOnce(current, request.url, signal);
      const next = this.#config.followRedirects ? findRedirect(current, response) : undefined;
      if (next === undefined) return response;
      await discard(response);
      if (hops === redirectsMax) {
        throw failed(next, new Error(`stopped after ${redirectsMax} redirects`));
      }
      current = next;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
    await this.#tokenClient?.[Symbol.asyncDispose]();
  }

  async #sendOnce(
    request: OutboundRequest,
    firstUrl: string,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const url = new URL(request.url);
    try {
      const credentials = mayShareCredentials(firstUrl, request.url)
        ? await this.#credentials(url, signal)
        : {};
      const { transport, absolute, proxyHeaders } = await this.#route(url, request);
      const headers: Headers = {
        host: url.host,
        "user-agent": this.#userAgent,
        ...(await this.#configuredHeaders()),
        ...credentials,
        ...request.headers,
        ...proxyHeaders,
      };
      const target = `${url.pathname}${url.search}`;
      const sent = {
        method: request.method,
        target: absolute ? `${url.origin}${target}` : target,
        headers,
        body: request.body,
      };
      return await transport.send(sent, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      throw failed(request, error);
    }
  }

  async #credentials(url: URL, signal: AbortSignal): Promise<Headers> {
    const { disk } = this.#deps;
    const { authorization, basicAuth } = this.#config;
    if (this.#tokens !== undefined) return { authorization: await this.#tokens.header(signal) };
    if (authorization !== undefined) {
      const { credentials, credentialsFile, type } = authorization;
      const secret = await readSecret(disk, { text: credentials, file: credentialsFile });
      return { authorization: `${type} ${secret}` };
    }
    if (basicAuth !== undefined) {
      const { username, usernameFile, password, passwordFile } = basicAuth;
      const user = await readSecret(disk, { text: username, file: usernameFile });
      const secret = await readSecret(disk, { text: password, file: passwordFile });
      return { authorization: basicHeader(user, secret) };
    }
    if (url.username === "" && url.password === "") return {};
    const decode = decodeURIComponent;
    return { authorization: basicHeader(decode(url.username), decode(url.password)) };
  }

  async #configuredHeaders(): Promise<Headers> {
    const headers: Record<string, readonly string[]> = {};
    for (const [name, { values, secrets, files }] of this.#config.headers ?? []) {
      const read = files.map(async (file) => (await readTextFile(this.#deps.disk, file)).trim());
      const revealed = secrets.map((secret) => secret.reveal());
      headers[name.toLowerCase()] = [...values, ...revealed, ...(await Promise.all(read))];
    }
    return headers;
  }

  /** The transport for a URL: direct, through a proxy's tunnel, or to a proxy that asks for us. */
  async #route(url: URL, request: OutboundRequest): Promise<Route> {
    const isTls = url.protocol === "https:";
    const tls = isTls ? await this.#tls.read() : "plain";
    const protocol = this.#config.enableHttp2 ? "http2" : "http1";
    const { unixPath } = request;
    if (unixPath !== undefined) {
      const transport = await this.#pool.find({ server: { unixPath }, tls, protocol });
      return { transport, absolute: false, proxyHeaders: {} };
    }
    const server = serverOf(url);
    const proxy = findProxy(this.#config, url, this.#deps.env);
    if (proxy === undefined) {
      const transport = await this.#pool.find({ server, tls, protocol });
      return { transport, absolute: false, proxyHeaders: {} };
    }
    const proxyHeaders = this.#proxyHeaders(proxy);
    const proxyTls = await this.#proxyTls(proxy);
    if (isTls) {
      const tunnel = { ...serverOf(proxy), tls: proxyTls, headers: proxyHeaders };
      const transport = await this.#pool.find({ server, tls, protocol, tunnel });
      return { transport, absolute: false, proxyHeaders: {} };
    }
    const way = { server: serverOf(proxy), tls: proxyTls, protocol: "http1" } as const;
    return { transport: await this.#pool.find(way), absolute: true, proxyHeaders };
  }

  #proxyHeaders(proxy: URL): Headers {
    const configured = [...this.#config.proxyConnectHeader].map(
      ([name, values]) => [name.toLowerCase(), values.map((value) => value.reveal())] as const,
    );
    const own =
      proxy.username === ""
        ? {}
        : {
            "proxy-authorization": basicHeader(
              decodeURIComponent(proxy.username),
              decodeURIComponent(proxy.password),
            ),
          };
    return { ...own, ...Object.fromEntries(configured) };
  }

  async #proxyTls(proxy: URL): Promise<ClientTls | "plain"> {
    if (proxy.protocol === "http:") return "plain";
    if (proxy.protocol === "https:") return await this.#tls.read();
    throw new Error(`proxies of scheme ${proxy.protocol.slice(0, -1)} are not supported`);
  }
}

interface Route {
  readonly transport: OpenHttpTransport;
  /** Whether the request names the whole URL, as proxies want it. */
  readonly absolute: boolean;
  readonly proxyHeaders: Headers;
}

/** The token's server is spoken to by the options of `oauth2` itself. */
function tokenClientConfig(config: HttpClientConfig): HttpClientConfig {
  const { tls, proxyUrl, noProxy, proxyFromEnvironment, proxyConnectHeader } =
    config.oauth2 ?? config;
  return {
    ...config,
    tls,
    proxyUrl,
    noProxy,
    proxyFromEnvironment,
    proxyConnectHeader,
    basicAuth: undefined,
    authorization: undefined,
    oauth2: undefined,
    headers: undefined,
  };
}

function serverOf(url: URL): { readonly host: string; readonly port: number } {
  const isTls = url.protocol === "https:";
  const port = url.port === "" ? (isTls ? 443 : 80) : Number(url.port);
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port };
}

function basicHeader(username: string, password: string): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
}

/** As Go words it: `Get "http://a:1/metrics": dial tcp a:1: connect: connection refused`. */
function failed(request: OutboundRequest, error: unknown): Error {
  const { method, url } = request;
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  const target = request.unixPath ?? hostAndPort(url);
  return new Error(
    `${verb} ${JSON.stringify(shownUrl(url))}: ${describeNetworkFailure(error, target)}`,
    {
      cause: error,
    },
  );
}

function hostAndPort(url: string): string {
  const { host, port } = serverOf(new URL(url));
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function shownUrl(url: string): string {
  return url.replace(/^([a-z]+:\/\/[^/?#:@]*):[^/?#@]*@/, "$1:***@");
}

async function discard({ body }: HttpResponse): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) return;
  for await (const _chunk of body) break;
}
