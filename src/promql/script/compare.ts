/** Whether a query's result is what the script expects; if not, the first difference in words. */
import { unreachable } from "#base";
import {
  compareLabels,
  formatHistogramNotation,
  formatSeries,
  type Histogram,
  labelsKey,
} from "#series";
import type {
  MatrixSeries,
  MatrixValue,
  QueryValue,
  VectorSample,
  VectorValue,
} from "../result.ts";
import { almostEqual, almostEqualHistograms } from "./almost-equal.ts";
import type { ExpectedResult, ExpectedSeries, SequenceValue, TimeGrid } from "./script.ts";

export interface ComparedResult {
  readonly expected: ExpectedResult;
  readonly isOrdered: boolean;
  /** When the values of expected series are, for matrices. */
  readonly grid: TimeGrid;
}

/** Undefined when the value is as expected. */
export function differenceOf(value: QueryValue, compared: ComparedResult): string | undefined {
  const { expected } = compared;
  switch (value.type) {
    case "scalar":
      if (expected.kind !== "scalar") return `expected ${expected.kind} but got a scalar`;
      return almostEqual(expected.value, value.value)
        ? undefined
        : `expected ${expected.value} but got ${value.value}`;
    case "string":
      if (expected.kind !== "string") return `expected ${expected.kind} but got a string`;
      return expected.value === value.value
        ? undefined
        : `expected "${expected.value}" but got "${value.value}"`;
    case "vector":
      if (expected.kind !== "series") return `expected ${expected.kind} but got a vector`;
      return vectorDifference(value, expected.series, compared.isOrdered);
    case "matrix":
      if (expected.kind !== "series") return `expected ${expected.kind} but got a matrix`;
      return matrixDifference(value, expected.series, compared.grid);
    default:
      return unreachable(value);
  }
}

function vectorDifference(
  { samples }: VectorValue,
  expected: readonly ExpectedSeries[],
  isOrdered: boolean,
): string | undefined {
  const left = byLabels(expected);
  for (const [position, sample] of samples.entries()) {
    const key = labelsKey(sample.labels);
    const name = formatSeries(sample.labels);
    const series = left.get(key);
    if (series === undefined) return `unexpected ${name} ${showSample(sample)}`;
    left.delete(key);
    if (isOrdered && expected[position] !== series) return `${name} is at position ${position + 1}`;
    const [value] = series.values;
    if (value === undefined || !isSame(value, sample.value, sample.histogram)) {
      return `expected ${name} ${showValue(value)} but got ${showSample(sample)}`;
    }
  }
  return missing(left);
}

function byLabels(expected: readonly ExpectedSeries[]): Map<string, ExpectedSeries> {
  return new Map(expected.map((series) => [labelsKey(series.labels), series]));
}

function missing(left: ReadonlyMap<string, ExpectedSeries>): string | undefined {
  for (const { labels, values } of left.values()) {
    return `${formatSeries(labels)} ${values.map(showValue).join(" ")} is missing`;
  }
  return undefined;
}

function isSame(expected: SequenceValue, value: number, histogram: Histogram | undefined): boolean {
  switch (expected.kind) {
    case "float":
      return histogram === undefined && almostEqual(expected.value, value);
    case "histogram": {
      if (histogram === undefined) return false;
      const hints = expected.hasHint ? "hints compared" : "hints ignored";
      return almostEqualHistograms(expected.histogram, histogram, hints);
    }
    case "stale":
    case "gap":
      return false;
    default:
      return unreachable(expected);
  }
}

function matrixDifference(
  { series }: MatrixValue,
  expected: readonly ExpectedSeries[],
  grid: TimeGrid,
): string | undefined {
  const unsorted = findUnsorted(series);
  if (unsorted !== undefined) return unsorted;
  const left = byLabels(expected);
  for (const actual of series) {
    const key = labelsKey(actual.labels);
    const wanted = left.get(key);
    if (wanted === undefined) return `unexpected ${formatSeries(actual.labels)}`;
    left.delete(key);
    const difference = seriesDifference(actual, wanted, grid);
    if (difference !== undefined) return `${formatSeries(actual.labels)}: ${difference}`;
  }
  return missing(left);
}

/** Series of a matrix are always sorted. */
export function findUnsorted(series: readonly MatrixSeries[]): string | undefined {
  for (const [index, { labels }] of series.entries()) {
    const next = series[index + 1];
    if (next !== undefined && compareLabels(labels, next.labels) > 0) {
      return `${formatSeries(next.labels)} comes after ${formatSeries(labels)}`;
    }
  }
  return undefined;
}

function seriesDifference(
  actual: MatrixSeries,
  { values }: ExpectedSeries,
  { startMs, endMs, stepMs }: TimeGrid,
): string | undefined {
  let row = 0;
  for (const [index, value] of values.entries()) {
    const timeMs = startMs + index * stepMs;
    if (timeMs > endMs) return `${values.length} values do not fit between start and end`;
    if (value.kind === "gap") continue;
    const timestampMs = actual.timestampsMs[row];
    if (timestampMs !== timeMs) {
      return `expected ${showValue(value)} at ${timeMs} but the next point is at ${timestampMs}`;
    }
    if (!isSame(value, actual.values[row] ?? 0, actual.histograms?.[row])) {
      const got = showPoint(actual, row);
      return `expected ${showValue(value)} at ${timeMs} but got ${got}`;
    }
    row++;
  }
  if (row === actual.timestampsMs.length) return undefined;
  return `unexpected ${showPoint(actual, row)} at ${actual.timestampsMs[row]}`;
}

function showPoint({ values, histograms }: MatrixSeries, row: number): string {
  const histogram = histograms?.[row];
  return histogram === undefined ? String(values[row]) : formatHistogramNotation(histogram);
}

function showSample({ value, histogram }: VectorSample): string {
  return histogram === undefined ? String(value) : formatHistogramNotation(histogram);
}

function showValue(value: SequenceValue | undefined): string {
  if (value === undefined || value.kind === "gap") return "_";
  if (value.kind === "stale") return "stale";
  return value.kind === "float" ? String(value.value) : formatHistogramNotation(value.histogram);
}
