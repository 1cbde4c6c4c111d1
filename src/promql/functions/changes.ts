import { equalHistograms, type Histogram, isReset } from "#series";
import { isStartReset } from "../evaluation/start-timestamp.ts";
import type { Window } from "../evaluation/window.ts";
import { defineRangeFunction } from "../function-definition.ts";
import { firstAfter, firstAtLeast } from "../rate/rows.ts";

/** `changes(v[d])`: how many times the value of each series changed within the range. */
export const changes = defineRangeFunction({
  name: "changes",
  extensions: ["anchored"],
  evaluate(window) {
    const rows = rowsFromAnchor(window);
    if (rows === undefined) return;
    if (window.histogramCount > 0) window.emit(countBetween(window, rows, "changes"));
    else window.emit(countRows(window.samples.changes(), rows.float, window.floatTo));
  },
});

/** `resets(v[d])`: how many times a counter began anew within the range. */
export const resets = defineRangeFunction({
  name: "resets",
  extensions: ["anchored"],
  usesStartTimestamps: true,
  evaluate(window) {
    const rows = rowsFromAnchor(window);
    if (rows === undefined) return;
    if (window.histogramCount > 0) window.emit(countBetween(window, rows, "resets"));
    else window.emit(countRows(window.samples.resets(), rows.float, window.floatTo));
  },
});

/** The rows that count: those behind the first of each kind, and that one. */
interface FirstRows {
  readonly float: number;
  readonly histogram: number;
}

/**
 * Anchored windows begin with the last sample at or before the range, whatever its kind. Undefined
 * when there is nothing after it.
 */
function rowsFromAnchor(window: Window): FirstRows | undefined {
  const { floatFrom, floatTo, histogramFrom, histogramTo, samples, startMs } = window;
  if (window.call.extension === "none") return { float: floatFrom, histogram: histogramFrom };
  const float = firstAfter(samples.floatTimesMs, floatFrom, floatTo, startMs);
  const histogram = firstAfter(samples.histogramTimesMs, histogramFrom, histogramTo, startMs);
  if (float >= floatTo && histogram >= histogramTo) return undefined;
  const hasFloat = float > floatFrom;
  const hasHistogram = histogram > histogramFrom;
  if (!hasFloat && !hasHistogram) return { float, histogram };
  const floatMs = samples.floatTimesMs[float - 1] ?? 0;
  const histogramMs = samples.histogramTimesMs[histogram - 1] ?? 0;
  const isFloatAnchor = !hasHistogram || (hasFloat && floatMs >= histogramMs);
  return isFloatAnchor ? { float: float - 1, histogram } : { float, histogram: histogram - 1 };
}

/** How many of the rows lie behind the first and before the end. */
function countRows(rows: Int32Array, first: number, end: number): number {
  return firstAtLeast(rows, end) - firstAtLeast(rows, first + 1);
}

/** A sample, and its row among those of its kind. */
interface Sample {
  readonly value: number | Histogram;
  readonly row: number;
}

function countBetween(window: Window, rows: FirstRows, what: "changes" | "resets"): number {
  let count = 0;
  let previous: Sample | undefined;
  for (const sample of samplesInOrder(window, rows)) {
    if (previous !== undefined) {
      const isCounted =
        what === "changes"
          ? isChange(previous.value, sample.value)
          : isNewCounter(window, previous, sample);
      if (isCounted) count++;
    }
    previous = sample;
  }
  return count;
}

function* samplesInOrder(window: Window, rows: FirstRows): Generator<Sample> {
  const { floats, floatTimesMs, histogramTimesMs } = window.samples;
  let { float, histogram } = rows;
  while (float < window.floatTo || histogram < window.histogramTo) {
    const isFloat =
      histogram >= window.histogramTo ||
      (float < window.floatTo && (floatTimesMs[float] ?? 0) < (histogramTimesMs[histogram] ?? 0));
    if (isFloat) {
      yield { value: floats[float] ?? 0, row: float };
      float++;
    } else {
      yield { value: window.histogramAt(histogram), row: histogram };
      histogram++;
    }
  }
}

/** NaN equals NaN here, although IEEE 754 says otherwise: a series stuck at NaN has not changed. */
function isChange(previous: number | Histogram, current: number | Histogram): boolean {
  if (typeof previous === "number" && typeof current === "number") {
    return previous !== current && !(Number.isNaN(previous) && Number.isNaN(current));
  }
  if (typeof previous === "number" || typeof current === "number") return true;
  return !equalHistograms(previous, current);
}

function isNewCounter(window: Window, previous: Sample, current: Sample): boolean {
  const { floatTimesMs, floatStartsMs, histogramTimesMs, histogramStartsMs } = window.samples;
  if (typeof current.value === "number") {
    if (typeof previous.value !== "number" || current.value < previous.value) return true;
    return floatStartsMs !== undefined && isStartReset(floatTimesMs, floatStartsMs, current.row);
  }
  if (typeof previous.value === "number" || isReset(current.value, previous.value)) return true;
  return (
    histogramStartsMs !== undefined &&
    isStartReset(histogramTimesMs, histogramStartsMs, current.row)
  );
}
