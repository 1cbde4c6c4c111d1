import { dropLabels, type Labels, labelsKey, labelValue, metricNameLabel } from "#series";
import { badBucketLabel, mixedClassicAndNative } from "./annotation-texts.ts";
import { ClassicBuckets } from "./classic-histogram.ts";
import { type Column, float, histogram } from "./evaluation/column.ts";
import type { Scope } from "./evaluation/scope.ts";
import type { Span } from "./syntax/ast.ts";

/** A classic histogram: the series of its buckets. */
export interface ClassicSeries {
  readonly labels: Labels;
  /** Ascending by bound. */
  readonly buckets: readonly BucketSeries[];
  /** Filled by `loadBuckets`. */
  readonly step: ClassicBuckets;
}

interface BucketSeries {
  readonly bound: number;
  readonly column: Column;
}

/** The histograms of a vector. Where both kinds have the same labels, neither is evaluated. */
export interface HistogramSeries {
  readonly native: readonly Column[];
  readonly classic: readonly ClassicSeries[];
}

const bucketLabels: ReadonlySet<string> = new Set(["le"]);

/** Takes the series of a vector apart. `span` is the vector's place, for annotations. */
export function separateHistograms(
  columns: readonly Column[],
  scope: Scope,
  span: Span,
): HistogramSeries {
  const classic = new Map<string, { labels: Labels; buckets: BucketSeries[] }>();
  const native: Column[] = [];
  for (const column of columns) {
    if (column.kinds.includes(histogram)) native.push(column);
    if (!column.kinds.includes(float)) continue;
    const boundText = labelValue(column.labels, "le");
    const bound = parseBound(boundText);
    if (bound === undefined) {
      scope.annotations.add(badBucketLabel(shownName(column.labels, scope), boundText, span));
      continue;
    }
    const labels = dropLabels(column.labels, bucketLabels);
    const key = labelsKey(labels);
    const series = classic.get(key);
    if (series === undefined) classic.set(key, { labels, buckets: [{ bound, column }] });
    else series.buckets.push({ bound, column });
  }
  for (const column of native) {
    const series = classic.get(labelsKey(column.labels));
    if (series !== undefined) removeConflicts(column, series.buckets, scope, span);
  }
  return { native, classic: [...classic.values()].map(sortedSeries) };
}

/** The metric name for an annotation, unless names are gone by then. */
export function shownName(labels: Labels, scope: Scope): string {
  return scope.removesNames ? "" : labelValue(labels, metricNameLabel);
}

/** Fills the buckets of one step; false where the histogram has none. */
export function loadBuckets({ buckets, step: loaded }: ClassicSeries, step: number): boolean {
  loaded.clear();
  for (const { bound, column } of buckets) {
    if (column.kinds[step] === float) loaded.add(bound, column.values[step] ?? 0);
  }
  return !loaded.isEmpty;
}

function sortedSeries(series: { labels: Labels; buckets: BucketSeries[] }): ClassicSeries {
  const buckets = series.buckets.toSorted((left, right) => orderOf(left.bound, right.bound));
  return { labels: series.labels, buckets, step: new ClassicBuckets(buckets.length) };
}

/** Also for infinities, whose difference is NaN. */
function orderOf(left: number, right: number): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function removeConflicts(
  native: Column,
  buckets: readonly BucketSeries[],
  scope: Scope,
  span: Span,
): void {
  for (let step = 0; step < native.kinds.length; step++) {
    if (native.kinds[step] !== histogram) continue;
    const conflicting = buckets.filter(({ column }) => column.kinds[step] === float);
    if (conflicting.length === 0) continue;
    scope.annotations.add(mixedClassicAndNative(shownName(native.labels, scope), span));
    native.kinds[step] = 0;
    for (const { column } of conflicting) column.kinds[step] = 0;
  }
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const infinity = /^([+-]?)inf(?:inity)?$/i;

function parseBound(text: string): number | undefined {
  if (decimal.test(text)) return Number(text);
  const sign = infinity.exec(text)?.[1];
  if (sign !== undefined) return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?nan$/i.test(text) ? Number.NaN : undefined;
}
