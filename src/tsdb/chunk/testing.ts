import { type Buckets, customBucketsSchema, type Histogram, noBuckets } from "#series";
import type { HistogramSample } from "./chunk.ts";

/**
 * A histogram by its buckets: `0:3 1:5 9:1` are the counts of the buckets 0, 1 and 9; those behind a
 * bar, `0:3 | 2:1`, are negative ones. Everything else follows from them unless `parts` says it.
 */
export function histogramOf(notation: string, parts: Partial<Histogram> = {}): Histogram {
  const [positive = "", negative = ""] = notation.split("|");
  const sides = { positive: bucketsOf(positive), negative: bucketsOf(negative) };
  const zeroCount = parts.zeroCount ?? 1;
  const counts = [...sides.positive.bucketCounts, ...sides.negative.bucketCounts];
  const count = counts.reduce((sum, next) => sum + next, zeroCount);
  return {
    schema: 1,
    counts: "integer",
    counterResetHint: "unknown",
    zeroThreshold: 0.001,
    zeroCount,
    count,
    sum: count * 1.5,
    ...sides,
    customValues: new Float64Array(
      parts.schema === customBucketsSchema ? [0.05, 0.1, 1, 2.5, 1 / 3] : [],
    ),
    ...parts,
  };
}

/** The inverse of `histogramOf`'s notation. */
export function showBuckets(histogram: Histogram): string {
  const negative = showSide(histogram.negative);
  return negative === ""
    ? showSide(histogram.positive)
    : `${showSide(histogram.positive)} | ${negative}`.trim();
}

/** A sample of a histogram in `histogramOf`'s notation; `stale` is the marker. */
export function histogramSampleOf(
  timestampMs: number,
  notation: string,
  parts: Partial<Histogram> = {},
): HistogramSample {
  const histogram = notation === "stale" ? undefined : histogramOf(notation, parts);
  return { timestampMs, histogram, counts: parts.counts ?? "integer", startTimestampMs: 0 };
}

function bucketsOf(notation: string): Buckets {
  const pairs = notation.split(" ").filter((pair) => pair !== "");
  if (pairs.length === 0) return noBuckets;
  const offsets: number[] = [];
  const lengths: number[] = [];
  let end: number | undefined;
  for (const pair of pairs) {
    const index = Number(pair.split(":")[0]);
    if (index === end) lengths.push((lengths.pop() ?? 0) + 1);
    else {
      offsets.push(index - (end ?? 0));
      lengths.push(1);
    }
    end = index + 1;
  }
  return {
    spanOffsets: Int32Array.from(offsets),
    spanLengths: Uint32Array.from(lengths),
    bucketCounts: Float64Array.from(pairs, (pair) => Number(pair.split(":")[1])),
  };
}

function showSide(buckets: Buckets): string {
  const shown: string[] = [];
  let index = 0;
  for (const [run, length] of buckets.spanLengths.entries()) {
    index += buckets.spanOffsets[run] ?? 0;
    for (let ahead = 0; ahead < length; ahead++) {
      shown.push(`${index++}:${buckets.bucketCounts[shown.length]}`);
    }
  }
  return shown.join(" ");
}
