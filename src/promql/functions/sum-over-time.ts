import { mixedFloatsAndHistograms } from "../annotation-texts.ts";
import type { Window } from "../evaluation/window.ts";
import { emitHistogramFold } from "../evaluation/window-fold.ts";
import { defineRangeFunction } from "../function-definition.ts";
import { ExactSum } from "../kahan.ts";

/** `sum_over_time(v[d])`: of floats or of histograms; a mix of both has no sum. */
export const sumOverTime = defineRangeFunction({
  name: "sum_over_time",
  evaluate(window) {
    if (window.histogramCount === 0) window.emit(sumFloats(window));
    else if (window.floatCount === 0) emitHistogramFold(window, "sum");
    else window.annotate(mixedFloatsAndHistograms(window.metricName, window.call.span));
  },
});

/** `avg_over_time(v[d])`: of floats or of histograms; a mix of both has no average. */
export const avgOverTime = defineRangeFunction({
  name: "avg_over_time",
  evaluate(window) {
    if (window.histogramCount === 0) window.emit(averageFloats(window));
    else if (window.floatCount === 0) emitHistogramFold(window, "mean");
    else window.annotate(mixedFloatsAndHistograms(window.metricName, window.call.span));
  },
});

function sumFloats(window: Window): number {
  const { floats } = window.samples;
  const sum = new ExactSum();
  for (let row = window.floatFrom; row < window.floatTo; row++) sum.add(floats[row] ?? 0);
  return sum.total;
}

function averageFloats(window: Window): number {
  const { floats } = window.samples;
  const count = window.floatCount;
  const sum = new ExactSum();
  for (let row = window.floatFrom; row < window.floatTo; row++) sum.add(floats[row] ?? 0);
  if (Math.abs(sum.sum) !== Number.POSITIVE_INFINITY) return sum.sum / count + sum.error / count;
  return incrementalMean(window);
}

/** Where the sum would overflow, the mean itself is kept from then on. */
function incrementalMean(window: Window): number {
  const { floats } = window.samples;
  const sum = new ExactSum();
  let isMean = false;
  sum.sum = floats[window.floatFrom] ?? 0;
  for (let row = window.floatFrom + 1; row < window.floatTo; row++) {
    const value = floats[row] ?? 0;
    const count = row - window.floatFrom + 1;
    if (!isMean) {
      if (Math.abs(sum.sum + value) !== Number.POSITIVE_INFINITY) {
        sum.add(value);
        continue;
      }
      isMean = true;
      sum.sum /= count - 1;
      sum.error /= count - 1;
    }
    const weight = (count - 1) / count;
    sum.sum *= weight;
    sum.error *= weight;
    sum.add(value / count);
  }
  return isMean ? sum.total : sum.sum / window.floatCount + sum.error / window.floatCount;
}
