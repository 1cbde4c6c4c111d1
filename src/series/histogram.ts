/**
 * Native histograms, as samples carry them.
 *
 * One shape serves scraped integer histograms, computed float ones and those with custom bucket
 * bounds: counts are absolute (not deltas) and doubles, which hold any count up to 2^53 exactly.
 * `counts` remembers whether they came as integers, because storage encodes these in another way.
 */
export interface Histogram {
  /** −4 to 8: exponential buckets, 2^schema of them per power of two; `customBucketsSchema`: own bounds. */
  readonly schema: number;
  readonly counts: "integer" | "float";
  readonly counterResetHint: CounterResetHint;
  /** Observations with an absolute value up to this are in the zero bucket. */
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  /** Of all observations. Never the stale marker, which is a sample of its own. */
  readonly sum: number;
  readonly positive: Buckets;
  readonly negative: Buckets;
  /** Upper bounds of the buckets, ascending, without +Inf; empty unless the bounds are custom. */
  readonly customValues: Float64Array;
}

/** Buckets that exist, as runs of neighbours ("spans"), with one count for each bucket. */
export interface Buckets {
  /** How many absent buckets lie before each run; for the first: the index of its first bucket. */
  readonly spanOffsets: Int32Array;
  readonly spanLengths: Uint32Array;
  readonly bucketCounts: Float64Array;
}

export type CounterResetHint = "unknown" | "reset" | "notReset" | "gauge";

/** The schema number of histograms whose bucket bounds are given one by one. */
export const customBucketsSchema = -53;

export const noBuckets: Buckets = {
  spanOffsets: new Int32Array(0),
  spanLengths: new Uint32Array(0),
  bucketCounts: new Float64Array(0),
};
