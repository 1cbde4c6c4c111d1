/**
 * The standard normal distribution, accurate to about twelve digits also far out in its tails, where
 * differences from 1 would have none.
 */

/** The density at z. */
export function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** The probability of a value above z. */
export function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  return z < seriesEnd ? 0.5 - areaFromZero(z) : tailFraction(z) * normalDensity(z);
}

/** The probability of a value further than z from the mean, on either side. */
export function outsideShare(z: number): number {
  return 2 * upperTail(Math.abs(z));
}

/** The z with a probability of `share` above it: the inverse of `upperTail`, for shares in (0, 1). */
export function tailQuantile(share: number): number {
  if (!(share > 0 && share < 1)) throw new RangeError(`no quantile of a tail of ${share}`);
  if (share > 0.5) return -tailQuantile(1 - share);
  // Bisection first, so that Newton's steps begin where they converge whatever the share.
  let low = 0;
  let high = zMax;
  for (let step = 0; step < bisections; step++) {
    const middle = (low + high) / 2;
    if (upperTail(middle) > share) low = middle;
    else high = middle;
  }
  let z = (low + high) / 2;
  for (let step = 0; step < newtonSteps; step++) {
    z += (upperTail(z) - share) / normalDensity(z);
  }
  return z;
}

/** Below it the series needs few terms; above it the continued fraction does. */
const seriesEnd = 2.5;
const fractionTerms = 120;
const bisections = 24;
const newtonSteps = 3;
/** Beyond it no share is a number that a double holds. */
const zMax = 38;

/** Marsaglia's series: density times z + z³/3 + z⁵/(3·5) + … */
function areaFromZero(z: number): number {
  let term = z;
  let sum = z;
  for (let odd = 3; term > sum * Number.EPSILON; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return sum * normalDensity(z);
}

/** Laplace's continued fraction 1/(z + 1/(z + 2/(z + 3/(z + …)))): tail over density. */
function tailFraction(z: number): number {
  let fraction = z;
  for (let index = fractionTerms; index > 0; index--) fraction = z + index / fraction;
  return 1 / fraction;
}
