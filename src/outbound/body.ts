import type { HttpResponse } from "#base";

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

/** The whole body, unpacked when it says that it is packed. Reads no more than is allowed. */
export async function readBody(
  response: HttpResponse,
  { bytesMax, gunzip }: BodyOptions,
): Promise<Uint8Array> {
  const bytes = await collect(response.body, bytesMax);
  if (gunzip === undefined || response.headers["content-encoding"] !== "gzip") return bytes;
  const unpacked = await gunzip.gunzip(bytes, bytesMax);
  if (unpacked === undefined) throw new BodyTooLargeError();
  return unpacked;
}

async function collect(body: HttpResponse["body"], bytesMax: number): Promise<Uint8Array> {
  if (body === undefined) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of body instanceof Uint8Array ? [body] : body) {
    byteCount += chunk.length;
    if (byteCount > bytesMax) throw new BodyTooLargeError();
    chunks.push(chunk);
  }
  const [first] = chunks;
  return first !== undefined && chunks.length === 1 ? first : concatenated(chunks, byteCount);
}

function concatenated(chunks: readonly Uint8Array[], byteCount: number): Uint8Array {
  const whole = new Uint8Array(byteCount);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
