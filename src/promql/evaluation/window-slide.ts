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

/** How many samples windows may hold together until somebody looks at the clock. */
const visitedPerLook = 200_000;

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
  #step = 0;
  #countFrom = 0;

  constructor(window: Window, scope: Scope, options: SlideOptions) {
    this.#window = window;
    this.#scope = scope;
    this.#options = options;
    this.#keepsSteps = scope.samples.keepsSteps;
  }

  /** Up to which step `advance` came before it gave up. */
  get step(): number {
    return this.#step;
  }

  /**
   * To be called when the window has got the samples of another series. The steps before `countFrom`
   * have been counted, when it is evaluated for the second time.
   */
  begin(countFrom: number): void {
    this.#step = 0;
    this.#countFrom = countFrom;
    this.#rewind();
  }

  /**
   * Evaluates the steps of the series that the window's samples are of. True when all are done; false
   * when that took long and `isOver` says that others are to have a turn, before it is called again.
   */
  advance(definition: RangeFunction, isOver: () => boolean): boolean {
    const window = this.#window;
    const { grid } = this.#scope;
    const { firstMs, stepMs, behindMs, aheadMs } = this.#options;
    let visited = 0;
    for (let step = this.#step; step < grid.count; step++) {
      if (visited > visitedPerLook) {
        visited = 0;
        this.#step = step;
        if (isOver()) return false;
      }
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
      visited += window.floatCount + window.histogramCount;
      definition.evaluate(window);
    }
    return true;
  }

  /** How many samples the last window had, which are held while the results are counted. */
  finish(): number {
    this.#settleCounts();
    return windowSize(this.#window);
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
    if (this.#keepsSteps && step >= this.#countFrom) {
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
