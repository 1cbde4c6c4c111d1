/** One request and its response, over either version of HTTP: the thin part between handler and Node. */
import type { IncomingMessage } from "node:http";
import { ServerResponse } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import { Socket } from "node:net";
import type { Duplex, Readable } from "node:stream";
import {
  assert,
  type Connection,
  type Headers,
  type HttpHandler,
  type HttpPeer,
  type HttpResponse,
  type Logger,
  type ReceivedRequest,
} from "#base";
import { pumpBody } from "./body-pump.ts";
import { connectionOf } from "./connection.ts";
import { receivedHeaders, sentHeaders } from "./received-headers.ts";

export interface ExchangeDeps {
  readonly handler: HttpHandler;
  readonly log: Logger;
  /** What is under way, so that closing can wait for it and in the end abort it. */
  readonly running: Set<AbortController>;
  /** Whether connections are to be given up after the response. */
  readonly isClosing: () => boolean;
}

const internalError: HttpResponse = {
  status: 500,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body: new TextEncoder().encode("Internal Server Error\n"),
};

export async function serveHttp1(
  deps: ExchangeDeps,
  peer: HttpPeer,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const controller = begin(deps, response, () => response.writableFinished);
  const request = http1Request(message, peer);
  const { signal } = controller;
  const answer = await answerTo(deps, request, signal);
  if (!signal.aborted) {
    // What is left of a refused body is not worth reading just to keep the connection.
    const gaveUpBody = request.body !== undefined && !message.complete;
    if (deps.isClosing() || gaveUpBody) response.setHeader("connection", "close");
    await sendHttp1(response, answer, signal).catch((error: unknown) => {
      if (!signal.aborted) deps.log.error("response broke off", error, factsOf(request));
      response.destroy();
    });
  }
}

export async function serveHttp2(
  deps: ExchangeDeps,
  peer: HttpPeer,
  stream: ServerHttp2Stream,
  raw: readonly string[],
): Promise<void> {
  const controller = begin(deps, stream, () => stream.writableFinished && !stream.aborted);
  const { signal } = controller;
  // A stream that the client reset is an abort, which the signal tells.
  stream.on("error", () => {});
  const request: ReceivedRequest = {
    method: pseudoHeader(raw, ":method"),
    target: pseudoHeader(raw, ":path"),
    headers: receivedHeaders(raw),
    body: stream.readableEnded || stream.endAfterHeaders ? undefined : chunksOf(stream),
    peer,
  };
  const answer = await answerTo(deps, request, signal);
  if (signal.aborted || stream.destroyed) return;
  await sendHttp2(stream, answer, { method: request.method, signal }).catch((error: unknown) => {
    if (!signal.aborted) deps.log.error("response broke off", error, factsOf(request));
    stream.destroy(new Error("response broke off", { cause: error }));
  });
}

/** Answers a request to switch protocols; bytes are copied until either side ends. */
export async function serveUpgrade(
  deps: ExchangeDeps,
  peer: HttpPeer,
  message: IncomingMessage,
  channel: { readonly socket: Duplex; readonly head: Uint8Array },
): Promise<void> {
  const { socket, head } = channel;
  const controller = begin(deps, socket, () => false);
  const request: ReceivedRequest = { ...http1Request(message, peer), body: undefined };
  socket.on("error", () => {});
  // Node ends its direction with the client's otherwise, before the answer to the last bytes is out.
  socket.allowHalfOpen = true;
  try {
    const result = await deps.handler.upgrade(request, controller.signal);
    if (result.kind === "refused") {
      await sendRefusal(message, socket, result.response);
      return;
    }
    await using inner = result.connection;
    await using outer = connectionOf(socket);
    if (head.byteLength > 0) socket.unshift(head);
    await outer.send(switchingHead(result.response));
    await Promise.all([copy(inner, outer), copy(outer, inner)]);
  } catch (error) {
    // Broken connections are how most of these end; only what nobody broke is told.
    if (!controller.signal.aborted) deps.log.error("upgrade failed", error, factsOf(request));
    socket.destroy();
  }
}

async function copy(from: Connection, to: Connection): Promise<void> {
  for await (const chunk of from.received) await to.send(chunk);
  await to.finish();
}

