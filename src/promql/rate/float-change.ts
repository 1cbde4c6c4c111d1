import { startTimeOverlap } from "../annotation-texts.ts";
import { isStartOverlap } from "../evaluation/start-timestamp.ts";
import type { Window } from "../evaluation/window.ts";
import { firstAtLeast } from "./rows.ts";

/** What `rate`, `increase` and `delta` have in common, and in what they differ. */
export interface ChangeOptions {
  readonly quantity: "counter" | "gauge";
  /** The change over the whole range, or for each second of it. */
  readonly result: "total" | "per second";
}

/** Emits how much the floats of a window change over it, extrapolated to its borders. */
export function emitFloatChange(window: Window, options: ChangeOptions): void {
  const { floats, floatTimesMs, floatStartsMs } = window.samples;
  const { extrapolation, floatFrom: first, floatTo: end } = window;
  extrapolation.setEnds(floatTimesMs, first, end);
  let change = (floats[end - 1] ?? 0) - (floats[first] ?? 0);
  if (options.quantity === "counter") {
    change = withLostInResets(change, window);
    if (floatStartsMs !== undefined) change += countedBefore(window, floatStartsMs);
    extrapolation.setZero(floats[first] ?? 0, change);
  }
  if (end - first === 1 && !extrapolation.hasBegan) return;
  let factor = extrapolation.factor(window);
  if (options.result === "per second") factor /= window.call.rangeMs / 1000;
  window.emit(change * factor);
}

/** What a counter that began inside the window had counted up to its first sample. */
function countedBefore(window: Window, startsMs: Float64Array): number {
  const { extrapolation, samples, floatFrom: first } = window;
  extrapolation.setStart(startsMs[first] ?? 0, window);
  noteOverlap(window, startsMs);
  return extrapolation.hasBegan ? (samples.floats[first] ?? 0) : 0;
}

/** Adds to a change what the counter had reached each time before it began anew. */
function withLostInResets(change: number, window: Window): number {
  const resets = window.samples.resets();
  let total = change;
  for (let at = firstAtLeast(resets, window.floatFrom + 1); at < resets.length; at++) {
    const row = resets[at] ?? 0;
    if (row >= window.floatTo) break;
    total += window.samples.floats[row - 1] ?? 0;
  }
  return total;
}

function noteOverlap(window: Window, startsMs: Float64Array): void {
  for (let row = window.floatFrom + 1; row < window.floatTo; row++) {
    if (!isStartOverlap(window.samples.floatTimesMs, startsMs, row)) continue;
    window.annotate(startTimeOverlap(window.metricName, window.call.span));
    return;
  }
}
