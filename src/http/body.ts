import type { Body, HttpRequest } from "#base";
import { findHeader } from "./headers.ts";
import { HttpError } from "./http-error.ts";

/** The largest request body that kube-apiserver takes: 3 MiB. */
export const requestBodyBytesMax = 3 * 1024 * 1024;

/** Reads a request's whole body. Throws `RequestEntityTooLarge`, at the latest after `bytesMax`. */
export async function readBody(request: HttpRequest, bytesMax: number): Promise<Uint8Array> {
  if (request.body === undefined) return new Uint8Array();
  const announced = Number(findHeader(request.headers, "content-length") ?? 0);
  if (announced > bytesMax) throw tooLarge(bytesMax);
  return collect(request.body, bytesMax, tooLarge);
}

/** The bytes of a body of up to `bytesMax`; beyond that throws what `refuse` makes. */
export async function collect(
  body: Body,
  bytesMax: number,
  refuse: (bytesMax: number) => Error,
): Promise<Uint8Array> {
  if (body instanceof Uint8Array) {
    if (body.byteLength > bytesMax) throw refuse(bytesMax);
    return body;
  }
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of body) {
    byteCount += chunk.byteLength;
    if (byteCount > bytesMax) throw refuse(bytesMax);
    chunks.push(chunk);
  }
  return concat(chunks);
}

/** The chunks as one; a single one is returned as it is. */
export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

function tooLarge(bytesMax: number): HttpError {
  const message = `Request entity too large: limit is ${bytesMax}`;
  return new HttpError("RequestEntityTooLarge", message);
}
