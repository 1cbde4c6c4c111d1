/** The greater of two floats as Go's `math.Max` has it: infinity is greater than NaN. */
export function greaterOf(left: number, right: number): number {
  if (left === Number.POSITIVE_INFINITY || right === Number.POSITIVE_INFINITY) {
    return Number.POSITIVE_INFINITY;
  }
  return Math.max(left, right);
}

/** The lesser of two floats as Go's `math.Min` has it: minus infinity is less than NaN. */
export function lesserOf(left: number, right: number): number {
  if (left === Number.NEGATIVE_INFINITY || right === Number.NEGATIVE_INFINITY) {
    return Number.NEGATIVE_INFINITY;
  }
  return Math.min(left, right);
}
