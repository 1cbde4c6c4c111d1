import { customBucketsSchema } from "../histogram.ts";
import { boundFractions } from "./bound-fractions.ts";

export const schemaMin = -4;
export const schemaMax = 8;
/** Schemas that senders may use and that are brought down to `schemaMax` on arrival. */
const schemaMaxReserved = 52;
const schemaMinReserved = -9;

export function isExponentialSchema(schema: number): boolean {
  return schema >= schemaMin && schema <= schemaMax;
}

/** Whether a histogram of this schema can be taken in, if need be at a lower resolution. */
export function isKnownSchema(schema: number): boolean {
  if (schema === customBucketsSchema) return true;
  return schema >= schemaMinReserved && schema <= schemaMaxReserved;
}

/**
 * The upper bound of the positive bucket `index`; the lower bound of a negative one is its negative.
 * The last bucket of regular numbers ends at the largest number, so that infinities get one of their own.
 */
export function exponentialBound(schema: number, index: number): number {
  if (schema < 0) return powerOfTwo(1, index * 2 ** -schema);
  const step = 1 << (schemaMax - schema);
  const fraction = boundFractions[(index & ((1 << schema) - 1)) * step] ?? 0.5;
  // Fractions lie between a half and one, so the exponent counts from one higher.
  return powerOfTwo(fraction * 2, index >> schema);
}

const smallestExponent = -1074;
/** All powers of two that doubles can be; looked up, because computing one costs ten times as much. */
const powersOfTwo = Float64Array.from({ length: 2_098 }, (_, at) => 2 ** (at + smallestExponent));

/** `factor` (from 1 to below 2) times 2^`exponent`, rounded once. */
function powerOfTwo(factor: number, exponent: number): number {
  const power = powersOfTwo[exponent - smallestExponent];
  if (power !== undefined) return factor * power;
  // Just below the smallest number, rounding goes up.
  if (exponent < 0) return factor > 1 && exponent === -1075 ? Number.MIN_VALUE : 0;
  return exponent === 1024 && factor === 1 ? Number.MAX_VALUE : Number.POSITIVE_INFINITY;
}

/** The upper bound of bucket `index` under own bounds: −Inf below the first, +Inf behind the last. */
export function customBound(bounds: Float64Array, index: number): number {
  if (index < 0) return Number.NEGATIVE_INFINITY;
  return bounds[index] ?? Number.POSITIVE_INFINITY;
}

/** Whether two lists of own bounds are the same. */
export function equalBounds(left: Float64Array, right: Float64Array): boolean {
  if (left === right) return true;
  return left.length === right.length && left.every((bound, index) => bound === right[index]);
}

/** The index that bucket `index` falls into when the schema number sinks by `steps`. */
export function coarserIndex(index: number, steps: number): number {
  return ((index - 1) >> steps) + 1;
}

/** The bounds that are in both lists. */
export function sharedBounds(left: Float64Array, right: Float64Array): Float64Array {
  const others = new Set(right);
  return left.filter((bound) => others.has(bound));
}
