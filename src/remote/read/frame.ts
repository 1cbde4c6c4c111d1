/**
 * Frames of streamed answers: the message's length as a varint, its CRC-32C in four bytes (the highest
 * first), and the message.
 */
import { crc32c, type Body } from "#base";

const checksumBytes = 4;
/** A length of 64 bits takes at most so many bytes. */
const lengthBytesMax = 10;

export function encodeFrame(message: Uint8Array): Uint8Array {
  const length: number[] = [];
  let rest = message.length;
  for (; rest > 127; rest = Math.floor(rest / 128)) length.push((rest % 128) | 0x80);
  length.push(rest);
  const frame = new Uint8Array(length.length + checksumBytes + message.length);
  frame.set(length);
  new DataView(frame.buffer).setUint32(length.length, crc32c(message));
  frame.set(message, length.length + checksumBytes);
  return frame;
}

/** The messages of a streamed body, each in memory of its own. Throws for a damaged or too long one. */
export async function* readFrames(body: Body, messageBytesMax: number): AsyncGenerator<Uint8Array> {
  const waiting = new Waiting();
  for await (const chunk of body instanceof Uint8Array ? [body] : body) {
    waiting.add(chunk);
    while (true) {
      const message = waiting.takeFrame(messageBytesMax);
      if (message === undefined) break;
      yield message;
    }
  }
  if (waiting.byteCount > 0) throw new Error("unexpected EOF");
}

/** Bytes that came and are not read yet. */
class Waiting {
  #bytes: Uint8Array = new Uint8Array(0);
  /** Chunks behind these bytes, joined to them when a frame needs it. */
  #later: Uint8Array[] = [];
  byteCount = 0;
  /** How many bytes the next frame needs at least. */
  #wanted = 1;

  add(chunk: Uint8Array): void {
    this.#later.push(chunk);
    this.byteCount += chunk.length;
  }

  /** The next message; undefined until all of it has come. */
  takeFrame(messageBytesMax: number): Uint8Array | undefined {
    if (this.byteCount < this.#wanted) return undefined;
    this.#join();
    const length = readLength(this.#bytes);
    if (length === undefined) {
      this.#wanted = this.byteCount + 1;
      return undefined;
    }
    if (length.value > messageBytesMax) {
      throw new Error(
        `chunkedReader: message size exceeded the limit ${messageBytesMax} bytes; got: ${length.value} bytes`,
      );
    }
    const start = length.end + checksumBytes;
    const end = start + length.value;
    if (this.byteCount < end) {
      this.#wanted = end;
      return undefined;
    }
    const message = this.#bytes.slice(start, end);
    const { buffer, byteOffset } = this.#bytes;
    const checksum = new DataView(buffer, byteOffset + length.end).getUint32(0);
    if (crc32c(message) !== checksum) {
      throw new Error("chunkedReader: corrupted frame; checksum mismatch");
    }
    this.#bytes = this.#bytes.subarray(end);
    this.byteCount -= end;
    this.#wanted = 1;
    return message;
  }

  #join(): void {
    if (this.#later.length === 0) return;
    const whole = new Uint8Array(this.byteCount);
    let at = 0;
    for (const part of [this.#bytes, ...this.#later]) {
      whole.set(part, at);
      at += part.length;
    }
    this.#bytes = whole;
    this.#later = [];
  }
}

/** A varint at the beginning; undefined when its end has not come. */
function readLength(
  bytes: Uint8Array,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let at = 0; at < lengthBytesMax; at++) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { value, end: at + 1 };
  }
  throw new Error("binary: varint overflows a 64-bit integer");
}
