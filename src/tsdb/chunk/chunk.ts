import type { Histogram } from "#series";

/** A run of samples of one series, compressed. What block and head files hold, without frame or checksum. */
export interface Chunk {
  readonly encoding: ChunkEncoding;
  readonly bytes: Uint8Array;
}

/**
 * How samples are compressed: floats by `xor` (every version reads it) or `xor2` (3.14 and later),
 * native histograms with integer or with float counts; `…St` also keep start timestamps.
 */
export type ChunkEncoding =
  | "xor"
  | "histogram"
  | "floatHistogram"
  | "xor2"
  | "histogramSt"
  | "floatHistogramSt";

/** Bytes that are no chunk of their encoding: cut short, or made by nothing that encodes. */
export class ChunkError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = "ChunkError";
  }
}

/** Compresses the float samples of one series, one after another, into one growing chunk. */
export interface FloatEncoder {
  readonly encoding: "xor" | "xor2";
  readonly count: number;
  readonly byteLength: number;
  /**
   * Adds a sample; `timestampMs` is beyond the last one. Of NaNs only "not a number" is kept: the
   * stale marker comes by `appendFrom`. `startTimestampMs` is 0 where it is not known; `xor` drops it.
   */
  append(timestampMs: number, value: number, startTimestampMs: number): void;
  /** Adds the value at `index` bit by bit, whatever kind of NaN it is. */
  appendFrom(
    values: Float64Array,
    index: number,
    timestampMs: number,
    startTimestampMs: number,
  ): void;
  /** The chunk so far, without a copy: good until the next sample is added. */
  view(): Chunk;
  /** The chunk so far, for keeps, no byte larger than needed. */
  copy(): Chunk;
}

/** A sample of a native histogram. */
export interface HistogramSample {
  readonly timestampMs: number;
  /** Undefined for the stale marker, which `counts` then gives its kind. */
  readonly histogram: Histogram | undefined;
  readonly counts: Histogram["counts"];
  /** 0 where it is not known. */
  readonly startTimestampMs: number;
}
