/** A range query's answer as columns for a chart: one list of times, and a list of values a series. */
import type { LabelRecord, MatrixItem } from "../api/types.ts";
import { formatTime } from "./time-range.ts";

export interface GraphColumns {
  /** Seconds, one for each step. */
  readonly times: readonly number[];
  readonly series: readonly GraphSeries[];
}

export interface GraphSeries {
  readonly labels: LabelRecord;
  /** `null` where the series has no value. */
  readonly values: readonly (number | null)[];
}

/** A chart of more series is a carpet; the rest is counted and left out. */
export const graphSeriesMax = 500;

export function columnsOf(
  items: readonly MatrixItem[],
  { startMs, endMs, stepMs }: { startMs: number; endMs: number; stepMs: number },
): GraphColumns {
  const steps = Math.floor((endMs - startMs) / stepMs) + 1;
  const times = Array.from({ length: steps }, (_, step) => (startMs + step * stepMs) / 1_000);
  const series = items.slice(0, graphSeriesMax).map(({ metric, values = [] }) => {
    const row = times.map((): number | null => null);
    for (const [seconds, value] of values) {
      const step = Math.round((seconds * 1_000 - startMs) / stepMs);
      if (step >= 0 && step < steps) row[step] = finiteOr(value);
    }
    return { labels: metric, values: row };
  });
  return { times, series };
}

/** A chart has no place for infinity, nor for what is not a number. */
function finiteOr(text: string): number | null {
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Each series on top of those before it. */
export function stackedValues(series: readonly GraphSeries[]): readonly (readonly number[])[] {
  const sums: number[] = [];
  return series.map(({ values }) =>
    values.map((value, step) => {
      const sum = (sums[step] ?? 0) + (value ?? 0);
      sums[step] = sum;
      return sum;
    }),
  );
}

const prefixes: readonly (readonly [number, string])[] = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

/** A value in few characters: `1.25M`, `3.4m`, `0.2`. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  const large = prefixes.find(([factor]) => size >= factor);
  if (large !== undefined) return `${trimmed(value / large[0])}${large[1]}`;
  if (size >= 0.01) return trimmed(value);
  if (size >= 1e-3) return `${trimmed(value * 1e3)}m`;
  return size >= 1e-6 ? `${trimmed(value * 1e6)}µ` : value.toExponential(2);
}

/**
 * What stands below a chart's time axis: the time of day, with the date where a day begins and at the
 * first tick. `spacing` is the distance of ticks in seconds.
 */
export function timeTicks(
  ticks: readonly number[],
  spacing: number,
  zone: "utc" | "local",
): readonly string[] {
  let day = "";
  return ticks.map((seconds) => {
    const text = formatTime(seconds * 1_000, zone);
    const date = text.slice(0, 10);
    const time = spacing < 60 ? text.slice(11) : text.slice(11, 16);
    const isNewDay = date !== day;
    day = date;
    if (spacing >= 86_400) return date;
    return isNewDay ? `${time}\n${date}` : time;
  });
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(4)));
}
