import {
  type Buckets,
  type CounterResetHint,
  customBucketsSchema,
  type Histogram,
  noBuckets,
} from "../histogram.ts";
import { equalBounds, sharedBounds } from "./bounds.ts";
import { mapCounts } from "./buckets.ts";
import { addExactly } from "./kahan.ts";
import {
  addTerms,
  coarserTerms,
  reboundTerms,
  type Terms,
  termsOf,
  termsOutside,
} from "./terms.ts";
import { widenedZeroBucket, type ZeroTerms } from "./zero-bucket.ts";

/** What happened when a histogram was added to another, beside the addition. */
export interface AdditionOutcome {
  /** Exponential and custom buckets cannot be added; nothing was. */
  readonly isIncompatible: boolean;
  /** One histogram was marked as after a counter reset, the other as without one. */
  readonly hasResetCollision: boolean;
  /** The custom bounds differed; only those of both were kept. */
  readonly hasReconciledBounds: boolean;
}

export const plainOutcome: AdditionOutcome = {
  isIncompatible: false,
  hasResetCollision: false,
  hasReconciledBounds: false,
};

// The places of the three totals in their lists.
const countAt = 0;
const sumAt = 1;
const zeroAt = 2;

/**
 * A histogram that others are added to, with compensated summation in every bucket.
 *
 * Histograms of different resolution, zero buckets or custom bounds are brought to what both can
 * express: the lower schema, the wider zero bucket, the bounds that both have. `sum` gives the plain
 * sums, `total` the sums with the rounding errors added.
 */
export class HistogramSum {
  #schema: number;
  #hint: CounterResetHint;
  #zeroThreshold: number;
  #customValues: Float64Array;
  #totals: Float64Array;
  #errors: Float64Array;
  #positive: Terms;
  #negative: Terms;

  constructor(first: Histogram) {
    this.#schema = first.schema;
    this.#hint = first.counterResetHint;
    this.#zeroThreshold = first.zeroThreshold;
    this.#customValues = first.customValues;
    this.#totals = Float64Array.of(first.count, first.sum, first.zeroCount);
    this.#errors = new Float64Array(3);
    this.#positive = termsOf(first.positive);
    this.#negative = termsOf(first.negative);
  }

  add(added: Histogram): AdditionOutcome {
    return this.#combine(added, 1);
  }

  /** For means and differences; a difference that users see must also become a gauge. */
  subtract(subtracted: Histogram): AdditionOutcome {
    return this.#combine(subtracted, -1);
  }

  /** Multiplies everything, the errors included. */
  multiply(factor: number): void {
    this.#scale((value) => value * factor);
  }

  divide(divisor: number): void {
    this.#scale((value) => value / divisor);
  }

