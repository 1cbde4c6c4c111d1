import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createSecureServer, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { Server as NetServer, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { SecureContextOptions } from "node:tls";
import { assert, type HttpHandler, type HttpPeer, type Logger, type SocketAddress } from "#base";
import type { ConnectionLimit } from "./connection-limit.ts";
import { type ExchangeDeps, serveHttp1, serveHttp2, serveUpgrade } from "./http-exchange.ts";
import { peerOf } from "./http-peer.ts";

/** Clients of Go keep idle connections for 90 s; we must not close one just as they use it. */
const keepAliveTimeoutMs = 180_000;
/** From the first byte of a request to the end of its headers. */
const headersTimeoutMs = 30_000;
/** Bearer tokens and impersonation make headers large. */
const headersBytesMax = 128 * 1024;
/** Streams of one connection: each watch of a client is one. */
const streamsMax = 4_096;
const sessionMegabytesMax = 256;
const windowBytes = 1024 * 1024;
/** Silent connections are probed after this long, so that vanished clients are found. */
const probeAfterMs = 30_000;

/** What a TLS server shows, and whom it believes. All in PEM. */
export interface ServerIdentity {
  readonly certificate: string;
  readonly key: string;
  /** Authorities of client certificates. Clients are asked for one and may have none. */
  readonly clientAuthorities: string;
}

export interface HttpServerOptions {
  readonly local: SocketAddress | { readonly unixPath: string };
  /** `plain` is for sockets that only this machine reaches. */
  readonly identity: ServerIdentity | "plain";
  /** Absent means that as many connections are served as there are. */
  readonly limit?: ConnectionLimit;
}

export interface HttpServerDeps {
  readonly handler: HttpHandler;
  readonly log: Logger;
}

export interface HttpServer extends AsyncDisposable {
  /** Where it really listens; port 0 and no address for a Unix socket. */
  readonly local: SocketAddress;
  /** Uses another certificate and other authorities for connections from now on. */
  setIdentity(identity: ServerIdentity): void;
  /**
   * Stops accepting, lets requests finish for up to `graceMs`, aborts the rest, and closes all
   * connections.
   */
  close(graceMs: number): Promise<void>;
}

/**
 * Serves HTTP/1.1, HTTP/2 and upgrades (WebSocket, SPDY/3.1) on one port. Requests have no time limit
 * of their own: watches are as long as their clients want.
 */
export async function openHttpServer(
  deps: HttpServerDeps,
  options: HttpServerOptions,
): Promise<HttpServer> {
  let closing = false;
  const exchange: ExchangeDeps = { ...deps, running: new Set(), isClosing: () => closing };
  const connections = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  const { server, setIdentity } = createListener(exchange, options.identity, sessions);
  if (options.limit !== undefined) limitConnections(server, options.limit);
  server.prependListener("connection", (socket: Socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  await listening(server, options.local);
  const close = async (graceMs: number) => {
    closing = true;
    server.close();
    for (const session of sessions) session.close();
    await settled(exchange.running, graceMs);
    for (const controller of exchange.running) controller.abort(new Error("server is closing"));
    for (const socket of connections) socket.destroy();
  };
  return { local: localOf(server), setIdentity, close, [Symbol.asyncDispose]: () => close(0) };
}

/** Lets Node's own listeners know of a connection only when it is its turn. */
function limitConnections(server: NetServer, limit: ConnectionLimit): void {
  const listeners = server.listeners("connection");
  server.removeAllListeners("connection");
  // What arrives before waits in the kernel.
  Object.assign(server, { pauseOnConnect: true });
  server.on("connection", (socket: Socket) => {
    limit.admit(socket, () => {
      for (const listener of listeners) listener.call(server, socket);
      socket.resume();
    });
  });
}

interface CreatedListener {
  readonly server: NetServer;
  readonly setIdentity: (identity: ServerIdentity) => void;
}

const http1Options = {
  keepAliveTimeout: keepAliveTimeoutMs,
  headersTimeout: headersTimeoutMs,
  requestTimeout: 0,
  maxHeaderSize: headersBytesMax,
  // Other upgrades, such as h2c, are offers that may be passed over.
  shouldUpgradeCallback: (message: IncomingMessage) =>
    /^(?:websocket|spdy\/3\.1)$/i.test(message.headers.upgrade ?? ""),
};

const socketOptions = { noDelay: true, keepAlive: true, keepAliveInitialDelay: probeAfterMs };

function createListener(
  exchange: ExchangeDeps,
  identity: ServerIdentity | "plain",
  sessions: Set<ServerHttp2Session>,
): CreatedListener {
  const peers = new WeakMap<object, HttpPeer>();
  const peerFor = (socket: Socket) => remembered(peers, socket, () => peerOf(socket));
  const onRequest = (message: IncomingMessage, response: ServerResponse) =>
    void serveHttp1(exchange, peerFor(message.socket), message, response);
  const onUpgrade = (message: IncomingMessage, socket: Duplex, head: Uint8Array) =>
    void serveUpgrade(exchange, peerFor(message.socket), message, { socket, head });
  if (identity === "plain") {
    const server = createServer({ ...http1Options, ...socketOptions }, onRequest);
    server.on("upgrade", onUpgrade);
    return { server, setIdentity: () => assert(false, "a plain server has no identity") };
  }
  const server = createSecureServer({
    ...http1Options,
    ...socketOptions,
    ...contextOf(identity),
    allowHTTP1: true,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: "TLSv1.2",
    maxSessionMemory: sessionMegabytesMax,
    maxHeaderListPairs: 512,
    settings: {
      maxConcurrentStreams: streamsMax,
      maxHeaderListSize: headersBytesMax,
      initialWindowSize: windowBytes,
    },
  });
  Object.assign(server, http1Options);
  server.on("request", onRequest);
  server.on("upgrade", onUpgrade);
  // Node serves HTTP/2 to request listeners through objects that imitate HTTP/1; ours is direct.
  server.removeAllListeners("stream");
  server.on(
    "stream",
    (stream: ServerHttp2Stream, _headers: object, _flags: number, raw: string[]) => {
      const session = stream.session;
      if (session === undefined || session.destroyed) return;
      const peer = remembered(peers, session, () => peerOf(session.socket));
      void serveHttp2(exchange, peer, stream, raw);
    },
  );
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    session.setLocalWindowSize(4 * windowBytes);
  });
  // Clients that break the protocol lose their connection, which is all there is to do.
  server.on("sessionError", () => {});
  return {
    server,
    setIdentity: (changed) => server.setSecureContext(contextOf(changed)),
  };
}

function contextOf(identity: ServerIdentity): SecureContextOptions {
  return { cert: identity.certificate, key: identity.key, ca: identity.clientAuthorities };
}

function remembered(
  peers: WeakMap<object, HttpPeer>,
  connection: object,
  look: () => HttpPeer,
): HttpPeer {
  const known = peers.get(connection);
  if (known !== undefined) return known;
  const peer = look();
  peers.set(connection, peer);
  return peer;
}

function listening(server: NetServer, local: HttpServerOptions["local"]): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    const where =
      "unixPath" in local
        ? { path: local.unixPath }
        : { host: local.address, port: local.port, backlog: 4_096 };
    server.listen(where, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function localOf(server: NetServer): SocketAddress {
  const bound = server.address();
  return bound !== null && typeof bound === "object"
    ? { address: bound.address, port: bound.port }
    : { address: "", port: 0 };
}

/** Waits until nothing runs any more, at most `graceMs`. */
async function settled(running: ReadonlySet<unknown>, graceMs: number): Promise<void> {
  const deadlineMs = performance.now() + graceMs;
  while (running.size > 0 && performance.now() < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
