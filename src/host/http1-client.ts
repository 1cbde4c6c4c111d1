import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  request as plainRequest,
} from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { Duplex } from "node:stream";
import type { Body, ClientTls, HttpRequest, HttpResponse, HttpTunnel, UpgradeResult } from "#base";
import { pumpBody } from "./body-pump.ts";
import { connectTls, failedConnecting, tlsOptions } from "./client-tls.ts";
import { connectionOf } from "./connection.ts";
import { codeOf } from "./error-code.ts";
import { connectTimeoutMs, type ProtocolClient, type ServerAddress } from "./protocol-client.ts";
import { receivedHeaders, sentHeaders } from "./received-headers.ts";
import { responseBody } from "./response-body.ts";
import { authorityOf, connectTunnel } from "./tunnel.ts";

export interface Http1Client extends ProtocolClient {
  upgrade(
    request: HttpRequest,
    tls: ClientTls | "plain",
    signal: AbortSignal,
  ): Promise<UpgradeResult>;
}

/** Speaks HTTP/1.1 over kept connections; upgraded connections are their own. */
export function openHttp1Client(server: ServerAddress, tunnel?: HttpTunnel): Http1Client {
  let pool: Pool | undefined;
  // Connections made with other certificates finish what runs on them and are not used again.
  const poolFor = (tls: ClientTls | "plain") => {
    if (pool?.tls === tls) return pool;
    if (pool !== undefined) retire(pool.agent);
    pool = newPool({ server, tunnel }, tls);
    return pool;
  };
  return {
    send: (request, tls, signal) => sendAgainWhenStale(request, poolFor(tls), signal),
    upgrade: (request, tls, signal) => upgrade(request, newPool({ server, tunnel }, tls), signal),
    [Symbol.asyncDispose]: async () => pool?.agent.destroy(),
  };
}

/** Closes what is idle now, and the others when their requests have ended. */
function retire(agent: Agent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy();
  }
}

interface Pool {
  readonly tls: ClientTls | "plain";
  readonly agent: Agent;
  readonly target: string;
  readonly open: (request: HttpRequest, agent: Agent | false) => ClientRequest;
}

/** Idle connections are closed after this time, as Go's clients do; `timeout` concerns only those. */
const agentOptions = { keepAlive: true, noDelay: true, timeout: 90_000 };

interface Route {
  readonly server: ServerAddress;
  readonly tunnel: HttpTunnel | undefined;
}

function newPool({ server, tunnel }: Route, tls: ClientTls | "plain"): Pool {
  const isUnix = "unixPath" in server;
  const address = isUnix ? { socketPath: server.unixPath } : server;
  const optionsOf = (request: HttpRequest, agent: Agent | false) => ({
    ...address,
    agent,
    // Either direction of an upgraded connection may end alone.
    allowHalfOpen: true,
    method: request.method,
    path: request.target,
    headers: { ...sentHeaders(request.headers), ...framing(request.body) },
  });
  const target = isUnix ? server.unixPath : `${server.host}:${server.port}`;
  if (tls === "plain") {
    const open: Pool["open"] = (request, agent) => plainRequest(optionsOf(request, agent));
    return { tls, agent: new Agent(agentOptions), target, open };
  }
  const trust = tlsOptions(isUnix ? "localhost" : server.host, tls);
  const open: Pool["open"] = (request, agent) =>
    tlsRequest({ ...optionsOf(request, agent), ...trust });
  const agent = new TlsAgent(agentOptions);
  if (tunnel !== undefined && !isUnix) connectThrough(agent, { tunnel, server, tls });
  return { tls, agent, target, open };
}

interface TunnelledServer {
  readonly tunnel: HttpTunnel;
  readonly server: { readonly host: string; readonly port: number };
  readonly tls: ClientTls;
}

/** Lets the agent make its connections inside of those that the proxy makes. */
function connectThrough(agent: TlsAgent, { tunnel, server, tls }: TunnelledServer): void {
  const { host, port } = server;
  const never = new AbortController().signal;
  agent.createConnection = (_options, done) => {
    connectTunnel(tunnel, authorityOf(host, port), connectTimeoutMs)
      .then((over) =>
        connectTls({ host, port, tls, protocols: ["http/1.1"], over }, connectTimeoutMs, never),
      )
      .then(
        (socket) => done?.(null, socket),
        // Nobody looks at the second when there is a first.
        (error: Error) => done?.(error, new Duplex()),
      );
    return undefined;
  };
}

