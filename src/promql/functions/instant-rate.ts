import {
  compactHistogram,
  divideHistogram,
  type Histogram,
  isReset,
  subtractHistograms,
} from "#series";
import {
  histogramNotCounter,
  histogramNotGauge,
  mismatchedCustomBuckets,
  mixedBucketSchemas,
  mixedFloatsAndHistograms,
} from "../annotation-texts.ts";
import { isStartReset } from "../evaluation/start-timestamp.ts";
import type { Window } from "../evaluation/window.ts";
import { defineRangeFunction } from "../function-definition.ts";

/** `irate(v[d])`: how fast a counter rises between its last two samples, per second. */
export const irate = defineRangeFunction({
  name: "irate",
  usesStartTimestamps: true,
  evaluate: (window) => emitLastChange(window, "counter"),
});

/** `idelta(v[d])`: the difference of the last two samples of a gauge. */
export const idelta = defineRangeFunction({
  name: "idelta",
  evaluate: (window) => emitLastChange(window, "gauge"),
});

type Quantity = "counter" | "gauge";

function emitLastChange(window: Window, quantity: Quantity): void {
  if (window.floatCount + window.histogramCount < 2) return;
  if (window.histogramCount === 0) emitFloats(window, quantity);
  else if (window.floatCount === 0) emitHistograms(window, quantity);
  else emitLastOfMixed(window, quantity);
}

/** Floats or histograms count only when the last two samples are of that kind. */
function emitLastOfMixed(window: Window, quantity: Quantity): void {
  const { floatTimesMs, histogramTimesMs } = window.samples;
  const lastFloatMs = floatTimesMs[window.floatTo - 1] ?? 0;
  const lastHistogramMs = histogramTimesMs[window.histogramTo - 1] ?? 0;
  const hasTwoFloats = window.floatCount > 1;
  const hasTwoHistograms = window.histogramCount > 1;
  if (hasTwoFloats && (floatTimesMs[window.floatTo - 2] ?? 0) > lastHistogramMs) {
    emitFloats(window, quantity);
  } else if (hasTwoHistograms && (histogramTimesMs[window.histogramTo - 2] ?? 0) > lastFloatMs) {
    emitHistograms(window, quantity);
  } else {
    window.annotate(mixedFloatsAndHistograms(window.metricName, window.call.span));
  }
}

function emitFloats(window: Window, quantity: Quantity): void {
  const { floats, floatTimesMs, floatStartsMs } = window.samples;
  const last = window.floatTo - 1;
  const seconds = ((floatTimesMs[last] ?? 0) - (floatTimesMs[last - 1] ?? 0)) / 1000;
  if (seconds === 0) return;
  const value = floats[last] ?? 0;
  const before = floats[last - 1] ?? 0;
  if (quantity === "gauge") {
    window.emit(value - before);
    return;
  }
  const isNewStart = floatStartsMs !== undefined && isStartReset(floatTimesMs, floatStartsMs, last);
  window.emit((value < before || isNewStart ? value : value - before) / seconds);
}

function emitHistograms(window: Window, quantity: Quantity): void {
  const { histogramTimesMs } = window.samples;
  const last = window.histogramTo - 1;
  const seconds = ((histogramTimesMs[last] ?? 0) - (histogramTimesMs[last - 1] ?? 0)) / 1000;
  if (seconds === 0) return;
  const value = window.histogramAt(last);
  const before = window.histogramAt(last - 1);
  noteQuantity(window, quantity, [before, value]);
  const change = changeOf(window, quantity, value, before);
  if (change === undefined) return;
  const gauge: Histogram = compactHistogram({ ...change, counterResetHint: "gauge" });
  window.emitHistogram(quantity === "counter" ? divideHistogram(gauge, seconds) : gauge);
}

function noteQuantity(window: Window, quantity: Quantity, values: readonly Histogram[]): void {
  const gauges = values.filter((value) => value.counterResetHint === "gauge").length;
  const { metricName, call } = window;
  if (quantity === "counter" && gauges > 0) {
    window.annotate(histogramNotCounter(metricName, call.span));
  }
  if (quantity === "gauge" && gauges < values.length) {
    window.annotate(histogramNotGauge(metricName, call.span));
  }
}

function changeOf(
  window: Window,
  quantity: Quantity,
  value: Histogram,
  before: Histogram,
): Histogram | undefined {
  if (quantity === "counter" && isNewCounter(window, value, before)) return value;
  const difference = subtractHistograms(value, before);
  const { metricName, call } = window;
  if (difference.isIncompatible) window.annotate(mixedBucketSchemas(metricName, call.span));
  if (difference.hasReconciledBounds) {
    window.annotate(mismatchedCustomBuckets("subtraction", call.span));
  }
  return difference.histogram;
}

function isNewCounter(window: Window, value: Histogram, before: Histogram): boolean {
  const { histogramTimesMs, histogramStartsMs } = window.samples;
  if (histogramStartsMs !== undefined) {
    if (isStartReset(histogramTimesMs, histogramStartsMs, window.histogramTo - 1)) return true;
  }
  return isReset(value, before);
}
