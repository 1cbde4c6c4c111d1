import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import type { ClientTls, HttpRequest, HttpResponse, HttpTunnel } from "#base";
import { pumpBody } from "./body-pump.ts";
import { connectTls } from "./client-tls.ts";
import { connectTimeoutMs, type ProtocolClient } from "./protocol-client.ts";
import { receivedHeaders, sentHeaders } from "./received-headers.ts";
import { responseBody } from "./response-body.ts";
import { authorityOf, connectTunnel } from "./tunnel.ts";

/** A silent connection is asked whether it lives, as Go's clients do. */
const pingEveryMs = 30_000;
const pingTimeoutMs = 15_000;

/** How much a server may send ahead of our reading: per stream, and in all. */
const streamWindowBytes = 4 * 1024 * 1024;
const sessionWindowBytes = 32 * 1024 * 1024;

/** What a server allows that does not say: the value of Go's servers. */
const streamsMaxDefault = 250;

interface Link {
  readonly session: ClientHttp2Session;
  readonly tls: ClientTls | "plain";
  streamCount: number;
}

/**
 * Speaks HTTP/2, all requests sharing connections; another connection is opened when one has as many
 * streams as its server allows. A server that does not offer HTTP/2 is spoken to by `fallback`.
 */
export function openHttp2Client(route: Http2Route, fallback: ProtocolClient): ProtocolClient {
  const pool = new LinkPool(route);
  return {
    send: async (request, tls, signal) => {
      for (let attempt = 0; ; attempt++) {
        const link = await pool.find(tls, signal);
        if (link === undefined) return await fallback.send(request, tls, signal);
        try {
          return await send(request, link, signal);
        } catch (error) {
          if (attempt > 0 || !isUnprocessed(error, request) || signal.aborted) throw error;
        }
      }
    },
    [Symbol.asyncDispose]: async () => pool.close(),
  };
}

export interface Http2Route {
  readonly server: { readonly host: string; readonly port: number };
  readonly tunnel: HttpTunnel | undefined;
}

class LinkPool {
  readonly #route: Http2Route;
  #links: Link[] = [];
  #opening: Promise<Link | undefined> | undefined;
  #speaksHttp2 = true;

  constructor(route: Http2Route) {
    this.#route = route;
  }

  /** A connection with room for a stream; undefined when the server does not speak HTTP/2. */
  async find(tls: ClientTls | "plain", signal: AbortSignal): Promise<Link | undefined> {
    while (this.#speaksHttp2 && tls !== "plain") {
      const link = this.#links.find((candidate) => hasRoom(candidate, tls));
      if (link !== undefined) return link;
      this.#opening ??= this.#open(tls).finally(() => {
        this.#opening = undefined;
      });
      await untilAborted(this.#opening, signal);
    }
    return undefined;
  }

  close(): void {
    for (const { session } of this.#links) session.destroy();
  }

  async #open(tls: ClientTls): Promise<Link | undefined> {
    const { tunnel } = this.#route;
    const { host, port } = this.#route.server;
    const over =
      tunnel === undefined
        ? {}
        : { over: await connectTunnel(tunnel, authorityOf(host, port), connectTimeoutMs) };
    const protocols = ["h2", "http/1.1"];
    // Several requests wait for this one, so that none of their signals may end it.
    const never = new AbortController().signal;
    const socket = await connectTls(
      { host, port, tls, protocols, ...over },
      connectTimeoutMs,
      never,
    );
    if (socket.alpnProtocol !== "h2") {
      socket.destroy();
      this.#speaksHttp2 = false;
      return undefined;
    }
    socket.setNoDelay(true);
    const session = connect(`https://${authorityOf(host, port)}`, {
      createConnection: () => socket,
      settings: { initialWindowSize: streamWindowBytes, enablePush: false },
      maxSessionMemory: 256,
      peerMaxConcurrentStreams: streamsMaxDefault,
    });
    const link: Link = { session, tls, streamCount: 0 };
    this.#keep(link);
    return link;
  }

  #keep(link: Link): void {
    const { session } = link;
    const forget = () => {
      this.#links = this.#links.filter((candidate) => candidate !== link);
    };
    // Those made with former certificates go when what runs on them has ended.
    for (const { session: former, tls } of this.#links) if (tls !== link.tls) former.close();
    this.#links.push(link);
    const stopPings = keepProbing(session);
    // The requests on it learn of the error themselves.
    session.on("error", forget);
    session.once("goaway", forget);
    session.once("close", () => {
      forget();
      stopPings();
    });
    session.once("connect", () => session.setLocalWindowSize(sessionWindowBytes));
  }
}

