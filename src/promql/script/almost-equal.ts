/** When numbers of an expected and an actual result count as the same. */
import {
  bucketIndexes,
  type Buckets,
  compactHistogram,
  customBucketsSchema,
  type Histogram,
} from "#series";

const relativeDifferenceMax = 1e-6;
const smallestNormal = 2 ** -1022;

/** Whether two floats differ by less than a millionth of their sum, or are both NaN. */
export function almostEqual(left: number, right: number): boolean {
  if (Number.isNaN(left) && Number.isNaN(right)) return true;
  if (left === right) return true;
  const sum = Math.abs(left) + Math.abs(right);
  const difference = Math.abs(left - right);
  if (left === 0 || right === 0 || sum < smallestNormal) {
    return difference < relativeDifferenceMax * smallestNormal;
  }
  return difference / Math.min(sum, Number.MAX_VALUE) < relativeDifferenceMax;
}

/** Whether counts and sums are almost equal, and everything else is equal. */
export function almostEqualHistograms(
  expected: Histogram,
  actual: Histogram,
  hints: "hints compared" | "hints ignored",
): boolean {
  if (hints === "hints compared" && expected.counterResetHint !== actual.counterResetHint) {
    return false;
  }
  if (expected.schema !== actual.schema || expected.zeroThreshold !== actual.zeroThreshold) {
    return false;
  }
  if (expected.schema === customBucketsSchema && !equalBounds(expected, actual)) return false;
  const left = compactHistogram(expected);
  const right = compactHistogram(actual);
  return (
    almostEqual(left.count, right.count) &&
    almostEqual(left.sum, right.sum) &&
    almostEqual(left.zeroCount, right.zeroCount) &&
    almostEqualBuckets(left.positive, right.positive) &&
    almostEqualBuckets(left.negative, right.negative)
  );
}

function equalBounds(
  { customValues: left }: Histogram,
  { customValues: right }: Histogram,
): boolean {
  return left.length === right.length && left.every((bound, index) => bound === right[index]);
}

function almostEqualBuckets(left: Buckets, right: Buckets): boolean {
  const leftIndexes = bucketIndexes(left);
  const rightIndexes = bucketIndexes(right);
  if (leftIndexes.length !== rightIndexes.length) return false;
  return leftIndexes.every(
    (index, at) =>
      index === rightIndexes[at] &&
      almostEqual(left.bucketCounts[at] ?? 0, right.bucketCounts[at] ?? 0),
  );
}