  /** The sums without the errors. */
  sum(): Histogram {
    return this.#histogram(
      this.#totals,
      mapCounts(this.#positive.buckets, (count) => count),
      mapCounts(this.#negative.buckets, (count) => count),
    );
  }

  /** Another sum that goes on from here. */
  copy(): HistogramSum {
    const copied = new HistogramSum(this.#histogram(this.#totals, noBuckets, noBuckets));
    copied.#errors = this.#errors.slice();
    copied.#positive = scaledTerms(this.#positive, (value) => value);
    copied.#negative = scaledTerms(this.#negative, (value) => value);
    return copied;
  }

  /** Whether any of the sums is beyond `limit`, up or down. */
  exceeds(limit: number): boolean {
    return [
      this.#totals,
      this.#positive.buckets.bucketCounts,
      this.#negative.buckets.bucketCounts,
    ].some((values) => hasBeyond(values, limit));
  }

  /** The sums with the errors. Buckets may be empty: compact what is to be kept. */
  total(): Histogram {
    const totals = this.#totals.map((value, at) => value + (this.#errors[at] ?? 0));
    return this.#histogram(totals, corrected(this.#positive), corrected(this.#negative));
  }

  #combine(other: Histogram, sign: 1 | -1): AdditionOutcome {
    const isCustom = this.#schema === customBucketsSchema;
    if (isCustom !== (other.schema === customBucketsSchema)) {
      return { ...plainOutcome, isIncompatible: true };
    }
    const { hint, isCollision } = joinedHint(this.#hint, other.counterResetHint);
    this.#hint = hint;
    this.#addTotal(countAt, sign * other.count);
    this.#addTotal(sumAt, sign * other.sum);
    const hasReconciledBounds = isCustom && this.#addCustom(other, sign);
    if (!isCustom) this.#addExponential(other, sign);
    if (!isCollision && !hasReconciledBounds) return plainOutcome;
    return { isIncompatible: false, hasResetCollision: isCollision, hasReconciledBounds };
  }

  #addCustom(other: Histogram, sign: 1 | -1): boolean {
    const scale = { schema: this.#schema, zeroThreshold: 0 };
    const added = borrowedTerms(other.positive);
    if (equalBounds(this.#customValues, other.customValues)) {
      this.#positive = addTerms(this.#positive, added, scale, sign);
      return false;
    }
    const bounds = sharedBounds(this.#customValues, other.customValues);
    const own = reboundTerms(this.#positive, this.#customValues, bounds);
    this.#positive = addTerms(own, reboundTerms(added, other.customValues, bounds), scale, sign);
    this.#customValues = bounds;
    return true;
  }

  #addExponential(other: Histogram, sign: 1 | -1): void {
    const added = this.#reconcileZeroBuckets(other);
    this.#addTotal(zeroAt, sign * added.zero.count);
    this.#addTotal(zeroAt, sign * added.zero.error);
    const schema = Math.min(this.#schema, other.schema);
    const scale = { schema, zeroThreshold: this.#zeroThreshold };
    const steps = this.#schema - schema;
    const otherSteps = other.schema - schema;
    this.#positive = addTerms(
      coarserTerms(this.#positive, steps),
      coarserTerms(added.positive, otherSteps),
      scale,
      sign,
    );
    this.#negative = addTerms(
      coarserTerms(this.#negative, steps),
      coarserTerms(added.negative, otherSteps),
      scale,
      sign,
    );
    this.#schema = schema;
  }

  /** Widens the zero buckets of both, in turns, until they are the same; returns the other's terms. */
  #reconcileZeroBuckets(other: Histogram): ZeroTerms {
    const given = {
      schema: other.schema,
      zero: { threshold: other.zeroThreshold, count: other.zeroCount, error: 0 },
      positive: borrowedTerms(other.positive),
      negative: borrowedTerms(other.negative),
    };
    let { zero } = given;
    for (;;) {
      if (this.#zeroThreshold > zero.threshold) {
        zero = widenedZeroBucket(given, this.#zeroThreshold);
      } else if (zero.threshold > this.#zeroThreshold) {
        this.#widenZeroBucket(zero.threshold);
      } else {
        // Equal, or NaN from a careless sender.
        return { ...given, zero };
      }
    }
  }

  #widenZeroBucket(threshold: number): void {
    const zero = widenedZeroBucket(
      {
        schema: this.#schema,
        zero: {
          threshold: this.#zeroThreshold,
          count: this.#totals[zeroAt] ?? 0,
          error: this.#errors[zeroAt] ?? 0,
        },
        positive: this.#positive,
        negative: this.#negative,
      },
      threshold,
    );
    this.#zeroThreshold = zero.threshold;
    this.#totals[zeroAt] = zero.count;
    this.#errors[zeroAt] = zero.error;
    const scale = { schema: this.#schema, zeroThreshold: zero.threshold };
    this.#positive = termsOutside(this.#positive, scale);
    this.#negative = termsOutside(this.#negative, scale);
  }

  #addTotal(at: number, increment: number): void {
    addExactly(this.#totals, this.#errors, at, increment);
  }

  #scale(change: (value: number) => number): void {
    this.#totals = this.#totals.map(change);
    this.#errors = this.#errors.map(change);
    this.#positive = scaledTerms(this.#positive, change);
    this.#negative = scaledTerms(this.#negative, change);
  }

  #histogram(totals: Float64Array, positive: Buckets, negative: Buckets): Histogram {
    return {
      schema: this.#schema,
      counts: "float",
      counterResetHint: this.#hint,
      zeroThreshold: this.#zeroThreshold,
      zeroCount: totals[zeroAt] ?? 0,
      count: totals[countAt] ?? 0,
      sum: totals[sumAt] ?? 0,
      positive,
      negative,
      customValues: this.#customValues,
    };
  }
}

/** What mixing two kinds of histograms gives; a gauge stays one, and what is not known stays so. */
export function joinedHint(
  own: CounterResetHint,
  other: CounterResetHint,
): { readonly hint: CounterResetHint; readonly isCollision: boolean } {
  if (own === other) return { hint: own, isCollision: false };
  if (own === "gauge" || other === "gauge") return { hint: "gauge", isCollision: false };
  return { hint: "unknown", isCollision: own !== "unknown" && other !== "unknown" };
}

const noErrors = new Float64Array(0);

/** Terms to read from only. */
function borrowedTerms(buckets: Buckets): Terms {
  return { buckets, errors: noErrors };
}

function corrected(terms: Terms): Buckets {
  const { buckets, errors } = terms;
  const bucketCounts = buckets.bucketCounts.map((count, at) => count + (errors[at] ?? 0));
  return { ...buckets, bucketCounts };
}

function scaledTerms(terms: Terms, change: (value: number) => number): Terms {
  const bucketCounts = terms.buckets.bucketCounts.map(change);
  return { buckets: { ...terms.buckets, bucketCounts }, errors: terms.errors.map(change) };
}

/** Whether a number in `values` is beyond `limit`, up or down. */
export function hasBeyond(values: Float64Array, limit: number): boolean {
  for (let at = 0; at < values.length; at++) {
    if (Math.abs(values[at] ?? 0) > limit) return true;
  }
  return false;
}
