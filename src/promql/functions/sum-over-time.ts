import { mixedFloatsAndHistograms } from "../annotation-texts.ts";
import type { Window } from "../evaluation/window.ts";
import { BlockFold } from "../evaluation/block-fold.ts";
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
  const sum = summed(window);
  if (Number.isFinite(sum.sum)) return sum.total;
  // Infinities and overflows depend on the order.
  const inOrder = new ExactSum();
  inOrder.addAll(window.samples.floats, window.floatFrom, window.floatTo);
  return inOrder.total;
}

function averageFloats(window: Window): number {
  const sum = summed(window);
  const count = window.floatCount;
  if (Number.isFinite(sum.sum)) return sum.sum / count + sum.error / count;
  return incrementalMean(window);
}

function summed({ samples, floatFrom, floatTo, floatCount }: Window): ExactSum {
  const sum = new ExactSum();
  if (BlockFold.isWorth(floatCount)) samples.blocks().addTo(sum, floatFrom, floatTo);
  else sum.addAll(samples.floats, floatFrom, floatTo);
  return sum;
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
