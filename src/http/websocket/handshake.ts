import type { Headers, HttpRequest, UpgradeResult } from "#base";
import { connectionPair } from "../connection-pair.ts";
import { findHeader, listHeaderElements } from "../headers.ts";
import { HttpError } from "../http-error.ts";
import { sha1 } from "./sha1.ts";
import { openWebSocket, type WebSocket } from "./websocket.ts";

/** RFC 6455 section 1.3: what a server adds to the client's key. */
const acceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

export interface WebSocketUpgrade {
  /** To be returned to the transport, which then carries the socket's bytes. */
  readonly answer: UpgradeResult;
  readonly socket: WebSocket;
}

/** Whether a request asks for a WebSocket. */
export function isWebSocketRequest(request: HttpRequest): boolean {
  return (
    request.method === "GET" &&
    findHeader(request.headers, "upgrade")?.toLowerCase() === "websocket"
  );
}

/** The subprotocols that a client offers, in its order of preference. */
export function offeredProtocols(request: HttpRequest): readonly string[] {
  return listHeaderElements(request.headers, "sec-websocket-protocol");
}

/**
 * Grants a request for a WebSocket. `protocol` is the chosen one of those offered, or undefined when
 * none was offered. Throws `BadRequest` for a handshake that RFC 6455 does not allow.
 */
export function grantWebSocket(
  request: HttpRequest,
  protocol: string | undefined,
  messageBytesMax: number,
): WebSocketUpgrade {
  const headers = acceptHeaders(request, protocol);
  const [inner, outer] = connectionPair();
  return {
    answer: {
      kind: "upgraded",
      response: { status: 101, headers, body: undefined },
      connection: outer,
    },
    socket: openWebSocket(inner, { role: "server", messageBytesMax }),
  };
}

function acceptHeaders(request: HttpRequest, protocol: string | undefined): Headers {
  const key = findHeader(request.headers, "sec-websocket-key") ?? "";
  const version = findHeader(request.headers, "sec-websocket-version");
  if (!/^[A-Za-z0-9+/]{22}==$/.test(key)) {
    throw new HttpError("BadRequest", "missing or invalid Sec-WebSocket-Key");
  }
  if (version !== "13") throw new HttpError("BadRequest", "only WebSocket version 13 is supported");
  return {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-accept": acceptKeyOf(key),
    ...(protocol === undefined ? {} : { "sec-websocket-protocol": protocol }),
  };
}

/** What proves to the client that the server understood its key. */
export function acceptKeyOf(key: string): string {
  const digest = sha1(new TextEncoder().encode(key + acceptSuffix));
  return btoa(String.fromCharCode(...digest));
}
