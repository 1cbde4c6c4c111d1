import {
  addHistograms,
  compactHistogram,
  customBucketsSchema,
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
} from "../annotation-texts.ts";
import type { Window } from "../evaluation/window.ts";
import { type BorderRows, findRows } from "./border-floats.ts";
import type { ChangeOptions } from "./float-change.ts";
import { interpolateHistogram } from "./interpolate.ts";

/** Emits how much the histograms of an anchored or smoothed window change between its borders. */
export function emitExtendedHistogramChange(window: Window, options: ChangeOptions): void {
  const { startMs, endMs, histogramFrom: from, histogramTo: to } = window;
  const extension = window.call.extension === "smoothed" ? "smoothed" : "anchored";
  const extended = { startMs, endMs, from, to, extension } as const;
  const rows = findRows(window.samples.histogramTimesMs, extended);
  if (rows === undefined || !areOfOneKind(window, rows, options)) return;
  const left = leftBorder(window, rows, options);
  if (left === undefined) return;
  const right = rightBorder(window, rows, options);
  if (right === undefined) return;
  const isGauge = (value: Histogram) => value.counterResetHint === "gauge";
  if (options.quantity === "gauge" && !(isGauge(left) && isGauge(right))) {
    window.annotate(histogramNotGauge(window.metricName, window.call.span));
  }
  const difference = noted(window, "subtraction", subtractHistograms(right, left));
  if (difference === undefined) return;
  let change: Histogram | undefined = difference;
  if (options.quantity === "counter") change = addLost(window, rows, { left, right, difference });
  if (change === undefined) return;
  if (options.result === "per second") change = divideHistogram(change, window.call.rangeMs / 1000);
  window.emitHistogram(compactHistogram({ ...change, counterResetHint: "gauge" }));
}

function areOfOneKind(window: Window, rows: BorderRows, options: ChangeOptions): boolean {
  const { metricName, call } = window;
  const isCustom = window.histogramAt(rows.first).schema === customBucketsSchema;
  for (let row = rows.first; row <= rows.last; row++) {
    const value = window.histogramAt(row);
    if ((value.schema === customBucketsSchema) !== isCustom) {
      window.annotate(mixedBucketSchemas(metricName, call.span));
      return false;
    }
    if (options.quantity === "counter" && value.counterResetHint === "gauge") {
      window.annotate(histogramNotCounter(metricName, call.span));
    }
  }
  return true;
}

function leftBorder(
  window: Window,
  { first }: BorderRows,
  options: ChangeOptions,
): Histogram | undefined {
  const isBefore = (window.samples.histogramTimesMs[first] ?? 0) < window.startMs;
  if (window.call.extension !== "smoothed" || !isBefore) return window.histogramAt(first);
  return interpolated(window, first, window.startMs, options);
}

function rightBorder(
  window: Window,
  { last }: BorderRows,
  options: ChangeOptions,
): Histogram | undefined {
  const isAfter = (window.samples.histogramTimesMs[last] ?? 0) > window.endMs;
  const hasBefore = last > window.histogramFrom;
  const isBetween = window.call.extension === "smoothed" && isAfter && hasBefore;
  if (!isBetween) return window.histogramAt(last);
  return interpolated(window, last - 1, window.endMs, options);
}

function interpolated(
  window: Window,
  row: number,
  timeMs: number,
  options: ChangeOptions,
): Histogram | undefined {
  const { metricName, call } = window;
  const result = interpolateHistogram(window.samples, row, timeMs, options.quantity);
  for (const operation of result.reconciled) {
    window.annotate(mismatchedCustomBuckets(operation, call.span));
  }
  if (result.histogram === undefined) window.annotate(mixedBucketSchemas(metricName, call.span));
  return result.histogram;
}

interface BorderHistograms {
  readonly left: Histogram;
  readonly right: Histogram;
  readonly difference: Histogram;
}

/** Adds what the counter had reached before each reset between the borders. */
function addLost(
  window: Window,
  rows: BorderRows,
  { left, right, difference }: BorderHistograms,
): Histogram | undefined {
  const { samples, startMs } = window;
  let row = rows.first + 1;
  let previous = left;
  const isInterpolated =
    window.call.extension === "smoothed" && (samples.histogramTimesMs[rows.first] ?? 0) < startMs;
  if (isInterpolated && row < window.histogramTo) {
    const next = window.histogramAt(row);
    // The interpolation has made up for a reset that it spans.
    if (isReset(next, window.histogramAt(rows.first))) {
      previous = next;
      row++;
    }
  }
  if (row > rows.last) return difference;
  let lost: Histogram | undefined;
  for (; row <= rows.last; row++) {
    // In the last row stands the right border.
    const value = row === rows.last ? right : window.histogramAt(row);
    if (isReset(value, previous)) {
      lost =
        lost === undefined ? previous : noted(window, "addition", addHistograms(lost, previous));
      if (lost === undefined) return undefined;
    }
    previous = value;
  }
  if (lost === undefined) return difference;
  return noted(window, "addition", addHistograms(difference, lost));
}

function noted(
  window: Window,
  operation: "addition" | "subtraction",
  outcome: ReturnType<typeof addHistograms>,
): Histogram | undefined {
  const { metricName, call } = window;
  if (outcome.isIncompatible) window.annotate(mixedBucketSchemas(metricName, call.span));
  if (outcome.hasReconciledBounds) window.annotate(mismatchedCustomBuckets(operation, call.span));
  return outcome.histogram;
}
