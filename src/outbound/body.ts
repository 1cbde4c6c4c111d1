import type { HttpResponse } from "#base";
import { BodyBuffers } from "./body-buffers.ts";

/** Unpacks gzip; `host` has the real one. */
export interface Gunzip {
  /** Undefined when more than `bytesMax` would come out. */
  gunzip(bytes: Uint8Array, bytesMax: number): Promise<Uint8Array | undefined>;
}

export interface BodyOptions {
  /** More than this is refused, packed or unpacked. */
  readonly bytesMax: number;
  /** Absent means that a packed body is left as it is. */
  readonly gunzip?: Gunzip;
}

/** A body that is larger than its reader allows. */
export class BodyTooLargeError extends Error {
  constructor() {
    super("body size limit exceeded");
    this.name = "BodyTooLargeError";
  }
}

/**
 * The whole body, unpacked when it says that it is packed. Reads no more than is allowed. Whoever is
 * done with it may give it back to the buffers, for others to use.
 */
export async function readBody(
  response: HttpResponse,
  { bytesMax, gunzip }: BodyOptions,
  buffers = new BodyBuffers(),
): Promise<Uint8Array> {
  const bytes = await collect(response, bytesMax, buffers);
  if (gunzip === undefined || response.headers["content-encoding"] !== "gzip") return bytes;
  const unpacked = await gunzip.gunzip(bytes, bytesMax);
  buffers.give(bytes);
  if (unpacked === undefined) throw new BodyTooLargeError();
  return unpacked;
}

async function collect(
  { body, headers }: HttpResponse,
  bytesMax: number,
  buffers: BodyBuffers,
): Promise<Uint8Array> {
  const announced = Number(headers["content-length"] ?? 0);
  let room = buffers.take(announced <= bytesMax ? announced : 0);
  let length = 0;
  for await (const chunk of chunksOf(body)) {
    if (length + chunk.length > bytesMax) throw new BodyTooLargeError();
    if (length + chunk.length > room.length) {
      const larger = buffers.take((length + chunk.length) * 2);
      larger.set(room.subarray(0, length));
      buffers.give(room);
      room = larger;
    }
    room.set(chunk, length);
    length += chunk.length;
  }
  return room.subarray(0, length);
}

function chunksOf(body: HttpResponse["body"]): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (body === undefined) return [];
  return body instanceof Uint8Array ? [body] : body;
}
