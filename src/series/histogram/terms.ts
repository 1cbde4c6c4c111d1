import type { Buckets } from "../histogram.ts";
import { coarserIndex, customBound, exponentialBound } from "./bounds.ts";
import { bucketIndexes, bucketsAt, hasSameSpans } from "./buckets.ts";
import { addExactly } from "./kahan.ts";

/** Buckets of one sign that are being added to, each with the error of its sum so far. */
export interface Terms {
  /** Whose counts are written to: owned by the sum. */
  readonly buckets: Buckets;
  /** One for each bucket. */
  readonly errors: Float64Array;
}

/** Which numbers the bucket indexes of a term stand for. */
export interface BucketScale {
  readonly schema: number;
  /** Buckets up to this are part of the zero bucket. */
  readonly zeroThreshold: number;
}

/** Terms of their own that begin with the counts of `buckets`. */
export function termsOf(buckets: Buckets): Terms {
  const bucketCounts = buckets.bucketCounts.slice();
  return { buckets: { ...buckets, bucketCounts }, errors: new Float64Array(bucketCounts.length) };
}

/**
 * Adds `added` (of the same scale), times `sign`. Buckets of it that lie in the zero bucket are left
 * out: they are counted there. Histograms of one series mostly have the same spans: then the counts
 * are added in place.
 */
export function addTerms(terms: Terms, added: Terms, scale: BucketScale, sign: 1 | -1): Terms {
  const first = firstOutside(added.buckets, scale);
  if (first === 0 && hasSameSpans(terms.buckets, added.buckets)) {
    addInPlace(terms, added, sign);
    return terms;
  }
  return mergedTerms(terms, added, first, sign);
}

function addInPlace(terms: Terms, added: Terms, sign: 1 | -1): void {
  const { errors } = terms;
  const sums = terms.buckets.bucketCounts;
  const counts = added.buckets.bucketCounts;
  for (let at = 0; at < counts.length; at++) addExactly(sums, errors, at, sign * (counts[at] ?? 0));
  const addedErrors = added.errors;
  for (let at = 0; at < addedErrors.length; at++) {
    const error = addedErrors[at] ?? 0;
    if (error !== 0) addExactly(sums, errors, at, sign * error);
  }
}

function addCount(terms: Terms, at: number, count: number, error: number): void {
  addExactly(terms.buckets.bucketCounts, terms.errors, at, count);
  if (error !== 0) addExactly(terms.buckets.bucketCounts, terms.errors, at, error);
}

/** Whether all buckets reach out of the zero bucket. */
export function isOutsideZero(buckets: Buckets, { schema, zeroThreshold }: BucketScale): boolean {
  const first = buckets.spanOffsets[0];
  if (zeroThreshold === 0 || first === undefined) return true;
  return exponentialBound(schema, first) > zeroThreshold;
}

/** Where the buckets begin that reach out of the zero bucket. */
function firstOutside(buckets: Buckets, scale: BucketScale): number {
  if (isOutsideZero(buckets, scale)) return 0;
  const indexes = bucketIndexes(buckets);
  const isOutside = (at: number) => exponentialBound(scale.schema, at) > scale.zeroThreshold;
  const first = indexes.findIndex(isOutside);
  return first < 0 ? indexes.length : first;
}

function mergedTerms(terms: Terms, added: Terms, first: number, sign: 1 | -1): Terms {
  const left = bucketIndexes(terms.buckets);
  const right = bucketIndexes(added.buckets);
  const indexes = unionOf(left, right.subarray(first));
  const counts = new Float64Array(indexes.length);
  const errors = new Float64Array(indexes.length);
  const merged = { buckets: bucketsAt(indexes, counts), errors };
  let leftAt = 0;
  let rightAt = first;
  for (let at = 0; at < indexes.length; at++) {
    if (left[leftAt] === indexes[at]) {
      counts[at] = terms.buckets.bucketCounts[leftAt] ?? 0;
      errors[at] = terms.errors[leftAt++] ?? 0;
    }
    if (right[rightAt] !== indexes[at]) continue;
    const count = added.buckets.bucketCounts[rightAt] ?? 0;
    addCount(merged, at, sign * count, sign * (added.errors[rightAt++] ?? 0));
  }
  return merged;
}