/**
 * How the server finds the end of the body. Node leaves it out for methods that seldom have one, such
 * as DELETE, and the server then takes the body for another request.
 */
function framing(body: Body | undefined): Readonly<Record<string, string>> {
  if (body === undefined) return {};
  if (body instanceof Uint8Array) return { "content-length": String(body.byteLength) };
  return { "transfer-encoding": "chunked" };
}

/**
 * The server may close a kept connection in the moment in which we use it. A request that changes
 * nothing is then sent once more, as Go's client does.
 */
async function sendAgainWhenStale(
  request: HttpRequest,
  pool: Pool,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const state = { reused: false };
  try {
    return await send(request, pool, { signal, state });
  } catch (error) {
    const isStale = state.reused && /^(?:ECONNRESET|EPIPE)$/.test(codeOf(error) ?? "");
    const isSafe = /^(?:GET|HEAD|OPTIONS)$/.test(request.method) && request.body === undefined;
    if (!isStale || !isSafe || signal.aborted) throw error;
    return await send(request, pool, { signal, state });
  }
}

interface Attempt {
  readonly signal: AbortSignal;
  readonly state: { reused: boolean };
}

function send(request: HttpRequest, pool: Pool, attempt: Attempt): Promise<HttpResponse> {
  const { signal, state } = attempt;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const running = pool.open(request, pool.agent);
    watchConnecting(running, pool.target);
    const detach = abortWith(running, signal);
    running.on("error", (error) => {
      state.reused = running.reusedSocket;
      reject(signal.aborted ? signal.reason : error);
    });
    running.on("close", detach);
    running.on("response", (message) => resolve(responseOf(message, signal)));
    sendBody(request, running, signal);
  });
}

function upgrade(request: HttpRequest, pool: Pool, signal: AbortSignal): Promise<UpgradeResult> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const running = pool.open(request, false);
    watchConnecting(running, pool.target);
    const detach = abortWith(running, signal);
    running.on("error", (error) => reject(signal.aborted ? signal.reason : error));
    running.on("response", (message) =>
      resolve({ kind: "refused", response: responseOf(message, signal) }),
    );
    running.on("upgrade", (message: IncomingMessage, socket: Duplex, head: Uint8Array) => {
      detach();
      const onAbort = () => socket.destroy(new Error("aborted"));
      signal.addEventListener("abort", onAbort, { once: true });
      socket.once("close", () => signal.removeEventListener("abort", onAbort));
      if (head.byteLength > 0) socket.unshift(head);
      const response = { ...headOf(message), body: undefined };
      resolve({ kind: "upgraded", response, connection: connectionOf(socket) });
    });
    sendBody(request, running, signal);
  });
}

/** Ends the request, and the response that came meanwhile, when the signal aborts. */
function abortWith(running: ClientRequest, signal: AbortSignal): () => void {
  const onAbort = () => running.destroy(new Error("aborted"));
  signal.addEventListener("abort", onAbort, { once: true });
  return () => signal.removeEventListener("abort", onAbort);
}

function watchConnecting(running: ClientRequest, target: string): void {
  running.once("socket", (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => {
      running.destroy(failedConnecting(target, new Error("timed out")));
    }, connectTimeoutMs);
    const settle = () => clearTimeout(timer);
    socket.once("connect", settle).once("close", settle);
    socket.setKeepAlive(true, 30_000);
  });
}

function sendBody(request: HttpRequest, running: ClientRequest, signal: AbortSignal): void {
  const { body } = request;
  if (body === undefined || body instanceof Uint8Array) {
    running.end(body);
    return;
  }
  pumpBody(body, running, signal).catch((error: unknown) => {
    running.destroy(new Error("sending the request body", { cause: error }));
  });
}

function responseOf(message: IncomingMessage, signal: AbortSignal): HttpResponse {
  return { ...headOf(message), body: responseBody(message, signal) };
}

function headOf(message: IncomingMessage): Pick<HttpResponse, "status" | "headers"> {
  return { status: message.statusCode ?? 0, headers: receivedHeaders(message.rawHeaders) };
}
