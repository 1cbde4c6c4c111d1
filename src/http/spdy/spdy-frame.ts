/**
 * SPDY/3.1 frames, as far as a client needs them who opens a few streams and copies bytes.
 *
 * A control frame begins with a set bit, version 3 and its type; a data frame with its stream's
 * number. Both go on with one byte of flags and three of length. Header blocks are compressed by one
 * zlib stream per direction. We write ours uncompressed, in zlib's "stored" blocks, and never read
 * the server's, which say nothing that matters; so no compression is needed at all.
 */

import { concat } from "../body.ts";

export type SpdyFrame =
  | {
      readonly kind: "data";
      readonly stream: number;
      readonly last: boolean;
      readonly payload: Uint8Array;
    }
  | {
      readonly kind: "control";
      readonly type: number;
      readonly flags: number;
      readonly payload: Uint8Array;
    };

export const frameTypes = { synStream: 1, reset: 3, ping: 6, goAway: 7 } as const;

const frameHeadBytes = 8;
const version = 3;
const flagLast = 1;
/** The server of Kubernetes' streaming library sends at most 32 KiB at once. */
const payloadBytesMax = 1024 * 1024;
const utf8 = new TextEncoder();

export function encodeData(stream: number, payload: Uint8Array, last: boolean): Uint8Array {
  const bytes = new Uint8Array(frameHeadBytes + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, stream);
  view.setUint32(4, ((last ? flagLast : 0) << 24) | payload.length);
  bytes.set(payload, frameHeadBytes);
  return bytes;
}

export function encodeControl(type: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(frameHeadBytes + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x8000 | version);
  view.setUint16(2, type);
  view.setUint32(4, payload.length);
  bytes.set(payload, frameHeadBytes);
  return bytes;
}

/**
 * Opens a stream.
 *
 * @param place the first stream of a connection also begins the compressed header stream
 */
export function encodeSynStream(
  stream: number,
  headers: Readonly<Record<string, string>>,
  place: "first" | "later",
): Uint8Array {
  const block = storedBlock(encodeHeaders(headers), place);
  const payload = new Uint8Array(10 + block.length);
  // After the stream's number come an associated stream, a priority and a slot: none of each.
  new DataView(payload.buffer).setUint32(0, stream);
  payload.set(block, 10);
  return encodeControl(frameTypes.synStream, payload);
}

function encodeHeaders(headers: Readonly<Record<string, string>>): Uint8Array {
  const texts = Object.entries(headers).flatMap(([name, value]) => [name.toLowerCase(), value]);
  const parts = texts.map((text) => utf8.encode(text));
  const bytes = new Uint8Array(4 + parts.reduce((sum, part) => sum + 4 + part.length, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, parts.length / 2);
  let offset = 4;
  for (const part of parts) {
    view.setUint32(offset, part.length);
    bytes.set(part, offset + 4);
    offset += 4 + part.length;
  }
  return bytes;
}

/** Bytes in zlib's format (RFC 1950, 1951) as they are, ended by the empty block that flushes. */
function storedBlock(content: Uint8Array, place: "first" | "later"): Uint8Array {
  const start = place === "first" ? [0x78, 0x01] : [];
  const { length } = content;
  const head = [0x00, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255];
  const flush = [0x00, 0x00, 0x00, 0xff, 0xff];
  return Uint8Array.from([...start, ...head, ...content, ...flush]);
}

/** Cuts received bytes into frames, however they arrive. */
export class SpdyFrameReader {
  #rest: Uint8Array = new Uint8Array(0);

  /** The frames that `chunk` completes. Throws for a length that no server of ours would send. */
  push(chunk: Uint8Array): readonly SpdyFrame[] {
    const bytes = concat([this.#rest, chunk]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const frames: SpdyFrame[] = [];
    let offset = 0;
    while (bytes.length - offset >= frameHeadBytes) {
      const length = view.getUint32(offset + 4) & 0xffffff;
      if (length > payloadBytesMax) throw new Error("an SPDY frame is too long");
      const end = offset + frameHeadBytes + length;
      if (bytes.length < end) break;
      frames.push(frameOf(view, offset, bytes.subarray(offset + frameHeadBytes, end)));
      offset = end;
    }
    this.#rest = bytes.slice(offset);
    return frames;
  }
}

function frameOf(view: DataView, offset: number, payload: Uint8Array): SpdyFrame {
  const flags = view.getUint8(offset + 4);
  const word = view.getUint32(offset);
  if (word >>> 31 === 0) {
    return { kind: "data", stream: word, last: (flags & flagLast) !== 0, payload };
  }
  return { kind: "control", type: word & 0xffff, flags, payload };
}
