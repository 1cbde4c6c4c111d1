import { type Histogram, type Labels, labelValue, metricNameLabel } from "#series";
import type { Annotation, Annotations } from "../annotations.ts";
import type { WindowExtension } from "../plan/plan.ts";
import type { Span } from "../syntax/ast.ts";
import { Extrapolation } from "../rate/extrapolation.ts";
import type { Column } from "./column.ts";
import { RangeSamples } from "./range-samples.ts";
import { SortedWindow } from "./sorted-window.ts";

/** What all windows of one call have in common. */
export interface WindowCall {
  readonly rangeMs: number;
  readonly extension: WindowExtension;
  /** The first argument's place, for annotations. */
  readonly span: Span;
  readonly annotations: Annotations;
  /** The other arguments: each one's value at every step. */
  readonly args: readonly Float64Array[];
  readonly startTimestamps: "used" | "ignored";
}

/**
 * The samples that a range function sees at one step, as rows `[from, to)` of the series' samples,
 * and the place for its result. One object serves all steps of all series.
 */
export class Window {
  readonly call: WindowCall;
  readonly samples: RangeSamples;
  floatFrom = 0;
  floatTo = 0;
  histogramFrom = 0;
  histogramTo = 0;
  step = 0;
  /** The time of the step. */
  timeMs = 0;
  /** The borders of the range: what an extension adds lies outside. */
  startMs = 0;
  endMs = 0;
  /** Of the series that the samples are of. */
  labels: Labels = [];
  /** For functions that need the samples in order of their values. */
  readonly sorted = new SortedWindow();
  /** Of the window's samples; for functions that extrapolate. */
  readonly extrapolation = new Extrapolation();
  /** Where results go. */
  column: Column;

  constructor(call: WindowCall, column: Column) {
    this.call = call;
    this.samples = new RangeSamples(call.startTimestamps);
    this.column = column;
  }

  get floatCount(): number {
    return this.floatTo - this.floatFrom;
  }

  get histogramCount(): number {
    return this.histogramTo - this.histogramFrom;
  }

  get isEmpty(): boolean {
    return this.floatTo === this.floatFrom && this.histogramTo === this.histogramFrom;
  }

  get metricName(): string {
    return labelValue(this.labels, metricNameLabel);
  }

  /** A scalar argument at this step; the range itself is not counted. */
  argument(index: number): number {
    return this.call.args[index]?.[this.step] ?? Number.NaN;
  }

  histogramAt(row: number): Histogram {
    const value = this.samples.histograms[row];
    if (value === undefined) throw new RangeError(`no histogram in row ${row}`);
    return value;
  }

  emit(value: number): void {
    this.column.setFloat(this.step, value);
  }

  emitHistogram(value: Histogram): void {
    this.column.setHistogram(this.step, value);
  }

  annotate(annotation: Annotation): void {
    this.call.annotations.add(annotation);
  }
}