function unionOf(left: Int32Array, right: Int32Array): Int32Array {
  const union = new Int32Array(left.length + right.length);
  let count = 0;
  let leftAt = 0;
  let rightAt = 0;
  while (leftAt < left.length || rightAt < right.length) {
    const leftIndex = left[leftAt] ?? Number.POSITIVE_INFINITY;
    const rightIndex = right[rightAt] ?? Number.POSITIVE_INFINITY;
    if (leftIndex <= rightIndex) leftAt++;
    if (rightIndex <= leftIndex) rightAt++;
    union[count++] = Math.min(leftIndex, rightIndex);
  }
  return union.subarray(0, count);
}

/** Terms of a schema lower by `steps`. */
export function coarserTerms(terms: Terms, steps: number): Terms {
  if (steps === 0) return terms;
  return regrouped(terms, (index) => coarserIndex(index, steps));
}

/** Terms under `bounds`, which are some of the `own` bounds: every bucket joins the next bound kept. */
export function reboundTerms(terms: Terms, own: Float64Array, bounds: Float64Array): Terms {
  let target = 0;
  const regroupedTerms = regrouped(terms, (index) => {
    const bound = customBound(own, index);
    while (customBound(bounds, target) < bound) target++;
    return target;
  });
  return populatedTerms(regroupedTerms);
}

/** Moves each bucket to a new index; these must not decrease. */
function regrouped(terms: Terms, newIndex: (index: number) => number): Terms {
  const indexes = bucketIndexes(terms.buckets);
  const counts = new Float64Array(indexes.length);
  const errors = new Float64Array(indexes.length);
  let last = -1;
  for (let at = 0; at < indexes.length; at++) {
    const index = newIndex(indexes[at] ?? 0);
    const count = terms.buckets.bucketCounts[at] ?? 0;
    const error = terms.errors[at] ?? 0;
    if (last >= 0 && indexes[last] === index) {
      addExactly(counts, errors, last, count);
      addExactly(counts, errors, last, error);
      continue;
    }
    last++;
    // The front of the list has been read already.
    indexes[last] = index;
    counts[last] = count;
    errors[last] = error;
  }
  const used = last + 1;
  const buckets = bucketsAt(indexes.subarray(0, used), counts.slice(0, used));
  return { buckets, errors: errors.slice(0, used) };
}

/** Without the buckets that hold nothing, not even an error. */
function populatedTerms(terms: Terms): Terms {
  const { bucketCounts } = terms.buckets;
  const isPopulated = (at: number) => bucketCounts[at] !== 0 || terms.errors[at] !== 0;
  const indexes = bucketIndexes(terms.buckets).filter((_, at) => isPopulated(at));
  const counts = bucketCounts.filter((_, at) => isPopulated(at));
  return {
    buckets: bucketsAt(indexes, counts),
    errors: terms.errors.filter((_, at) => isPopulated(at)),
  };
}

/** Without the buckets that begin inside the zero bucket, and without empty ones. */
export function termsOutside(terms: Terms, scale: BucketScale): Terms {
  const indexes = bucketIndexes(terms.buckets);
  const counts = terms.buckets.bucketCounts.slice();
  const errors = terms.errors.slice();
  for (let at = 0; at < indexes.length; at++) {
    if (exponentialBound(scale.schema, (indexes[at] ?? 0) - 1) >= scale.zeroThreshold) break;
    counts[at] = 0;
    errors[at] = 0;
  }
  return populatedTerms({ buckets: { ...terms.buckets, bucketCounts: counts }, errors });
}
