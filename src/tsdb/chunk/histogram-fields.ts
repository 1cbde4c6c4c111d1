import type { Buckets, Histogram } from "#series";
import type { BitReader } from "./bit-reader.ts";
import type { BitWriter } from "./bit-writer.ts";
import type { Spans } from "./bucket-layout.ts";
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

export interface HistogramFields {
  readonly count: number;
  readonly zeroCount: number;
  readonly sum: number;
  readonly positiveCounts: Float64Array;
  readonly negativeCounts: Float64Array;
}

export function makeHistogram(
  layout: HistogramLayout,
  fields: HistogramFields,
  kind: Pick<Histogram, "counts" | "counterResetHint">,
): Histogram {
  return {
    schema: layout.schema,
    counts: kind.counts,
    counterResetHint: kind.counterResetHint,
    zeroThreshold: layout.zeroThreshold,
    zeroCount: fields.zeroCount,
    count: fields.count,
    sum: fields.sum,
    positive: withCounts(layout.positive, fields.positiveCounts),
    negative: withCounts(layout.negative, fields.negativeCounts),
    customValues: layout.customValues,
  };
}

function withCounts({ spanOffsets, spanLengths }: Spans, bucketCounts: Float64Array): Buckets {
  return { spanOffsets, spanLengths, bucketCounts };
}
