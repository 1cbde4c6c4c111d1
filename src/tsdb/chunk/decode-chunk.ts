import type { SampleBuffer } from "#series";
import { type Chunk, ChunkError } from "./chunk.ts";
import { decodeHistograms, HistogramReader } from "./histogram-chunk.ts";
import { decodeXor } from "./decode-xor.ts";
import { decodeXor2 } from "./xor2.ts";

/** Appends the samples in `[minMs, maxMs]` of a chunk to `buffer`. Throws `ChunkError`. */
export function decodeChunk(
  chunk: Chunk,
  buffer: SampleBuffer,
  minMs: number,
  maxMs: number,
): void {
  const { encoding, bytes } = chunk;
  switch (encoding) {
    case "xor":
      return decodeXor(bytes, buffer, minMs, maxMs);
    case "xor2":
      return decodeXor2(bytes, buffer, minMs, maxMs);
    default:
      return decodeHistograms({ encoding, bytes }, buffer, minMs, maxMs);
  }
}

/** How many samples a chunk says that it has. */
export function countSamples(chunk: Chunk): number {
  const { encoding, bytes } = chunk;
  if (encoding === "xor" || encoding === "xor2") return ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  return new HistogramReader(encoding, bytes).count;
}

const encodings = [
  "xor",
  "histogram",
  "floatHistogram",
  "xor2",
  "histogramSt",
  "floatHistogramSt",
] as const;

/** The number that stands for an encoding in files. */
export function encodingNumber(encoding: Chunk["encoding"]): number {
  return encodings.indexOf(encoding) + 1;
}

/** The inverse of `encodingNumber`. Throws `ChunkError` for a number that means none. */
export function encodingNumbered(number: number): Chunk["encoding"] {
  const encoding = encodings[number - 1];
  if (encoding === undefined) throw new ChunkError(`unknown chunk encoding ${number}`);
  return encoding;
}
