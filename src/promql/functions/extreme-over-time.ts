import { BlockFold, extremeOf } from "../evaluation/block-fold.ts";
import type { Window } from "../evaluation/window.ts";
import { noteIgnoredHistograms } from "../evaluation/window-notes.ts";
import { defineRangeFunction } from "../function-definition.ts";

/** `max_over_time(v[d])`: of the floats; NaN only where there is nothing else. */
export const maxOverTime = defineRangeFunction({
  name: "max_over_time",
  evaluate(window) {
    if (window.floatCount === 0) return;
    noteIgnoredHistograms(window);
    window.emit(extremeFloat(window, "max"));
  },
});

/** `min_over_time(v[d])`: of the floats; NaN only where there is nothing else. */
export const minOverTime = defineRangeFunction({
  name: "min_over_time",
  evaluate(window) {
    if (window.floatCount === 0) return;
    noteIgnoredHistograms(window);
    window.emit(extremeFloat(window, "min"));
  },
});

/** `ts_of_max_over_time(v[d])`: when the largest float was taken last, in seconds. */
export const tsOfMaxOverTime = defineRangeFunction({
  name: "ts_of_max_over_time",
  evaluate(window) {
    if (window.floatCount === 0) return;
    noteIgnoredHistograms(window);
    window.emit((window.samples.floatTimesMs[lastRowOfExtreme(window, "max")] ?? 0) / 1000);
  },
});

/** `ts_of_min_over_time(v[d])`: when the smallest float was taken last, in seconds. */
export const tsOfMinOverTime = defineRangeFunction({
  name: "ts_of_min_over_time",
  evaluate(window) {
    if (window.floatCount === 0) return;
    noteIgnoredHistograms(window);
    window.emit((window.samples.floatTimesMs[lastRowOfExtreme(window, "min")] ?? 0) / 1000);
  },
});

function extremeFloat(window: Window, which: "min" | "max"): number {
  const { samples, floatFrom, floatTo, floatCount } = window;
  if (BlockFold.isWorth(floatCount)) return samples.blocks().extreme(which, floatFrom, floatTo);
  return extremeOf(samples.floats, floatFrom, floatTo, which === "max" ? 1 : -1);
}

/** Of equal values, the last row counts. */
function lastRowOfExtreme(window: Window, which: "min" | "max"): number {
  const { floats } = window.samples;
  const sign = which === "max" ? 1 : -1;
  let extremeRow = window.floatFrom;
  let extreme = sign * (floats[extremeRow] ?? 0);
  for (let row = window.floatFrom + 1; row < window.floatTo; row++) {
    const value = sign * (floats[row] ?? 0);
    if (extreme === extreme && !(value >= extreme)) continue;
    extreme = value;
    extremeRow = row;
  }
  return extremeRow;
}
