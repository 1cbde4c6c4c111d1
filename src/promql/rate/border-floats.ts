import type { RangeSamples } from "../evaluation/range-samples.ts";
import { interpolateFloat, type Quantity } from "./interpolate.ts";
import { firstAfter, firstAt } from "./rows.ts";

/** A window whose borders are completed, and the rows `[from, to)` of samples that may do so. */
export interface ExtendedWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly from: number;
  readonly to: number;
  readonly extension: "anchored" | "smoothed";
}

/** The values at the borders of a window. */
export interface BorderFloats {
  readonly left: number;
  readonly right: number;
  /** The rows `[first, end)` that lie between the borders, not on them. */
  readonly first: number;
  readonly end: number;
}

/**
 * At the left border stands the last sample at or before it, at the right the last one in the window;
 * smoothed, both are interpolated. Undefined when there is nothing after the left border.
 */
export function findBorderFloats(
  samples: RangeSamples,
  window: ExtendedWindow,
  quantity: Quantity,
): BorderFloats | undefined {
  const rows = findRows(samples.floatTimesMs, window);
  if (rows === undefined) return undefined;
  const { first, last } = rows;
  const { floats, floatTimesMs: timesMs } = samples;
  const [firstMs, lastMs] = [timesMs[first] ?? 0, timesMs[last] ?? 0];
  const { startMs, endMs } = window;
  const isSmoothed = window.extension === "smoothed";
  const isLeftBetween = isSmoothed && firstMs < startMs;
  const isRightBetween = isSmoothed && last > window.from && lastMs > endMs;
  return {
    left: isLeftBetween
      ? interpolateFloat(samples, first, startMs, quantity)
      : (floats[first] ?? 0),
    right: isRightBetween
      ? interpolateFloat(samples, last - 1, endMs, quantity)
      : (floats[last] ?? 0),
    first: firstMs <= startMs ? first + 1 : first,
    end: lastMs >= endMs ? last : last + 1,
  };
}

/** The rows at the borders of a window, or next to them outside. */
export interface BorderRows {
  readonly first: number;
  readonly last: number;
}

export function findRows(timesMs: Float64Array, window: ExtendedWindow): BorderRows | undefined {
  const { startMs, endMs, from, to } = window;
  if (to <= from) return undefined;
  const isSmoothed = window.extension === "smoothed";
  const newest = to - 1;
  const first = Math.max(from, firstAfter(timesMs, from, newest, startMs) - 1);
  const last = isSmoothed ? firstAt(timesMs, from, newest, endMs) : newest;
  if ((timesMs[last] ?? 0) <= startMs) return undefined;
  if (isSmoothed && (timesMs[first] ?? 0) > endMs) return undefined;
  return { first, last };
}
