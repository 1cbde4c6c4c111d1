import type { HttpHandler, HttpRequest, HttpResponse, ReceivedRequest } from "#base";
import { findHeader, listHeaderElements } from "./headers.ts";

/** Smaller bodies are sent as they are: compressing them costs more than it saves. */
const compressionBytesMin = 128 * 1024;

/** Compresses by gzip at its fastest level. */
export interface Gzip {
  gzip(bytes: Uint8Array): Promise<Uint8Array>;
}

/**
 * Adds compression to a handler, as kube-apiserver has it: of whole bodies of at least 128 KiB, for
 * clients that take gzip. Streams are sent as they are, since a watch event must not wait in a
 * compressor; so is what stays on this machine, where it would only cost.
 */
export function compressing(handler: HttpHandler, gzip: Gzip): HttpHandler {
  return {
    handle: async (request, signal) => {
      const response = await handler.handle(request, signal);
      return isNear(request) ? response : compressResponse(gzip, request, response);
    },
    upgrade: (request, signal) => handler.upgrade(request, signal),
  };
}

function isNear({ peer }: ReceivedRequest): boolean {
  const { address } = peer;
  return address === undefined || address.address.startsWith("127.") || address.address === "::1";
}

async function compressResponse(
  gzip: Gzip,
  request: HttpRequest,
  response: HttpResponse,
): Promise<HttpResponse> {
  if (!(response.body instanceof Uint8Array) || !isCompressible(request, response)) return response;
  const body = await gzip.gzip(response.body);
  const headers = {
    ...response.headers,
    "content-encoding": "gzip",
    "content-length": String(body.byteLength),
    vary: "Accept-Encoding",
  };
  return { ...response, headers, body };
}

function isCompressible(request: HttpRequest, response: HttpResponse): boolean {
  const { body } = response;
  if (!(body instanceof Uint8Array) || body.byteLength < compressionBytesMin) return false;
  return findHeader(response.headers, "content-encoding") === undefined && takesGzip(request);
}

function takesGzip(request: HttpRequest): boolean {
  return listHeaderElements(request.headers, "accept-encoding").some((element) => {
    const [coding = "", quality = ""] = element.toLowerCase().split(";");
    return coding.trim() === "gzip" && !/^\s*q=0(?:\.0*)?\s*$/.test(quality);
  });
}