/** Registers an exchange that lasts until `stream` closes, and aborts it when it closes early. */
function begin(deps: ExchangeDeps, stream: NodeJS.EventEmitter, isDone: () => boolean) {
  const controller = new AbortController();
  deps.running.add(controller);
  stream.once("close", () => {
    deps.running.delete(controller);
    if (!isDone()) controller.abort(new Error("client has left"));
  });
  return controller;
}

async function answerTo(
  deps: ExchangeDeps,
  request: ReceivedRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
  try {
    return await deps.handler.handle(request, signal);
  } catch (error) {
    // Handlers turn refusals into responses: what arrives here is a bug, or the client has left.
    if (!signal.aborted) deps.log.error("request failed", error, factsOf(request));
    return internalError;
  }
}

function http1Request(message: IncomingMessage, peer: HttpPeer): ReceivedRequest {
  const headers = receivedHeaders(message.rawHeaders);
  const length = headers["content-length"];
  const hasBody = headers["transfer-encoding"] !== undefined || (length ?? "0") !== "0";
  return {
    method: message.method ?? "",
    target: message.url ?? "",
    headers,
    body: hasBody ? chunksOf(message) : undefined,
    peer,
  };
}

/** A body whose reader may stop early without closing the connection under the response. */
function chunksOf(stream: Readable): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () =>
      stream.iterator({ destroyOnReturn: false })[Symbol.asyncIterator](),
  };
}

async function sendHttp1(
  response: ServerResponse,
  { status, headers, body }: HttpResponse,
  signal: AbortSignal,
): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) {
    response.writeHead(status, sentHeaders(withLength(status, headers, body)));
    response.end(body);
    return;
  }
  response.writeHead(status, sentHeaders(headers));
  // A watch may stay silent for minutes, but that it has begun must be known at once.
  response.flushHeaders();
  await pumpBody(body, response, signal);
}

async function sendHttp2(
  stream: ServerHttp2Stream,
  { status, headers, body }: HttpResponse,
  { method, signal }: { readonly method: string; readonly signal: AbortSignal },
): Promise<void> {
  const whole = body === undefined || body instanceof Uint8Array;
  const head = sentHeaders(whole ? withLength(status, headers, body) : headers);
  // Of the connection, which HTTP/2 has no headers for.
  for (const name of ["connection", "keep-alive", "transfer-encoding"]) delete head[name];
  const bodyless = body === undefined || method === "HEAD";
  stream.respond({ ":status": status, ...head }, { endStream: bodyless });
  if (bodyless) return;
  if (whole) stream.end(body);
  else await pumpBody(body, stream, signal);
}

function withLength(status: number, headers: Headers, body: Uint8Array | undefined): Headers {
  const mayHaveBody = status >= 200 && status !== 204 && status !== 304;
  if (!mayHaveBody || headers["content-length"] !== undefined) return headers;
  return { ...headers, "content-length": String(body?.byteLength ?? 0) };
}

/** Answers on a socket that Node has given up to the upgrade, then closes it. */
async function sendRefusal(
  message: IncomingMessage,
  socket: Duplex,
  answer: HttpResponse,
): Promise<void> {
  const response = new ServerResponse(message);
  assert(socket instanceof Socket, "HTTP upgrades happen on sockets");
  response.assignSocket(socket);
  response.setHeader("connection", "close");
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  response.on("finish", () => socket.end());
  await sendHttp1(response, answer, new AbortController().signal);
  await closed;
}

function switchingHead({ status, headers }: HttpResponse): Uint8Array {
  const lines = Object.entries(sentHeaders(headers)).flatMap(([name, value]) =>
    [value].flat().map((single) => `${name}: ${String(single)}\r\n`),
  );
  return Buffer.from(`HTTP/1.1 ${status} Switching Protocols\r\n${lines.join("")}\r\n`, "latin1");
}

function pseudoHeader(raw: readonly string[], name: string): string {
  const index = raw.indexOf(name);
  return index < 0 ? "" : (raw[index + 1] ?? "");
}

function factsOf(request: ReceivedRequest): { readonly method: string; readonly path: string } {
  return { method: request.method, path: request.target.split("?", 1)[0] ?? "" };
}
