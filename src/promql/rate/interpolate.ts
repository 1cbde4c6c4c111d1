import {
  addHistograms,
  type Histogram,
  isReset,
  multiplyHistogram,
  subtractHistograms,
} from "#series";
import type { RangeSamples } from "../evaluation/range-samples.ts";

/** Whether values only rise, so that a fall means that the counter began anew at 0. */
export type Quantity = "counter" | "gauge";

/** The value at `timeMs` on the line from the sample in `row` to the next one. */
export function interpolateFloat(
  samples: RangeSamples,
  row: number,
  timeMs: number,
  quantity: Quantity,
): number {
  const left = samples.floats[row] ?? 0;
  const right = samples.floats[row + 1] ?? 0;
  const start = quantity === "counter" && right < left ? 0 : left;
  return (
    start +
    ((right - start) * (timeMs - timeAt(samples.floatTimesMs, row))) /
      span(samples.floatTimesMs, row)
  );
}

/** An interpolated histogram; undefined when the two between which it lies do not go together. */
export interface InterpolatedHistogram {
  readonly histogram: Histogram | undefined;
  /** What combined histograms whose custom bounds differed. */
  readonly reconciled: readonly ("addition" | "subtraction")[];
}

/** The histogram at `timeMs` between that in `row` and the next one. */
export function interpolateHistogram(
  samples: RangeSamples,
  row: number,
  timeMs: number,
  quantity: Quantity,
): InterpolatedHistogram {
  const left = samples.histograms[row];
  const right = samples.histograms[row + 1];
  if (left === undefined || right === undefined) {
    throw new RangeError(`no histograms at row ${row}`);
  }
  const timesMs = samples.histogramTimesMs;
  if (timeMs === timeAt(timesMs, row)) return { histogram: left, reconciled: [] };
  if (timeMs === timeAt(timesMs, row + 1)) return { histogram: right, reconciled: [] };
  const fraction = (timeMs - timeAt(timesMs, row)) / span(timesMs, row);
  if (quantity === "counter" && isReset(right, left)) {
    return { histogram: multiplyHistogram(right, fraction), reconciled: [] };
  }
  const difference = subtractHistograms(right, left);
  if (difference.histogram === undefined) return { histogram: undefined, reconciled: [] };
  const sum = addHistograms(multiplyHistogram(difference.histogram, fraction), left);
  const reconciled = [
    ...(difference.hasReconciledBounds ? (["subtraction"] as const) : []),
    ...(sum.hasReconciledBounds ? (["addition"] as const) : []),
  ];
  return { histogram: sum.histogram, reconciled };
}

function timeAt(timesMs: Float64Array, row: number): number {
  return timesMs[row] ?? 0;
}

function span(timesMs: Float64Array, row: number): number {
  return timeAt(timesMs, row + 1) - timeAt(timesMs, row);
}
