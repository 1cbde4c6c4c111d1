import type { HttpRequest, HttpResponse } from "#base";
import { findHeader, listHeaderElements } from "./headers.ts";

/** Smaller bodies are sent as they are: compressing them costs more than it saves. */
export const compressionBytesMin = 128 * 1024;

/** Compresses by gzip at its fastest level. */
export interface Gzip {
  gzip(bytes: Uint8Array): Promise<Uint8Array>;
}

/**
 * Compresses a response as kube-apiserver does: a whole body of at least 128 KiB, for a client that
 * takes gzip. Streams are never compressed: a watch event must not wait in a compressor.
 */
export async function compressResponse(
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
