export { collect, concat, readBody, requestBodyBytesMax } from "./body.ts";
export { ChunkQueue } from "./chunk-queue.ts";
export { compressing, type Gzip } from "./compression.ts";
export { connectionPair } from "./connection-pair.ts";
export { directTransport } from "./direct-transport.ts";
export { findHeader, listHeader, listHeaderElements } from "./headers.ts";
export { HttpError, type HttpErrorReason } from "./http-error.ts";
export { essenceOf, type MediaType, parseMediaType } from "./media-type.ts";
export { bodyMediaType, type Negotiated, negotiate } from "./negotiation.ts";
export { parseTarget, type RequestTarget } from "./request-target.ts";
export { type Route, type RouteMatch, Router } from "./router.ts";
export { SpdyClient, type SpdyStream } from "./spdy/spdy-client.ts";
export { encodeControl, encodeData, type SpdyFrame, SpdyFrameReader } from "./spdy/spdy-frame.ts";
export { splice } from "./splice.ts";
export { closeCodes, WebSocketError } from "./websocket/frame.ts";
export {
  grantWebSocket,
  isWebSocketRequest,
  offeredProtocols,
  type WebSocketUpgrade,
} from "./websocket/handshake.ts";
export {
  openWebSocket,
  type WebSocket,
  type WebSocketMessage,
  type WebSocketOptions,
} from "./websocket/websocket.ts";
