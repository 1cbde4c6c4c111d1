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
  readonly #keepsSteps: boolean;
  /** Up to which rows windows have been counted as read. */
  #floatsRead = 0;
  #histogramsRead = 0;
  #sizeMax = 0;
  #queryable = 0;
  #read = 0;

  constructor(window: Window, scope: Scope, options: SlideOptions) {
    this.#window = window;
    this.#scope = scope;
    this.#options = options;
    this.#keepsSteps = scope.samples.keepsSteps;
  }

  /**
   * Evaluates all steps of the series that the window's samples are of. Returns how many samples the
   * last window had, which are held while the results are counted.
   */
  run(definition: RangeFunction): number {
    const window = this.#window;
    const { grid } = this.#scope;
    const { firstMs, stepMs, behindMs, aheadMs } = this.#options;
    this.#rewind();
    for (let step = 0; step < grid.count; step++) {
      window.step = step;
      window.timeMs = grid.startMs + step * grid.stepMs;
      window.endMs = firstMs + step * stepMs;
      window.startMs = window.endMs - window.call.rangeMs;
      slideFloats(window, window.endMs - behindMs, window.endMs + aheadMs);
      if (window.samples.histogramCount > 0) {
        slideHistograms(window, window.endMs - behindMs, window.endMs + aheadMs);
      }
      if (window.isEmpty) continue;
      this.#count(step);
      definition.evaluate(window);
    }
    this.#settleCounts();
    return windowSize(window);
  }

  #rewind(): void {
    const window = this.#window;
    window.floatFrom = window.floatTo = 0;
    window.histogramFrom = window.histogramTo = 0;
    window.sorted.clear();
    this.#floatsRead = this.#histogramsRead = 0;
    this.#sizeMax = this.#queryable = this.#read = 0;
  }

  /** Counts what the window holds, and what of it no earlier window had. */
  #count(step: number): void {
    const window = this.#window;
    const size = windowSize(window);
    const read = this.#options.readCounting === "counted" ? this.#unreadSize() : 0;
    this.#floatsRead = window.floatTo;
    this.#histogramsRead = window.histogramTo;
    if (size > this.#sizeMax) this.#sizeMax = size;
    this.#queryable += size;
    this.#read += read;
    if (this.#keepsSteps) {
      this.#scope.samples.addQueryable(step, size);
      this.#scope.samples.addRead(step, read);
    }
  }

  #unreadSize(): number {
    const window = this.#window;
    const ofFloats = window.floatTo - Math.max(window.floatFrom, this.#floatsRead);
    if (window.histogramTo === window.histogramFrom) return ofFloats;
    const sizes = window.samples.histogramSizes();
    const from = Math.max(window.histogramFrom, this.#histogramsRead);
    return ofFloats + (sizes[window.histogramTo] ?? 0) - (sizes[from] ?? 0);
  }

  #settleCounts(): void {
    this.#scope.query.budget.touch(this.#sizeMax);
    if (this.#keepsSteps) return;
    this.#scope.samples.addQueryable(0, this.#queryable);
    this.#scope.samples.addRead(0, this.#read);
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
  if (window.histogramTo === window.histogramFrom) return window.floatCount;
  const sizes = window.samples.histogramSizes();
  const ofHistograms = (sizes[window.histogramTo] ?? 0) - (sizes[window.histogramFrom] ?? 0);
  return window.floatCount + ofHistograms;
}
