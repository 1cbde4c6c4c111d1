/**
 * Which buckets a histogram has, and how to see it with more of them.
 *
 * All histograms of a chunk have the same buckets. When one comes with others, either it gets empty
 * ones for those that it lacks, or the chunk does: both take the union.
 */
import type { Buckets } from "#series";

/** Buckets as runs of neighbours; see `Buckets`. */
export interface Spans {
  readonly spanOffsets: Int32Array;
  readonly spanLengths: Uint32Array;
}

/** What comes of two sets of buckets, `open` of the chunk and `next` of a sample. */
export interface MergedSpans {
  readonly spans: Spans;
  /** Whether `next` has buckets that `open` lacks. */
  readonly isLarger: boolean;
  /** Whether `next` lacks buckets that `open` has. */
  readonly isPartial: boolean;
}

export function countBuckets(spans: Spans): number {
  return spans.spanLengths.reduce((sum, length) => sum + length, 0);
}

/** The union of both, as few runs as possible; `open` or `next` itself where that is all. */
export function mergeSpans(open: Spans, next: Spans): MergedSpans {
  if (equalSpans(open, next)) return { spans: open, isLarger: false, isPartial: false };
  const openIndexes = bucketIndexes(open);
  const nextIndexes = bucketIndexes(next);
  const union = unionOf(openIndexes, nextIndexes);
  const isLarger = union.length > openIndexes.length;
  const isPartial = union.length > nextIndexes.length;
  const spans = isLarger ? (isPartial ? spansOf(union) : next) : open;
  return { spans, isLarger, isPartial };
}

/**
 * Whether a counter that had `open` cannot have `next` later without having started anew: a bucket
 * counts less, or one that counted something is gone.
 */
export function isBucketReset(open: Buckets, next: Buckets): boolean {
  const openIndexes = bucketIndexes(open);
  const nextIndexes = equalSpans(open, next) ? openIndexes : bucketIndexes(next);
  let at = 0;
  for (const [row, index] of openIndexes.entries()) {
    while ((nextIndexes[at] ?? Number.POSITIVE_INFINITY) < index) at++;
    const count = nextIndexes[at] === index ? (next.bucketCounts[at] ?? 0) : 0;
    if ((open.bucketCounts[row] ?? 0) > count) return true;
  }
  return false;
}

/** The same counts in more buckets, of which those that `buckets` lacks are empty. */
export function withSpans(buckets: Buckets, spans: Spans): Buckets {
  if (equalSpans(buckets, spans)) return { ...spans, bucketCounts: buckets.bucketCounts };
  const from = bucketIndexes(buckets);
  const bucketCounts = new Float64Array(countBuckets(spans));
  let at = 0;
  for (const [row, index] of bucketIndexes(spans).entries()) {
    if (from[at] === index) bucketCounts[row] = buckets.bucketCounts[at++] ?? 0;
  }
  return { ...spans, bucketCounts };
}

function equalSpans(left: Spans, right: Spans): boolean {
  if (left.spanOffsets === right.spanOffsets && left.spanLengths === right.spanLengths) return true;
  return (
    left.spanLengths.length === right.spanLengths.length &&
    left.spanOffsets.every((offset, index) => offset === right.spanOffsets[index]) &&
    left.spanLengths.every((length, index) => length === right.spanLengths[index])
  );
}

/** The index of each bucket, ascending. */
function bucketIndexes(spans: Spans): Int32Array {
  const indexes = new Int32Array(countBuckets(spans));
  let row = 0;
  let index = 0;
  for (const [run, length] of spans.spanLengths.entries()) {
    index += spans.spanOffsets[run] ?? 0;
    for (let ahead = 0; ahead < length; ahead++) indexes[row++] = index++;
  }
  return indexes;
}

function unionOf(left: Int32Array, right: Int32Array): Int32Array {
  return Int32Array.from(new Set([...left, ...right])).sort();
}

function spansOf(indexes: Int32Array): Spans {
  const offsets: number[] = [];
  const lengths: number[] = [];
  let end = 0;
  for (const index of indexes) {
    if (lengths.length > 0 && index === end) lengths.push((lengths.pop() ?? 0) + 1);
    else {
      offsets.push(index - end);
      lengths.push(1);
    }
    end = index + 1;
  }
  return { spanOffsets: Int32Array.from(offsets), spanLengths: Uint32Array.from(lengths) };
}
