import type { Window } from "../evaluation/window.ts";
import { type BorderFloats, findBorderFloats } from "./border-floats.ts";
import type { ChangeOptions } from "./float-change.ts";

/** Emits how much the floats of an anchored or smoothed window change between its very borders. */
export function emitExtendedFloatChange(window: Window, options: ChangeOptions): void {
  const { samples, startMs, endMs, floatFrom: from, floatTo: to } = window;
  const extension = window.call.extension === "smoothed" ? "smoothed" : "anchored";
  const extended = { startMs, endMs, from, to, extension } as const;
  const borders = findBorderFloats(samples, extended, options.quantity);
  if (borders === undefined) return;
  const { left, right } = borders;
  let change = right - left;
  if (options.quantity === "counter") {
    // The borders have made up for resets beyond them.
    change += lostInResets(samples.floats, borders);
  }
  window.emit(options.result === "per second" ? change / (window.call.rangeMs / 1000) : change);
}

function lostInResets(floats: Float64Array, { left, right, first, end }: BorderFloats): number {
  let lost = 0;
  let previous = left;
  for (let row = first; row < end; row++) {
    const value = floats[row] ?? 0;
    if (value < previous) lost += previous;
    previous = value;
  }
  return right < previous ? lost + previous : lost;
}
