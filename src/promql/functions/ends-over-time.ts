import type { Window } from "../evaluation/window.ts";
import { defineRangeFunction } from "../function-definition.ts";

/** `first_over_time(v[d])`: the oldest sample of the window. */
export const firstOverTime = defineRangeFunction({
  name: "first_over_time",
  keepsMetricName: true,
  evaluate(window) {
    const { floatTimesMs, histogramTimesMs, floats } = window.samples;
    const floatMs = window.floatCount > 0 ? (floatTimesMs[window.floatFrom] ?? 0) : Infinity;
    const isFloat =
      window.histogramCount === 0 || floatMs < (histogramTimesMs[window.histogramFrom] ?? 0);
    if (isFloat) window.emit(floats[window.floatFrom] ?? 0);
    else window.emitHistogram(window.histogramAt(window.histogramFrom));
  },
});

/** `last_over_time(v[d])`: the newest sample of the window. */
export const lastOverTime = defineRangeFunction({
  name: "last_over_time",
  keepsMetricName: true,
  evaluate(window) {
    const { floatTimesMs, histogramTimesMs, floats } = window.samples;
    const floatMs = window.floatCount > 0 ? (floatTimesMs[window.floatTo - 1] ?? 0) : -Infinity;
    const isFloat =
      window.histogramCount === 0 || floatMs > (histogramTimesMs[window.histogramTo - 1] ?? 0);
    if (isFloat) window.emit(floats[window.floatTo - 1] ?? 0);
    else window.emitHistogram(window.histogramAt(window.histogramTo - 1));
  },
});

/** `ts_of_first_over_time(v[d])`: when the oldest sample of the window was taken, in seconds. */
export const tsOfFirstOverTime = defineRangeFunction({
  name: "ts_of_first_over_time",
  evaluate: (window) => window.emit(firstMs(window) / 1000),
});

/** `ts_of_last_over_time(v[d])`: when the newest sample of the window was taken, in seconds. */
export const tsOfLastOverTime = defineRangeFunction({
  name: "ts_of_last_over_time",
  evaluate: (window) => window.emit(lastMs(window) / 1000),
});

function firstMs({
  samples,
  floatCount,
  floatFrom,
  histogramCount,
  histogramFrom,
}: Window): number {
  return Math.min(
    floatCount > 0 ? (samples.floatTimesMs[floatFrom] ?? 0) : Infinity,
    histogramCount > 0 ? (samples.histogramTimesMs[histogramFrom] ?? 0) : Infinity,
  );
}

function lastMs({ samples, floatCount, floatTo, histogramCount, histogramTo }: Window): number {
  return Math.max(
    floatCount > 0 ? (samples.floatTimesMs[floatTo - 1] ?? 0) : 0,
    histogramCount > 0 ? (samples.histogramTimesMs[histogramTo - 1] ?? 0) : 0,
  );
}