function hasRoom({ session, tls, streamCount }: Link, wanted: ClientTls | "plain"): boolean {
  if (session.closed || session.destroyed || tls !== wanted) return false;
  const limit = session.connecting ? undefined : session.remoteSettings.maxConcurrentStreams;
  return streamCount < (limit ?? streamsMaxDefault);
}

/** Asks a silent connection for a sign of life, and gives it up when none comes. */
function keepProbing(session: ClientHttp2Session): () => void {
  let deadline: NodeJS.Timeout | undefined;
  const timer = setInterval(() => {
    if (session.destroyed) return;
    deadline = setTimeout(() => {
      session.destroy(new Error("server does not answer"));
    }, pingTimeoutMs);
    session.ping(() => clearTimeout(deadline));
  }, pingEveryMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    clearTimeout(deadline);
  };
}

/** Settles as `opening` does, or rejects when the signal aborts first. */
async function untilAborted<T>(opening: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([opening, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function send(request: HttpRequest, link: Link, signal: AbortSignal): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const { body } = request;
    const stream = link.session.request(
      { ...http2Headers(request), ":method": request.method, ":path": request.target },
      { endStream: body === undefined },
    );
    keepUnread(stream);
    link.streamCount++;
    const onAbort = () => stream.close(constants.NGHTTP2_CANCEL);
    signal.addEventListener("abort", onAbort, { once: true });
    stream.once("close", () => {
      link.streamCount--;
      signal.removeEventListener("abort", onAbort);
      reject(signal.aborted ? signal.reason : new Error("server ended the stream unanswered"));
    });
    stream.on("error", (error) => reject(signal.aborted ? signal.reason : error));
    stream.once("response", (headers, _flags, raw: string[]) =>
      resolve({
        status: headers[":status"] ?? 0,
        headers: receivedHeaders(raw),
        body: responseBody(stream, signal),
      }),
    );
    if (body !== undefined) sendBody(body, stream, signal);
  });
}

/**
 * Not read yet is not unwanted: without a listener Node throws away an answer that has arrived whole
 * before anybody iterates it. An empty one ends by itself.
 */
function keepUnread(stream: ClientHttp2Stream): void {
  stream.on("readable", () => {
    if (stream.readableLength === 0) stream.read(0);
  });
}

function sendBody(
  body: NonNullable<HttpRequest["body"]>,
  stream: ClientHttp2Stream,
  signal: AbortSignal,
): void {
  if (body instanceof Uint8Array) {
    stream.end(body);
    return;
  }
  pumpBody(body, stream, signal).catch((error: unknown) => {
    stream.destroy(new Error("sending the request body", { cause: error }));
  });
}

function http2Headers(request: HttpRequest) {
  const headers = sentHeaders(request.headers);
  delete headers["connection"];
  delete headers["host"];
  delete headers["keep-alive"];
  delete headers["transfer-encoding"];
  return headers;
}

/** Whether the server certainly did nothing with a request, so that it may be sent again. */
function isUnprocessed(error: unknown, request: HttpRequest): boolean {
  const isReplayable = request.body === undefined || request.body instanceof Uint8Array;
  if (!isReplayable || !(error instanceof Error)) return false;
  const isRefused = /NGHTTP2_REFUSED_STREAM|ERR_HTTP2_GOAWAY_SESSION|ERR_HTTP2_INVALID_SESSION/;
  const code = "code" in error ? String(error.code) : "";
  if (isRefused.test(`${code} ${error.message}`)) return true;
  // The connection broke; what only reads may be asked again.
  return /^(?:GET|HEAD|OPTIONS)$/.test(request.method) && /^(?:ECONNRESET|EPIPE)$/.test(code);
}
