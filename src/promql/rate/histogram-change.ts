import {
  addHistograms,
  compactHistogram,
  customBucketsSchema,
  type Histogram,
  HistogramSum,
  multiplyHistogram,
  noBuckets,
  reduceResolution,
} from "#series";
import {
  histogramNotCounter,
  histogramNotGauge,
  mismatchedCustomBuckets,
  mixedBucketSchemas,
  startTimeOverlap,
} from "../annotation-texts.ts";
import type { Annotation } from "../annotations.ts";
import { isStartOverlap } from "../evaluation/start-timestamp.ts";
import type { Window } from "../evaluation/window.ts";
import type { ChangeOptions } from "./float-change.ts";

/** Emits how much the histograms of a window change over it, extrapolated to its borders. */
export function emitHistogramChange(window: Window, options: ChangeOptions): void {
  const { samples, extrapolation, histogramFrom: first, histogramTo: end } = window;
  const isCounter = options.quantity === "counter";
  extrapolation.setEnds(samples.histogramTimesMs, first, end);
  if (isCounter) extrapolation.setStart(samples.histogramStartsMs?.[first] ?? 0, window);
  const between = window.histogramCount > 1 ? changeBetween(window, options) : undefined;
  if (window.histogramCount > 1 && between === undefined) return;
  const firstHistogram = window.histogramAt(first);
  const change = extrapolation.hasBegan ? addFirst(window, between, firstHistogram) : between;
  if (change === undefined) return;
  if (isCounter) extrapolation.setZero(firstHistogram.count, change.count);
  let factor = extrapolation.factor(window);
  if (options.result === "per second") factor /= window.call.rangeMs / 1000;
  window.emitHistogram(multiplyHistogram(change, factor));
}

/** A counter that began inside the window has counted its first sample, too. */
function addFirst(
  window: Window,
  between: Histogram | undefined,
  first: Histogram,
): Histogram | undefined {
  if (between === undefined) return first;
  const { metricName, call } = window;
  const sum = addHistograms(between, first);
  if (sum.isIncompatible) window.annotate(mixedBucketSchemas(metricName, call.span));
  if (sum.hasReconciledBounds) window.annotate(mismatchedCustomBuckets("addition", call.span));
  return sum.histogram;
}

/** The difference of the last and the first histogram, resets made up for. */
function changeBetween(window: Window, options: ChangeOptions): Histogram | undefined {
  const { histogramFrom: first, samples, metricName } = window;
  const { span } = window.call;
  const last = window.histogramTo - 1;
  const isCounter = options.quantity === "counter";
  const resets = samples.histogramResets();
  // After a reset right behind the first histogram, nothing of that one matters.
  const skipsFirst = isCounter && resets[first + 1] === 1;
  const facts = inspect(window, options, skipsFirst);
  if (facts.areMixed) {
    for (const note of facts.notes) window.annotate(note);
    return undefined;
  }
  const lastHistogram = window.histogramAt(last);
  const sum = new HistogramSum(reduceResolution(lastHistogram, facts.schemaMin));
  const notes = [...facts.notes];
  // Even where nothing is subtracted, only the bounds that the second histogram has, too, are kept.
  const reference = skipsFirst
    ? withoutObservations(window.histogramAt(first + 1))
    : window.histogramAt(first);
  const outcome = sum.subtract(reference);
  if (outcome.isIncompatible) return refuseMixed(window);
  if (outcome.hasReconciledBounds) notes.push(mismatchedCustomBuckets("subtraction", span));
  for (let row = first + 2; isCounter && row <= last; row++) {
    if (resets[row] === 0) continue;
    const outcome = sum.add(window.histogramAt(row - 1));
    if (outcome.isIncompatible) return refuseMixed(window);
    if (outcome.hasReconciledBounds) notes.push(mismatchedCustomBuckets("addition", span));
  }
  if (isCounter && hasOverlap(window)) notes.push(startTimeOverlap(metricName, span));
  for (const note of notes) window.annotate(note);
  return compactHistogram({ ...sum.sum(), counterResetHint: "gauge" });
}

function withoutObservations(histogram: Histogram): Histogram {
  const { schema, counts, customValues } = histogram;
  return {
    schema,
    counts,
    counterResetHint: "unknown",
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positive: noBuckets,
    negative: noBuckets,
    customValues,
  };
}

function refuseMixed(window: Window): undefined {
  window.annotate(mixedBucketSchemas(window.metricName, window.call.span));
}

interface WindowFacts {
  /** Exponential and custom buckets meet. */
  readonly areMixed: boolean;
  /** The lowest resolution that matters. */
  readonly schemaMin: number;
  readonly notes: readonly Annotation[];
}

function inspect(window: Window, options: ChangeOptions, skipsFirst: boolean): WindowFacts {
  const { histogramFrom: first, metricName, call } = window;
  const last = window.histogramTo - 1;
  const reference = window.histogramAt(skipsFirst ? first + 1 : first);
  const lastHistogram = window.histogramAt(last);
  const ends = [window.histogramAt(first), lastHistogram];
  const notes: Annotation[] = [];
  const isCounter = options.quantity === "counter";
  if (isCounter && ends.some((end) => end.counterResetHint === "gauge")) {
    notes.push(histogramNotCounter(metricName, call.span));
  }
  const mixed = {
    areMixed: true,
    schemaMin: 0,
    notes: [mixedBucketSchemas(metricName, call.span)],
  };
  if (isCustom(lastHistogram) !== isCustom(reference)) {
    return { ...mixed, notes: [...notes, ...mixed.notes] };
  }
  if (!isCounter && !ends.every((end) => end.counterResetHint === "gauge")) {
    notes.push(histogramNotGauge(metricName, call.span));
  }
  let schemaMin = Math.min(lastHistogram.schema, reference.schema);
  for (let row = first + 1; isCounter && row < last; row++) {
    const value = window.histogramAt(row);
    if (isCustom(value) !== isCustom(reference)) return mixed;
    if (value.counterResetHint === "gauge") notes.push(histogramNotCounter(metricName, call.span));
    schemaMin = Math.min(schemaMin, value.schema);
  }
  return { areMixed: false, schemaMin, notes };
}

function isCustom(value: Histogram): boolean {
  return value.schema === customBucketsSchema;
}

function hasOverlap(window: Window): boolean {
  const { histogramStartsMs, histogramTimesMs } = window.samples;
  if (histogramStartsMs === undefined) return false;
  for (let row = window.histogramFrom + 1; row < window.histogramTo; row++) {
    if (isStartOverlap(histogramTimesMs, histogramStartsMs, row)) return true;
  }
  return false;
}
