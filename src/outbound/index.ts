export { BodyBuffers } from "./body-buffers.ts";
export { BodyTooLargeError, type Gunzip, readBody } from "./body.ts";
export { transportTo } from "./client-transport.ts";
export {
  createHttpClient,
  type HttpClient,
  type OutboundDeps,
} from "./http-client.ts";
export type { OutboundRequest } from "./request.ts";
export { TlsSettings } from "./tls-settings.ts";
