/**
 * When deviations are a firing: m of the last n evaluations beyond k standard deviations, all on the
 * same side. One number an evaluation holds all of that: its score, the largest k at which the rule
 * is met there. Every threshold can then be tried by comparing scores.
 */

/** At least `beyond` of the last `of` evaluations, on the same side. */
export interface RunRule {
  readonly beyond: number;
  readonly of: number;
}

/** The times at which a threshold is exceeded without a pause of `quiet` evaluations or more. */
export interface Firing {
  /** Evaluations, counted from 0; both are exceeded. */
  readonly first: number;
  readonly last: number;
  /** The largest score in it. */
  readonly peak: number;
}

/**
 * The score of each evaluation: the `beyond`-th largest deviation of the last `of`, on the side where
 * that is larger. NaN stands for an evaluation without a value: it is never beyond.
 */
export function runScores(zScores: Float64Array, rule: RunRule): Float64Array {
  const scores = new Float64Array(zScores.length);
  const above = new Float64Array(rule.of).fill(Number.NEGATIVE_INFINITY);
  const below = new Float64Array(rule.of).fill(Number.NEGATIVE_INFINITY);
  for (let index = 0; index < zScores.length; index++) {
    const z = zScores[index] ?? Number.NaN;
    const place = index % rule.of;
    above[place] = z === z ? z : Number.NEGATIVE_INFINITY;
    below[place] = z === z ? -z : Number.NEGATIVE_INFINITY;
    scores[index] = Math.max(nthLargest(above, rule.beyond), nthLargest(below, rule.beyond));
  }
  return scores;
}

/** What a threshold would have fired; firings closer than `quiet` evaluations are one. */
export function findFirings(scores: Float64Array, threshold: number, quiet: number): Firing[] {
  const firings: Firing[] = [];
  for (let index = 0; index < scores.length; index++) {
    const score = scores[index] ?? Number.NaN;
    if (!(score >= threshold)) continue;
    const open = firings.at(-1);
    if (open !== undefined && index - open.last <= quiet) {
      firings[firings.length - 1] = { ...open, last: index, peak: Math.max(open.peak, score) };
    } else firings.push({ first: index, last: index, peak: score });
  }
  return firings;
}

/** Windows are a few values long: picking beats sorting. */
function nthLargest(values: Float64Array, nth: number): number {
  for (const value of values) {
    let larger = 0;
    let equal = 0;
    for (const other of values) {
      if (other > value) larger++;
      else if (other === value) equal++;
    }
    if (larger < nth && larger + equal >= nth) return value;
  }
  return Number.NEGATIVE_INFINITY;
}
