import { invalidQuantile } from "../annotation-texts.ts";
import type { Window } from "../evaluation/window.ts";
import { noteIgnoredHistograms } from "../evaluation/window-notes.ts";
import { defineRangeFunction } from "../function-definition.ts";
import { carriedError } from "../kahan.ts";
import { quantileOfSorted, sortNaNFirst } from "../quantile.ts";

/** `stddev_over_time(v[d])`: of the floats, as a whole population. */
export const stddevOverTime = defineRangeFunction({
  name: "stddev_over_time",
  evaluate(window) {
    if (window.floatCount === 0) return;
    noteIgnoredHistograms(window);
    window.emit(Math.sqrt(variance(window)));
  },
});

/** `stdvar_over_time(v[d])`. */
export const stdvarOverTime = defineRangeFunction({
  name: "stdvar_over_time",
  evaluate(window) {
    if (window.floatCount === 0) return;
    noteIgnoredHistograms(window);
    window.emit(variance(window));
  },
});

/** `quantile_over_time(q, v[d])`. */
export const quantileOverTime = defineRangeFunction({
  name: "quantile_over_time",
  evaluate(window) {
    if (window.floatCount === 0) return;
    const q = window.argument(0);
    if (!(q >= 0 && q <= 1)) window.annotate(invalidQuantile(q, window.call.span));
    noteIgnoredHistograms(window);
    window.emit(quantileOfSorted(q, sortedFloats(window)));
  },
});

/** `mad_over_time(v[d])`: the median of the distances from the median. */
export const madOverTime = defineRangeFunction({
  name: "mad_over_time",
  evaluate(window) {
    if (window.floatCount === 0) return;
    noteIgnoredHistograms(window);
    const sorted = sortedFloats(window);
    // NaN stands first.
    if (Number.isNaN(sorted[0])) {
      window.emit(Number.NaN);
      return;
    }
    const median = quantileOfSorted(0.5, sorted);
    const distances = sorted.map((value) => Math.abs(value - median));
    sortNaNFirst(distances);
    window.emit(quantileOfSorted(0.5, distances));
  },
});

function sortedFloats({ samples, sorted, floatFrom, floatTo }: Window): Float64Array {
  return sorted.of(samples.floats, floatFrom, floatTo);
}

/** Welford's method with compensated sums. */
function variance({ samples, floatFrom, floatTo }: Window): number {
  const { floats } = samples;
  let mean = 0;
  let meanError = 0;
  let squares = 0;
  let squaresError = 0;
  for (let row = floatFrom; row < floatTo; row++) {
    const value = floats[row] ?? 0;
    const distance = value - (mean + meanError);
    const shift = distance / (row - floatFrom + 1);
    const shifted = mean + shift;
    meanError = carriedError(meanError, mean, shift, shifted);
    mean = shifted;
    const square = distance * (value - (mean + meanError));
    const total = squares + square;
    squaresError = carriedError(squaresError, squares, square, total);
    squares = total;
  }
  return (squares + squaresError) / (floatTo - floatFrom);
}
