/** When a chunk of floats is full enough: pure arithmetic, the same as upstream's. */

export interface ChunkCutOptions {
  /** Blocks are cut at multiples of this; no chunk crosses one. */
  readonly chunkRangeMs: number;
  /** How many samples a chunk of floats should have. */
  readonly samplesPerChunk: number;
}

/** The end of the chunk range that a time is in. */
export function rangeEndMs(timestampMs: number, rangeMs: number): number {
  return Math.floor(timestampMs / rangeMs) * rangeMs + rangeMs;
}

/**
 * When to begin the next chunk, from what a chunk is like when it is 1/`ratioToFull` full, so that
 * the chunks up to `endMs` become about equally long.
 */
export function predictCutMs(
  minMs: number,
  lastMs: number,
  endMs: number,
  ratioToFull: number,
): number {
  const chunks = (endMs - minMs) / ((lastMs - minMs + 1) * ratioToFull);
  if (chunks <= 1) return endMs;
  return Math.trunc(minMs + (endMs - minMs) / Math.floor(chunks));
}

/** Above this a chunk of floats takes no further sample, whatever its count. */
export const floatChunkBytesMax = 1024 - 19;

/** How large a chunk of histograms should be, and how many samples make it worth having. */
export const histogramChunkBytes = 1024;
export const histogramChunkSamplesMin = 10;
