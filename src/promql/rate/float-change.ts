import { startTimeOverlap } from "../annotation-texts.ts";
import { isStartOverlap } from "../evaluation/start-timestamp.ts";
import type { Window } from "../evaluation/window.ts";
import { beganMsOf, extrapolationFactor, type SampledInterval } from "./extrapolation.ts";
import { firstAtLeast } from "./rows.ts";

/** What `rate`, `increase` and `delta` have in common, and in what they differ. */
export interface ChangeOptions {
  readonly quantity: "counter" | "gauge";
  /** The change over the whole range, or for each second of it. */
  readonly result: "total" | "per second";
}

/** Emits how much the floats of a window change over it, extrapolated to its borders. */
export function emitFloatChange(window: Window, options: ChangeOptions): void {
  const { floats, floatTimesMs } = window.samples;
  const last = window.floatTo - 1;
  const firstMs = floatTimesMs[window.floatFrom] ?? 0;
  const lastMs = floatTimesMs[last] ?? 0;
  const difference = (floats[last] ?? 0) - (floats[window.floatFrom] ?? 0);
  if (options.quantity === "counter") {
    emitRise(window, { firstMs, lastMs, rise: difference + lostInResets(window) }, options);
  } else if (window.floatCount > 1) {
    const interval = { firstMs, lastMs, beganMs: Number.NaN, secondsToZero: Infinity };
    emitExtrapolated(window, difference, interval, options);
  }
}

interface CounterRise {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly rise: number;
}

function emitRise(window: Window, counted: CounterRise, options: ChangeOptions): void {
  const { firstMs, lastMs } = counted;
  const { floats, floatStartsMs } = window.samples;
  const first = floats[window.floatFrom] ?? 0;
  let { rise } = counted;
  let beganMs = Number.NaN;
  if (floatStartsMs !== undefined) {
    beganMs = beganMsOf(window, floatStartsMs[window.floatFrom] ?? 0, firstMs);
    if (beganMs === beganMs) rise += first;
    noteOverlap(window, floatStartsMs);
  }
  if (window.floatCount === 1 && beganMs !== beganMs) return;
  const hasZero = rise > 0 && first >= 0;
  const secondsToZero = hasZero ? ((lastMs - firstMs) / 1000) * (first / rise) : Infinity;
  emitExtrapolated(window, rise, { firstMs, lastMs, beganMs, secondsToZero }, options);
}

function emitExtrapolated(
  window: Window,
  change: number,
  interval: Omit<SampledInterval, "count">,
  options: ChangeOptions,
): void {
  let factor = extrapolationFactor(window, { ...interval, count: window.floatCount });
  if (options.result === "per second") factor /= window.call.rangeMs / 1000;
  window.emit(change * factor);
}

/** What the counter had reached each time before it began anew. */
function lostInResets(window: Window): number {
  const resets = window.samples.resets();
  let lost = 0;
  for (let at = firstAtLeast(resets, window.floatFrom + 1); at < resets.length; at++) {
    const row = resets[at] ?? 0;
    if (row >= window.floatTo) break;
    lost += window.samples.floats[row - 1] ?? 0;
  }
  return lost;
}

function noteOverlap(window: Window, startsMs: Float64Array): void {
  for (let row = window.floatFrom + 1; row < window.floatTo; row++) {
    if (!isStartOverlap(window.samples.floatTimesMs, startsMs, row)) continue;
    window.annotate(startTimeOverlap(window.metricName, window.call.span));
    return;
  }
}
