import type { StepStatistics } from "../result.ts";
import type { Grid } from "./grid.ts";

/** Counts the samples that the steps of one grid look at and read. */
export class SampleCounter {
  readonly #grid: Grid;
  readonly #queryableByStep: Float64Array | undefined;
  readonly #readByStep: Float64Array | undefined;
  #queryable = 0;
  #read = 0;

  constructor(grid: Grid, detail: "total" | "per-step") {
    const keepsSteps = detail === "per-step";
    this.#grid = grid;
    this.#queryableByStep = keepsSteps ? new Float64Array(grid.count) : undefined;
    this.#readByStep = keepsSteps ? new Float64Array(grid.count) : undefined;
  }

  get queryable(): number {
    return this.#queryable;
  }

  get read(): number {
    return this.#read;
  }

  get keepsSteps(): boolean {
    return this.#queryableByStep !== undefined;
  }

  addQueryable(step: number, count: number): void {
    this.#queryable += count;
    if (this.#queryableByStep !== undefined) addAt(this.#queryableByStep, step, count);
  }

  addRead(step: number, count: number): void {
    this.#read += count;
    if (this.#readByStep !== undefined) addAt(this.#readByStep, step, count);
  }

  /** Adds what every step looks at, though it was looked up once. */
  addQueryableAtEveryStep(count: number): void {
    for (let step = 0; step < this.#grid.count; step++) this.addQueryable(step, count);
  }

  /**
   * Takes over what a subquery read: each of its steps counts for the first of ours that consumes
   * it. Those between the windows of two steps of ours count for none; `rangeMs` is the width of
   * these windows, 0 when all is consumed.
   */
  addReadOfSubquery(child: SampleCounter, offsetMs: number, rangeMs: number): void {
    if (this.#grid.count <= 1 || child.#readByStep === undefined) {
      this.addRead(0, child.#read);
      return;
    }
    const { startMs, stepMs, count } = this.#grid;
    for (let childStep = 0; childStep < child.#grid.count; childStep++) {
      const read = child.#readByStep[childStep] ?? 0;
      if (read === 0) continue;
      const timeMs = child.#grid.startMs + childStep * child.#grid.stepMs + offsetMs;
      const step = Math.min(Math.max(0, Math.ceil((timeMs - startMs) / stepMs)), count - 1);
      if (rangeMs > 0 && timeMs <= startMs + step * stepMs - rangeMs) continue;
      this.addRead(step, read);
    }
  }

  /** Undefined unless steps are kept. */
  perStep(): readonly StepStatistics[] | undefined {
    const read = this.#readByStep;
    if (this.#queryableByStep === undefined || read === undefined) return undefined;
    return Array.from(this.#queryableByStep, (queryableSamples, step) => ({
      timestampMs: this.#grid.startMs + step * this.#grid.stepMs,
      queryableSamples,
      samplesRead: read[step] ?? 0,
    }));
  }
}

function addAt(counts: Float64Array, step: number, count: number): void {
  counts[step] = (counts[step] ?? 0) + count;
}
