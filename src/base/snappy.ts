import { compress } from "snappyjs";

/** Bytes that are no snappy block, or one that is too long. */
export class SnappyError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = "SnappyError";
  }
}

/** Compresses to one snappy block. */
export function compressSnappy(bytes: Uint8Array): Uint8Array {
  return compress(bytes);
}

/** The inverse of `compressSnappy`. Throws `SnappyError`, also for more than `bytesMax` bytes. */
export function decompressSnappy(block: Uint8Array, bytesMax: number): Uint8Array {
  const header = readLength(block);
  if (header.length > bytesMax) {
    throw new SnappyError(`snappy block of ${header.length} bytes, at most ${bytesMax} allowed`);
  }
  // A copy of three bytes makes at most 64, so a longer claim cannot be true.
  if (header.length > block.length * 32) throw corrupt();
  const out = new Uint8Array(header.length);
  let from = header.at;
  let to = 0;
  while (from < block.length) {
    const element = readElement(block, from);
    from = element.end;
    if (element.length > out.length - to) throw corrupt();
    if (element.distance === 0) {
      if (element.length > block.length - from) throw corrupt();
      copyLiteral(block, from, out, { to, length: element.length });
      from += element.length;
    } else {
      if (element.distance > to) throw corrupt();
      copyEarlier(out, to, element);
    }
    to += element.length;
  }
  if (to !== out.length) throw corrupt();
  return out;
}

/** `length` bytes that follow (a literal, `distance` 0), or that lie `distance` back in what is out. */
interface Element {
  readonly length: number;
  readonly distance: number;
  /** Behind the element's tag. */
  readonly end: number;
}

function readLength(block: Uint8Array): { readonly length: number; readonly at: number } {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    const byte = block[at];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { length, at: at + 1 };
  }
  throw corrupt();
}

function readElement(block: Uint8Array, at: number): Element {
  const tag = block[at] ?? 0;
  const high = tag >>> 2;
  switch (tag & 3) {
    case 0: {
      const lengthBytes = high < 60 ? 0 : high - 59;
      const length = (lengthBytes === 0 ? high : readNumber(block, at + 1, lengthBytes)) + 1;
      return { length, distance: 0, end: at + 1 + lengthBytes };
    }
    case 1:
      return copyOf((high & 7) + 4, ((tag >>> 5) << 8) | readNumber(block, at + 1, 1), at + 2);
    case 2:
      return copyOf(high + 1, readNumber(block, at + 1, 2), at + 3);
    default:
      return copyOf(high + 1, readNumber(block, at + 1, 4), at + 5);
  }
}

function copyOf(length: number, distance: number, end: number): Element {
  if (distance === 0) throw corrupt();
  return { length, distance, end };
}

/** A number of `count` bytes, the lowest first. */
function readNumber(block: Uint8Array, at: number, count: number): number {
  if (at + count > block.length) throw corrupt();
  let number = 0;
  for (let index = count - 1; index >= 0; index--) number = number * 256 + (block[at + index] ?? 0);
  return number;
}

function copyLiteral(
  block: Uint8Array,
  from: number,
  out: Uint8Array,
  place: { readonly to: number; readonly length: number },
): void {
  out.set(block.subarray(from, from + place.length), place.to);
}

function copyEarlier(out: Uint8Array, to: number, { distance, length }: Element): void {
  if (distance >= length) {
    out.copyWithin(to, to - distance, to - distance + length);
    return;
  }
  // What is copied is partly written by the copy itself: a run that repeats.
  for (let at = to; at < to + length; at++) out[at] = out[at - distance] ?? 0;
}

function corrupt(): SnappyError {
  return new SnappyError("snappy: corrupt input");
}
