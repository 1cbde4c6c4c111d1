import { compareLabels, type Histogram, type Labels, labelsKey } from "#series";
import { absent, type Column, histogram } from "./evaluation/column.ts";
import type { Grid } from "./evaluation/grid.ts";
import { dropMetricName } from "./evaluation/metric-name.ts";
import { sameLabelset } from "./query-error.ts";
import type { MatrixSeries, MatrixValue, QueryValue, VectorSample, VectorValue } from "./result.ts";

/** Collects the value of an instant query of vector type; the order of the columns stands. */
export class VectorBuilder {
  readonly #samples: VectorSample[] = [];
  #hasDropped = false;

  /** Takes what the column holds; the column stays the caller's. */
  add(column: Column): void {
    if (column.dropsName) this.#hasDropped = true;
    const isHistogram = column.kinds[0] === histogram;
    this.#samples.push({
      labels: shownLabels(column),
      value: isHistogram ? Number.NaN : (column.values[0] ?? 0),
      histogram: isHistogram ? column.histograms?.[0] : undefined,
    });
  }

  build(timestampMs: number): VectorValue {
    if (this.#hasDropped) refuseEqual(this.#samples);
    return { type: "vector", timestampMs, samples: this.#samples };
  }
}

/** Collects the value of a range query of vector type. */
export class MatrixBuilder {
  readonly #grid: Grid;
  readonly #series: MatrixSeries[] = [];
  /** Of all steps, for the series that have something at each. */
  #allTimesMs: Float64Array | undefined = undefined;
  #hasDropped = false;

  constructor(grid: Grid) {
    this.#grid = grid;
  }

  /** Takes what the column holds; the column stays the caller's. */
  add(column: Column): void {
    if (column.dropsName) this.#hasDropped = true;
    const isWhole = column.histograms === undefined && !column.kinds.includes(absent);
    this.#series.push(isWhole ? this.#wholeSeries(column) : seriesOf(column, this.#grid));
  }

  /** The series sorted by labels; those that became equal by losing their names are merged. */
  build(): MatrixValue {
    const series = this.#hasDropped ? mergedSeries(this.#series) : this.#series;
    return { type: "matrix", series: series.sort(byLabels) };
  }

  /** A series of floats without gaps, as most are. */
  #wholeSeries(column: Column): MatrixSeries {
    this.#allTimesMs ??= column.values.map((_, step) => timeAt(this.#grid, step));
    return {
      labels: shownLabels(column),
      timestampsMs: this.#allTimesMs,
      values: column.values.slice(),
      histograms: undefined,
    };
  }
}

/** The value of a scalar: one number, or a series without labels. */
export function scalarOf(values: Float64Array, grid: Grid, kind: "instant" | "range"): QueryValue {
  const timestampMs = grid.startMs;
  if (kind === "instant") return { type: "scalar", timestampMs, value: values[0] ?? Number.NaN };
  const timestampsMs = Float64Array.from(values, (_, step) => timeAt(grid, step));
  const labels: Labels = [];
  return { type: "matrix", series: [{ labels, timestampsMs, values, histograms: undefined }] };
}

export function byLabels(left: MatrixSeries, right: MatrixSeries): number {
  return compareLabels(left.labels, right.labels);
}

function refuseEqual(samples: readonly VectorSample[]): void {
  const keys = new Set(samples.map(({ labels }) => labelsKey(labels)));
  if (keys.size < samples.length) throw sameLabelset();
}

function mergedSeries(series: readonly MatrixSeries[]): MatrixSeries[] {
  const byKey = new Map<string, MatrixSeries>();
  for (const each of series) {
    const key = labelsKey(each.labels);
    const other = byKey.get(key);
    byKey.set(key, other === undefined ? each : mergedPair(other, each));
  }
  return [...byKey.values()];
}

/** The points of both in time order; they must not overlap. */
function mergedPair(left: MatrixSeries, right: MatrixSeries): MatrixSeries {
  const rows = [...rowsOf(left), ...rowsOf(right)].sort((one, other) => one.timeMs - other.timeMs);
  const overlaps = rows.some((row, index) => row.timeMs === rows[index - 1]?.timeMs);
  if (overlaps) throw sameLabelset();
  const hasHistograms = left.histograms !== undefined || right.histograms !== undefined;
  return {
    labels: left.labels,
    timestampsMs: Float64Array.from(rows, ({ timeMs }) => timeMs),
    values: Float64Array.from(rows, ({ value }) => value),
    histograms: hasHistograms ? rows.map(({ histogram: value }) => value) : undefined,
  };
}

interface Row {
  readonly timeMs: number;
  readonly value: number;
  readonly histogram: Histogram | undefined;
}

function rowsOf({ timestampsMs, values, histograms }: MatrixSeries): readonly Row[] {
  return Array.from(timestampsMs, (timeMs, row) => ({
    timeMs,
    value: values[row] ?? 0,
    histogram: histograms?.[row],
  }));
}

function seriesOf(column: Column, grid: Grid): MatrixSeries {
  const { kinds, values, histograms } = column;
  const labels = shownLabels(column);
  const count = countPresent(kinds);
  const timestampsMs = new Float64Array(count);
  const present = new Float64Array(count);
  let row = 0;
  for (let step = 0; step < kinds.length; step++) {
    if (kinds[step] === absent) continue;
    timestampsMs[row] = timeAt(grid, step);
    present[row] = kinds[step] === histogram ? Number.NaN : (values[step] ?? 0);
    row++;
  }
  return { labels, timestampsMs, values: present, histograms: presentOf(kinds, histograms) };
}

function shownLabels({ labels, dropsName }: Column): Labels {
  return dropsName ? dropMetricName(labels) : labels;
}

function presentOf(
  kinds: Uint8Array,
  histograms: Column["histograms"],
): (Histogram | undefined)[] | undefined {
  if (histograms === undefined || !kinds.includes(histogram)) return undefined;
  const present: (Histogram | undefined)[] = [];
  for (const [step, kind] of kinds.entries()) {
    if (kind !== absent) present.push(kind === histogram ? histograms[step] : undefined);
  }
  return present;
}

function countPresent(kinds: Uint8Array): number {
  let count = 0;
  for (let step = 0; step < kinds.length; step++) if (kinds[step] !== absent) count++;
  return count;
}

function timeAt(grid: Grid, step: number): number {
  return grid.startMs + step * grid.stepMs;
}
