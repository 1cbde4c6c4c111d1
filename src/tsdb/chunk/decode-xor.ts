/**
 * Reading XOR chunks, the hottest loop of every query.
 *
 * The chunk is copied to where more bytes follow it, so that 32 bits can be looked at anywhere in it
 * without asking for its end; whether a sample ended beyond it is asked once. All that changes from
 * sample to sample is in local variables, and doubles are two words of 32 bits.
 */
import type { SampleBuffer } from "#series";
import { ChunkError } from "./chunk.ts";
import { signedOf } from "./varbit.ts";

/** What is known behind the last sample of a chunk: an encoder goes on from there. */
export interface XorEnd {
  readonly bitCount: number;
  readonly count: number;
  readonly timestampMs: number;
  readonly deltaMs: number;
  /** The last value, in words. */
  readonly high: number;
  readonly low: number;
  /** Zeros before and behind the bits that differed last; undefined when none ever did. */
  readonly window: { readonly leading: number; readonly trailing: number } | undefined;
}

interface TimeSpan {
  readonly minMs: number;
  readonly maxMs: number;
}

interface Words {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

const headerBytes = 2;
/** More than a sample takes, and the word that is looked at behind it. */
const marginBytes = 64;
const noSample = { timestampMs: 0, deltaMs: 0, high: 0, low: 0 };

// Written and read within one call: nothing stays in it.
const room = wordsIn(new Uint8Array(64 * 1024));

/** Appends the samples in `[minMs, maxMs]` of a chunk to `buffer`. Throws `ChunkError`. */
export function decodeXor(
  bytes: Uint8Array,
  buffer: SampleBuffer,
  minMs: number,
  maxMs: number,
): void {
  const from = buffer.count;
  decodeXorSpan(bytes, buffer, { minMs, maxMs });
  buffer.startTimestampsMs?.fill(0, from, buffer.count);
  buffer.histograms?.fill(undefined, from, buffer.count);
}

/** Reads a chunk up to its end, or to the first sample behind the span. */
export function decodeXorSpan(
  bytes: Uint8Array,
  buffer: SampleBuffer,
  { minMs, maxMs }: TimeSpan,
): XorEnd {
  const count = sampleCountOf(bytes);
  const words = copied(bytes);
  if (count === 0) return { ...noSample, bitCount: headerBytes * 8, count, window: undefined };
  buffer.reserve(count);
  let row = buffer.count;
  const end = bytes.length * 8;
  const first = readFirst(words);
  let { at, timestampMs, high, low } = first;
  let deltaMs = 0;
  let leading = 0;
  let trailing = 0;
  let hasWindow = false;
  for (let index = 0; ; ) {
    if (at > end) throw new ChunkError("chunk ends within a sample");
    if (timestampMs > maxMs) break;
    // Over the one before, if that was too early.
    buffer.timestampsMs[row] = timestampMs;
    putWords(buffer.words, row, high, low);
    if (timestampMs >= minMs) row++;
    if (++index === count) break;

    let ahead = wordAt(words, at);
    if (index === 1) {
      const distance = readUvarint(words, at >>> 3);
      deltaMs = distance.whole;
      at = distance.end * 8;
      ahead = wordAt(words, at);
    } else if (ahead >= 0) {
      at += 1;
      ahead <<= 1;
    } else {
      deltaMs += deltaChange(words, at, ahead);
      at += deltaChangeBits(ahead);
      ahead = wordAt(words, at);
    }
    timestampMs += deltaMs;

    if (ahead >= 0) {
      at += 1;
      continue;
    }
    if ((ahead & windowBit) !== 0) {
      leading = (ahead >>> 25) & 31;
      trailing = trailingZeros(ahead, leading);
      hasWindow = true;
      at += 13;
    } else {
      at += 2;
    }
    const size = 64 - leading - trailing;
    const lower = lowerWord(words, at, size);
    if (trailing >= 32) {
      high ^= lower << (trailing - 32);
    } else {
      // Shifting twice, since a shift by 32 would be none.
      high ^= (upperWord(words, at, size) << trailing) | ((lower >>> 1) >>> (31 - trailing));
      low ^= lower << trailing;
    }
    at += size;
  }
  buffer.count = row;
  const window = hasWindow ? { leading, trailing } : undefined;
  return { bitCount: at, count, timestampMs, deltaMs, high, low, window };
}

/** The second bit of a value that changed: it has a window of its own. */
const windowBit = 0x4000_0000;

/** How many zeros are behind the bits that differ; 64 such bits are written as 0. */
function trailingZeros(ahead: number, leading: number): number {
  return Math.max(0, 64 - leading - ((ahead >>> 19) & 63 || 64));
}

/** The last 32 of `size` bits, or all of them. */
function lowerWord(words: Words, at: number, size: number): number {
  return size > 32 ? wordAt(words, at + size - 32) : wordAt(words, at) >>> (32 - size);
}

/** What comes before the last 32 of `size` bits. */
function upperWord(words: Words, at: number, size: number): number {
  return size > 32 ? wordAt(words, at) >>> (64 - size) : 0;
}

function sampleCountOf(bytes: Uint8Array): number {
  if (bytes.length < headerBytes) throw new ChunkError("chunk is shorter than its header");
  return ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
}

function putWords(words: Int32Array, row: number, high: number, low: number): void {
  words[row * 2] = low;
  words[row * 2 + 1] = high;
}

function copied(bytes: Uint8Array): Words {
  const fits = bytes.length + marginBytes <= room.bytes.length;
  const words = fits ? room : wordsIn(new Uint8Array(bytes.length + marginBytes));
  words.bytes.set(bytes);
  return words;
}

function wordsIn(bytes: Uint8Array): Words {
  return { bytes, view: new DataView(bytes.buffer) };
}

/** 32 bits from a bit on; negative when the first is 1. */
function wordAt({ bytes, view }: Words, at: number): number {
  const index = at >>> 3;
  const shift = at & 7;
  return (view.getInt32(index) << shift) | ((bytes[index + 4] ?? 0) >>> (8 - shift));
}

/** The first sample, which is whole bytes. */
function readFirst(words: Words) {
  const { whole, end } = readUvarint(words, headerBytes);
  // The lowest bit is the sign.
  const timestampMs = whole % 2 === 0 ? whole / 2 : -(whole + 1) / 2;
  const high = words.view.getInt32(end);
  return { timestampMs, high, low: words.view.getInt32(end + 4), at: (end + 8) * 8 };
}

function readUvarint({ bytes }: Words, start: number) {
  let whole = 0;
  let unit = 1;
  for (let at = start; at < start + 10; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) return { whole: whole + byte * unit, end: at + 1 };
    whole += (byte & 0x7f) * unit;
    unit *= 0x80;
  }
  throw new ChunkError("variable-length integer is longer than 64 bits");
}

/** How many bits tell how a distance changed, by what they begin with. */
function deltaChangeBits(ahead: number): number {
  if (ahead < prefix110) return 2 + 14;
  if (ahead < prefix1110) return 3 + 17;
  return ahead < prefix1111 ? 4 + 20 : 4 + 64;
}

// As signed words: what begins with more ones is greater.
const prefix110 = 0xc000_0000 | 0;
const prefix1110 = 0xe000_0000 | 0;
const prefix1111 = 0xf000_0000 | 0;

/** By how much a distance changed. */
function deltaChange(words: Words, at: number, ahead: number): number {
  if (ahead < prefix110) return signedOf((ahead << 2) >>> 18, 14);
  if (ahead < prefix1110) return signedOf((ahead << 3) >>> 15, 17);
  if (ahead < prefix1111) return signedOf((ahead << 4) >>> 12, 20);
  return wordAt(words, at + 4) * 2 ** 32 + (wordAt(words, at + 36) >>> 0);
}
