import { exponentialBound } from "./bounds.ts";
import { bucketIndexes } from "./buckets.ts";
import { addExactly } from "./kahan.ts";
import type { Terms } from "./terms.ts";

/** What a wider zero bucket would hold. */
export interface ZeroBucket {
  readonly threshold: number;
  readonly count: number;
  readonly error: number;
}

export interface ZeroTerms {
  readonly schema: number;
  readonly zero: ZeroBucket;
  readonly positive: Terms;
  readonly negative: Terms;
}

/**
 * The zero bucket widened to at least `threshold`. A threshold inside a populated bucket moves to that
 * bucket's far end, because nobody knows where in the bucket its observations lie.
 */
export function widenedZeroBucket(terms: ZeroTerms, threshold: number): ZeroBucket {
  if (threshold === terms.zero.threshold) return terms.zero;
  let wanted = threshold;
  for (;;) {
    const sum = Float64Array.of(terms.zero.count);
    const error = Float64Array.of(terms.zero.error);
    const absorb = (side: Terms) => absorbedUpTo(side, terms.schema, wanted, { sum, error });
    wanted = absorb(terms.positive);
    const reached = absorb(terms.negative);
    // When a negative bucket reached further, the positive ones must be looked at again.
    if (reached === wanted) return { threshold: wanted, count: sum[0] ?? 0, error: error[0] ?? 0 };
    wanted = reached;
  }
}

interface ExactSum {
  readonly sum: Float64Array;
  readonly error: Float64Array;
}

/** Adds the buckets that begin below `threshold` to `into` and returns how far they reach. */
function absorbedUpTo(terms: Terms, schema: number, threshold: number, into: ExactSum): number {
  const indexes = bucketIndexes(terms.buckets);
  for (let at = 0; at < indexes.length; at++) {
    const index = indexes[at] ?? 0;
    if (exponentialBound(schema, index - 1) >= threshold) break;
    const count = terms.buckets.bucketCounts[at] ?? 0;
    addExactly(into.sum, into.error, 0, count);
    addExactly(into.sum, into.error, 0, terms.errors[at] ?? 0);
    const far = exponentialBound(schema, index);
    if (far > threshold) return count === 0 ? threshold : far;
  }
  return threshold;
}
