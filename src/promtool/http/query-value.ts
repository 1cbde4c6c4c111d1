/** What a server answers to a query. Times are in seconds, as it writes them. */

export type LabelSet = ReadonlyMap<string, string>;

export interface Point {
  readonly timeS: number;
  readonly value: number;
}

export interface HistogramPoint {
  readonly timeS: number;
  readonly count: number;
  readonly sum: number;
  readonly buckets: readonly BucketValue[];
}

export interface BucketValue {
  /** 0: (lower, upper], 1: [lower, upper), 2: both open, 3: both closed. */
  readonly boundaries: number;
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

export interface Stream {
  readonly metric: LabelSet;
  readonly values: readonly Point[];
  readonly histograms: readonly HistogramPoint[];
}

export interface QueryValue {
  readonly kind: "vector" | "matrix" | "scalar" | "string";
  /** Of vectors, with one sample each, and matrices. */
  readonly streams: readonly Stream[];
  /** Of a scalar; of a string its time. */
  readonly point: Point | undefined;
  /** Of a string. */
  readonly text: string;
}
