/**
 * Cumulative sums (Page, 1954): they find a small shift that stays far sooner than any threshold on
 * single evaluations. For independent evaluations only, or what is left of dependent ones when their
 * dependence is taken out (`whiten`).
 */

export interface CusumOptions {
  /** Half the shift that is to be found, in standard deviations. */
  readonly slack: number;
  /** The sum at which it signals. */
  readonly limit: number;
}

/**
 * The larger of both sums after each evaluation, upward and downward, over the limit: 1 and more is a
 * signal. An evaluation without a value leaves the sums as they are.
 */
export function cusumScores(zScores: Float64Array, { slack, limit }: CusumOptions): Float64Array {
  const scores = new Float64Array(zScores.length);
  let up = 0;
  let down = 0;
  for (let index = 0; index < zScores.length; index++) {
    const z = zScores[index] ?? Number.NaN;
    if (z === z) {
      up = Math.max(0, up + z - slack);
      down = Math.max(0, down - z - slack);
    }
    scores[index] = Math.max(up, down) / limit;
  }
  return scores;
}

/** What each evaluation says beyond what the one before it foretold, with a spread of 1 again. */
export function whiten(zScores: Float64Array, lagOne: number): Float64Array {
  const scale = Math.sqrt(1 - lagOne * lagOne);
  return zScores.map((z, index) =>
    index === 0 ? z : (z - lagOne * (zScores[index - 1] ?? Number.NaN)) / scale,
  );
}
