import type { RangeSamples } from "../evaluation/range-samples.ts";
import { type ExtendedWindow, findBorderFloats } from "./border-floats.ts";

/** Samples with one at each border of the window. */
export interface ExtendedFloats {
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
}

/** The floats of an anchored or smoothed range vector; undefined when there is none in the window. */
export function extendedFloats(
  samples: RangeSamples,
  window: ExtendedWindow,
): ExtendedFloats | undefined {
  const borders = findBorderFloats(samples, window, "gauge");
  if (borders === undefined) return undefined;
  const { first, end, left, right } = borders;
  return {
    timestampsMs: Float64Array.of(
      window.startMs,
      ...samples.floatTimesMs.subarray(first, end),
      window.endMs,
    ),
    values: Float64Array.of(left, ...samples.floats.subarray(first, end), right),
  };
}
