import type { Window } from "../evaluation/window.ts";
import { noteIgnoredHistograms } from "../evaluation/window-notes.ts";
import { defineRangeFunction } from "../function-definition.ts";

/** `max_over_time(v[d])`: of the floats; NaN only where there is nothing else. */
export const maxOverTime = defineRangeFunction({
  name: "max_over_time",
  evaluate(window) {
    if (window.floatCount === 0) return;
    noteIgnoredHistograms(window);
    window.emit(window.samples.floats[rowOfExtreme(window, "max", "first")] ?? 0);
  },
});

/** `min_over_time(v[d])`: of the floats; NaN only where there is nothing else. */
export const minOverTime = defineRangeFunction({
  name: "min_over_time",
  evaluate(window) {
    if (window.floatCount === 0) return;
    noteIgnoredHistograms(window);
    window.emit(window.samples.floats[rowOfExtreme(window, "min", "first")] ?? 0);
  },
});

/** `ts_of_max_over_time(v[d])`: when the largest float was taken last, in seconds. */
export const tsOfMaxOverTime = defineRangeFunction({
  name: "ts_of_max_over_time",
  evaluate(window) {
    if (window.floatCount === 0) return;
    noteIgnoredHistograms(window);
    window.emit((window.samples.floatTimesMs[rowOfExtreme(window, "max", "last")] ?? 0) / 1000);
  },
});

/** `ts_of_min_over_time(v[d])`: when the smallest float was taken last, in seconds. */
export const tsOfMinOverTime = defineRangeFunction({
  name: "ts_of_min_over_time",
  evaluate(window) {
    if (window.floatCount === 0) return;
    noteIgnoredHistograms(window);
    window.emit((window.samples.floatTimesMs[rowOfExtreme(window, "min", "last")] ?? 0) / 1000);
  },
});

/** Of equal values, the first or the last row counts. */
function rowOfExtreme(window: Window, which: "min" | "max", ofEqual: "first" | "last"): number {
  const { floats } = window.samples;
  const sign = which === "max" ? 1 : -1;
  let extremeRow = window.floatFrom;
  let extreme = sign * (floats[extremeRow] ?? 0);
  for (let row = window.floatFrom + 1; row < window.floatTo; row++) {
    const value = sign * (floats[row] ?? 0);
    const isBeyond = ofEqual === "first" ? value > extreme : value >= extreme;
    if (!isBeyond && extreme === extreme) continue;
    extreme = value;
    extremeRow = row;
  }
  return extremeRow;
}
