import { mixedFloatsAndHistograms } from "../annotation-texts.ts";
import type { Window } from "../evaluation/window.ts";
import { defineRangeFunction } from "../function-definition.ts";
import { emitExtendedFloatChange } from "../rate/extended-float-change.ts";
import { emitExtendedHistogramChange } from "../rate/extended-histogram-change.ts";
import { type ChangeOptions, emitFloatChange } from "../rate/float-change.ts";
import { emitHistogramChange } from "../rate/histogram-change.ts";

const ratePerSecond: ChangeOptions = { quantity: "counter", result: "per second" };
const rise: ChangeOptions = { quantity: "counter", result: "total" };
const difference: ChangeOptions = { quantity: "gauge", result: "total" };

/** `rate(v[d])`: how fast a counter rises, per second. */
export const rate = defineRangeFunction({
  name: "rate",
  extensions: ["anchored", "smoothed"],
  expectsCounter: true,
  usesStartTimestamps: true,
  evaluate: (window) => emitChange(window, ratePerSecond),
});

/** `increase(v[d])`: by how much a counter rises. */
export const increase = defineRangeFunction({
  name: "increase",
  extensions: ["anchored", "smoothed"],
  expectsCounter: true,
  usesStartTimestamps: true,
  evaluate: (window) => emitChange(window, rise),
});

/** `delta(v[d])`: by how much a gauge changes. */
export const delta = defineRangeFunction({
  name: "delta",
  extensions: ["anchored", "smoothed"],
  evaluate: (window) => emitChange(window, difference),
});

function emitChange(window: Window, options: ChangeOptions): void {
  const hasFloats = window.floatCount > 0;
  const hasHistograms = window.histogramCount > 0;
  const isExtended = window.call.extension !== "none";
  if (hasFloats && hasHistograms) {
    window.annotate(mixedFloatsAndHistograms(window.metricName, window.call.span));
  } else if (hasFloats) {
    if (isExtended) emitExtendedFloatChange(window, options);
    else emitFloatChange(window, options);
  } else if (isExtended) emitExtendedHistogramChange(window, options);
  else emitHistogramChange(window, options);
}
