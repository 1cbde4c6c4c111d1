/** Operations on the buckets of one sign, which know nothing about bounds. */
import { type Buckets, noBuckets } from "../histogram.ts";
import { coarserIndex } from "./bounds.ts";

/** The index of every bucket, in order. */
export function bucketIndexes(buckets: Buckets): Int32Array {
  const { spanOffsets, spanLengths, bucketCounts } = buckets;
  const indexes = new Int32Array(bucketCounts.length);
  let index = 0;
  let position = 0;
  for (let span = 0; span < spanOffsets.length; span++) {
    index += spanOffsets[span] ?? 0;
    const end = Math.min(position + (spanLengths[span] ?? 0), indexes.length);
    while (position < end) indexes[position++] = index++;
  }
  return indexes;
}

/** Buckets at ascending `indexes`; neighbours share a span. Takes `counts` over. */
export function bucketsAt(indexes: Int32Array, counts: Float64Array): Buckets {
  if (indexes.length === 0) return noBuckets;
  let spans = 1;
  for (let at = 1; at < indexes.length; at++) {
    if (indexes[at] !== (indexes[at - 1] ?? 0) + 1) spans++;
  }
  const spanOffsets = new Int32Array(spans);
  const spanLengths = new Uint32Array(spans);
  let span = -1;
  let next = 0;
  for (let at = 0; at < indexes.length; at++) {
    const index = indexes[at] ?? 0;
    if (span < 0 || index !== next) {
      span++;
      spanOffsets[span] = span === 0 ? index : index - next;
    }
    spanLengths[span] = (spanLengths[span] ?? 0) + 1;
    next = index + 1;
  }
  return { spanOffsets, spanLengths, bucketCounts: counts };
}

/** Whether both have the same spans, so that the bucket at one place has the same index in both. */
export function hasSameSpans(left: Buckets, right: Buckets): boolean {
  if (left.spanOffsets === right.spanOffsets && left.spanLengths === right.spanLengths) return true;
  if (left.spanOffsets.length !== right.spanOffsets.length) return false;
  for (let span = 0; span < left.spanOffsets.length; span++) {
    if (left.spanOffsets[span] !== right.spanOffsets[span]) return false;
    if (left.spanLengths[span] !== right.spanLengths[span]) return false;
  }
  return true;
}

/** Same buckets with same counts, however their spans are cut. NaN equals itself, −0 differs from 0. */
export function equalBuckets(left: Buckets, right: Buckets): boolean {
  const count = left.bucketCounts.length;
  if (count !== right.bucketCounts.length) return false;
  for (let at = 0; at < count; at++) {
    if (!Object.is(left.bucketCounts[at], right.bucketCounts[at])) return false;
  }
  if (hasSameSpans(left, right)) return true;
  const others = bucketIndexes(right);
  return bucketIndexes(left).every((index, at) => index === others[at]);
}

/**
 * Without empty buckets, but for those in gaps of at most `emptyMax` buckets: these are filled, because
 * a few empty buckets cost less than a new span.
 */
export function compactBuckets(buckets: Buckets, emptyMax = 0): Buckets {
  if (emptyMax === 0 && isCompact(buckets)) return buckets;
  const indexes = bucketIndexes(buckets);
  const counts = buckets.bucketCounts.slice();
  let used = 0;
  for (let at = 0; at < counts.length; at++) {
    const count = counts[at] ?? 0;
    if (count === 0) continue;
    // The front of the lists has been read already.
    indexes[used] = indexes[at] ?? 0;
    counts[used++] = count;
  }
  const populated = indexes.subarray(0, used);
  if (emptyMax === 0) return bucketsAt(populated, counts.slice(0, used));
  return filledGaps(populated, counts.subarray(0, used), emptyMax);
}

function isCompact(buckets: Buckets): boolean {
  const { spanOffsets, spanLengths, bucketCounts } = buckets;
  if (bucketCounts.includes(0) || spanLengths.includes(0)) return false;
  for (let span = 1; span < spanOffsets.length; span++) {
    if (spanOffsets[span] === 0) return false;
  }
  return true;
}

function filledGaps(indexes: Int32Array, counts: Float64Array, emptyMax: number): Buckets {
  const filledIndexes: number[] = [];
  const filledCounts: number[] = [];
  let next = Number.POSITIVE_INFINITY;
  for (let at = 0; at < indexes.length; at++) {
    const index = indexes[at] ?? 0;
    const isNear = index - next <= emptyMax;
    for (; isNear && next < index; next++) {
      filledIndexes.push(next);
      filledCounts.push(0);
    }
    filledIndexes.push(index);
    filledCounts.push(counts[at] ?? 0);
    next = index + 1;
  }
  return bucketsAt(Int32Array.from(filledIndexes), Float64Array.from(filledCounts));
}

/** Buckets of a schema lower by `steps`: each takes in 2^`steps` of the old ones. */
export function coarserBuckets(buckets: Buckets, steps: number): Buckets {
  if (steps === 0) return buckets;
  const indexes = bucketIndexes(buckets);
  const counts = new Float64Array(indexes.length);
  let last = -1;
  for (let at = 0; at < indexes.length; at++) {
    const index = coarserIndex(indexes[at] ?? 0, steps);
    if (last < 0 || indexes[last] !== index) last++;
    // The front of the list has been read already.
    indexes[last] = index;
    counts[last] = (counts[last] ?? 0) + (buckets.bucketCounts[at] ?? 0);
  }
  return bucketsAt(indexes.subarray(0, last + 1), counts.slice(0, last + 1));
}

/** The same spans with every count mapped. */
export function mapCounts(buckets: Buckets, change: (count: number) => number): Buckets {
  if (buckets.bucketCounts.length === 0) return buckets;
  return { ...buckets, bucketCounts: buckets.bucketCounts.map(change) };
}
