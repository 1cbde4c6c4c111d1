import type { Histogram } from "#series";
import type { BitReader } from "./bit-reader.ts";
import type { BitWriter } from "./bit-writer.ts";
import type { HistogramLayout } from "./histogram-layout.ts";

/** What is written of each histogram of a chunk: all but layout, timestamp and start timestamp. */
export interface HistogramFieldsWriter {
  /** Writes a histogram that has the chunk's layout; undefined: the stale marker. */
  write(bits: BitWriter, histogram: Histogram | undefined): void;
}

/** Reads what a `HistogramFieldsWriter` wrote. */
export interface HistogramFieldsReader {
  /** Undefined for the stale marker. */
  read(bits: BitReader): HistogramFields | undefined;
}

/** Counts of the positive buckets come first, then those of the negative ones. */
export interface HistogramFields {
  readonly count: number;
  readonly zeroCount: number;
  readonly sum: number;
  readonly bucketCounts: Float64Array;
}

export function makeHistogram(
  layout: HistogramLayout,
  fields: HistogramFields,
  kind: Pick<Histogram, "counts" | "counterResetHint">,
): Histogram {
  const positiveCount = layout.positive.spanLengths.reduce((sum, length) => sum + length, 0);
  return {
    schema: layout.schema,
    counts: kind.counts,
    counterResetHint: kind.counterResetHint,
    zeroThreshold: layout.zeroThreshold,
    zeroCount: fields.zeroCount,
    count: fields.count,
    sum: fields.sum,
    positive: { ...layout.positive, bucketCounts: fields.bucketCounts.subarray(0, positiveCount) },
    negative: { ...layout.negative, bucketCounts: fields.bucketCounts.subarray(positiveCount) },
    customValues: layout.customValues,
  };
}
