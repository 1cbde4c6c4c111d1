import type { RangeFunction } from "../function-definition.ts";
import type { Scope } from "./scope.ts";
import type { Window } from "./window.ts";

/** Where the windows of the steps lie. */
export interface SlideOptions {
  /** What the first step looks at. */
  readonly firstMs: number;
  /** How much later each further step looks; 0 when all look at the same time. */
  readonly stepMs: number;
  /** How far a window reaches back, open on the left, and ahead, closed. */
  readonly behindMs: number;
  readonly aheadMs: number;
  /** What a subquery reads has been counted where it was evaluated. */
  readonly readCounting: "counted" | "uncounted";
}

/** Slides a window over the samples of a series, from step to step, and evaluates a function on it. */
export class WindowSlide {
  readonly #window: Window;
  readonly #scope: Scope;
  readonly #options: SlideOptions;

  constructor(window: Window, scope: Scope, options: SlideOptions) {
    this.#window = window;
    this.#scope = scope;
    this.#options = options;
  }

  /**
   * Evaluates all steps of the series that the window's samples are of. Returns how many samples the
   * last window had, which are held while the results are counted.
   */
  run(definition: RangeFunction): number {
    const window = this.#window;
    const { grid, samples } = this.#scope;
    const { firstMs, stepMs, behindMs, aheadMs, readCounting } = this.#options;
    window.floatFrom = window.floatTo = 0;
    window.histogramFrom = window.histogramTo = 0;
    let sizeMax = 0;
    for (let step = 0; step < grid.count; step++) {
      window.step = step;
      window.timeMs = grid.startMs + step * grid.stepMs;
      window.endMs = firstMs + step * stepMs;
      window.startMs = window.endMs - window.call.rangeMs;
      const fromMs = window.endMs - behindMs;
      const toMs = window.endMs + aheadMs;
      slideFloats(window, fromMs, toMs);
      if (window.samples.histogramCount > 0) slideHistograms(window, fromMs, toMs);
      if (window.floatCount === 0 && window.histogramCount === 0) continue;
      const size = windowSize(window);
      if (size > sizeMax) sizeMax = size;
      samples.addQueryable(step, size);
      if (readCounting === "counted" && (step === 0 || stepMs > 0)) {
        samples.addRead(
          step,
          sizeSince(window, step === 0 ? Number.NEGATIVE_INFINITY : toMs - grid.stepMs),
        );
      }
      definition.evaluate(window);
    }
    this.#scope.query.budget.touch(sizeMax);
    return windowSize(window);
  }
}

function slideFloats(window: Window, fromMs: number, toMs: number): void {
  const { floatTimesMs: timesMs, floatCount: count } = window.samples;
  let { floatFrom: from, floatTo: to } = window;
  while (to < count && (timesMs[to] ?? 0) <= toMs) to++;
  while (from < to && (timesMs[from] ?? 0) <= fromMs) from++;
  window.floatFrom = from;
  window.floatTo = to;
}

function slideHistograms(window: Window, fromMs: number, toMs: number): void {
  const { histogramTimesMs: timesMs, histogramCount: count } = window.samples;
  let { histogramFrom: from, histogramTo: to } = window;
  while (to < count && (timesMs[to] ?? 0) <= toMs) to++;
  while (from < to && (timesMs[from] ?? 0) <= fromMs) from++;
  window.histogramFrom = from;
  window.histogramTo = to;
}

function windowSize(window: Window): number {
  if (window.histogramCount === 0) return window.floatCount;
  const sizes = window.samples.histogramSizes();
  const ofHistograms = (sizes[window.histogramTo] ?? 0) - (sizes[window.histogramFrom] ?? 0);
  return window.floatCount + ofHistograms;
}

/** What of the window is later than `sinceMs`. */
function sizeSince(window: Window, sinceMs: number): number {
  const { samples } = window;
  let from = window.floatTo;
  while (from > window.floatFrom && (samples.floatTimesMs[from - 1] ?? 0) > sinceMs) from--;
  const ofFloats = window.floatTo - from;
  if (window.histogramCount === 0) return ofFloats;
  let row = window.histogramTo;
  while (row > window.histogramFrom && (samples.histogramTimesMs[row - 1] ?? 0) > sinceMs) row--;
  const sizes = samples.histogramSizes();
  return ofFloats + (sizes[window.histogramTo] ?? 0) - (sizes[row] ?? 0);
}
