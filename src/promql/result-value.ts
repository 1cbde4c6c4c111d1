import { compareLabels, type Histogram, type Labels } from "#series";
import { absent, type Column, histogram } from "./evaluation/column.ts";
import { dropMetricName } from "./evaluation/metric-name.ts";
import type { Scope } from "./evaluation/scope.ts";
import { SeriesMerge } from "./evaluation/series-merge.ts";
import type { MatrixSeries, MatrixValue, QueryValue, VectorValue } from "./result.ts";

/** The value of an instant query of vector type; the order of the columns stands. */
export function vectorOf(columns: readonly Column[], scope: Scope): VectorValue {
  const samples = withoutNames(columns, scope).map((column) => ({
    labels: column.labels,
    value: column.kinds[0] === histogram ? Number.NaN : (column.values[0] ?? 0),
    histogram: column.kinds[0] === histogram ? column.histograms?.[0] : undefined,
  }));
  return { type: "vector", timestampMs: scope.grid.startMs, samples };
}

/** The value of a range query of vector type, sorted by labels. */
export function matrixOf(columns: readonly Column[], scope: Scope): MatrixValue {
  const series = withoutNames(columns, scope).map((column) => seriesOf(column, scope));
  return { type: "matrix", series: series.sort(byLabels) };
}

/** The value of a scalar: one number, or a series without labels. */
export function scalarOf(
  values: Float64Array,
  scope: Scope,
  kind: "instant" | "range",
): QueryValue {
  const timestampMs = scope.grid.startMs;
  if (kind === "instant") return { type: "scalar", timestampMs, value: values[0] ?? Number.NaN };
  const timestampsMs = Float64Array.from(values, (_, step) => timeAt(scope, step));
  const labels: Labels = [];
  return { type: "matrix", series: [{ labels, timestampsMs, values, histograms: undefined }] };
}

export function byLabels(left: MatrixSeries, right: MatrixSeries): number {
  return compareLabels(left.labels, right.labels);
}

/** Removes the names that were to go when the query is done; what becomes equal must not overlap. */
function withoutNames(columns: readonly Column[], scope: Scope): readonly Column[] {
  if (scope.removesNames || !columns.some((column) => column.dropsName)) return columns;
  const merge = new SeriesMerge();
  for (const column of columns) {
    if (column.dropsName) column.labels = dropMetricName(column.labels);
    merge.add(column);
  }
  return [...merge.columns()];
}

function seriesOf(column: Column, scope: Scope): MatrixSeries {
  const { kinds, values, labels, histograms } = column;
  const count = kinds.length - countAbsent(kinds);
  const timestampsMs = new Float64Array(count);
  const present = new Float64Array(count);
  const presentHistograms = histograms === undefined ? undefined : emptyRows(count);
  let row = 0;
  for (let step = 0; step < kinds.length; step++) {
    if (kinds[step] === absent) continue;
    timestampsMs[row] = timeAt(scope, step);
    const value = kinds[step] === histogram ? histograms?.[step] : undefined;
    present[row] = value === undefined ? (values[step] ?? 0) : Number.NaN;
    if (presentHistograms !== undefined) presentHistograms[row] = value;
    row++;
  }
  return { labels, timestampsMs, values: present, histograms: presentHistograms };
}

function emptyRows(count: number): (Histogram | undefined)[] {
  return Array.from({ length: count }, () => undefined);
}

function countAbsent(kinds: Uint8Array): number {
  let count = 0;
  for (const kind of kinds) if (kind === absent) count++;
  return count;
}

function timeAt({ grid }: Scope, step: number): number {
  return grid.startMs + step * grid.stepMs;
}
