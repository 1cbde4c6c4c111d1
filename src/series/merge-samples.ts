import type { Histogram } from "./histogram.ts";
import type { SampleBuffer } from "./sample-buffer.ts";
import { isStaleAt } from "./stale.ts";

/**
 * Appends the samples of several columns in time order. Where two have the same time, that of the
 * first column counts.
 *
 * Whether a counter was reset is known within a column only. Where the result goes from one column
 * to another, it is said to be unknown.
 */
export function mergeSamples(buffer: SampleBuffer, columns: readonly SampleBuffer[]): void {
  const at = columns.map(() => 0);
  let lastColumn = -1;
  let lastMs = Number.NEGATIVE_INFINITY;
  while (true) {
    const column = earliest(columns, at);
    const samples = columns[column];
    const index = at[column] ?? 0;
    if (samples === undefined) return;
    at[column] = index + 1;
    const timestampMs = samples.timestampsMs[index] ?? 0;
    if (timestampMs === lastMs) continue;
    appendRow(buffer, samples, index, column === lastColumn || lastColumn < 0);
    lastColumn = column;
    lastMs = timestampMs;
  }
}

function earliest(columns: readonly SampleBuffer[], at: readonly number[]): number {
  let column = -1;
  let earliestMs = Number.POSITIVE_INFINITY;
  for (let index = 0; index < columns.length; index++) {
    const samples = columns[index];
    const row = at[index] ?? 0;
    if (samples === undefined || row >= samples.count) continue;
    const timestampMs = samples.timestampsMs[row] ?? 0;
    if (timestampMs < earliestMs) {
      earliestMs = timestampMs;
      column = index;
    }
  }
  return column;
}

/** Copies a row of another buffer, every bit of it. */
export function appendRow(
  buffer: SampleBuffer,
  from: SampleBuffer,
  index: number,
  followsItsColumn = true,
): void {
  const timestampMs = from.timestampsMs[index] ?? 0;
  const startMs = from.startTimestampsMs?.[index] ?? 0;
  const histogram = from.histograms?.[index];
  if (histogram !== undefined) {
    const kept = followsItsColumn ? histogram : withoutHint(histogram);
    buffer.addHistogram(timestampMs, kept, startMs);
  } else if (isStaleAt(from.values, index)) buffer.addStale(timestampMs);
  else buffer.addFloat(timestampMs, from.values[index] ?? 0, startMs);
}

function withoutHint(histogram: Histogram): Histogram {
  const { counterResetHint } = histogram;
  const isKept = counterResetHint === "gauge" || counterResetHint === "unknown";
  return isKept ? histogram : { ...histogram, counterResetHint: "unknown" };
}
