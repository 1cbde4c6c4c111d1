import { compactHistogram, type Histogram, labelValue, metricNameLabel } from "#series";
import type { FoldContext } from "../aggregation-definition.ts";
import {
  counterResetCollision,
  mismatchedCustomBuckets,
  mixedBucketSchemas,
  mixedInAggregation,
} from "../annotation-texts.ts";
import { type Column, histogram } from "./column.ts";
import { HistogramFold } from "./histogram-fold.ts";

/** The histograms of an aggregation's group: one fold for each step that has any. */
export class HistogramGroup {
  readonly #context: FoldContext;
  readonly #result: "sum" | "mean";
  /** By step; undefined while there is none at all, as in most groups. */
  #folds: (HistogramFold | undefined)[] | undefined = undefined;

  constructor(context: FoldContext, result: "sum" | "mean") {
    this.#context = context;
    this.#result = result;
  }

  add(column: Column, histograms: readonly (Histogram | undefined)[]): void {
    for (let step = 0; step < column.kinds.length; step++) {
      const value = column.kinds[step] === histogram ? histograms[step] : undefined;
      if (value !== undefined) this.#addAt(step, value, column);
    }
  }

  #addAt(step: number, value: Histogram, column: Column): void {
    this.#folds ??= [];
    const fold = this.#folds[step];
    if (fold === undefined) {
      this.#folds[step] = new HistogramFold(value, this.#result);
      return;
    }
    if (fold.isIncompatible) return;
    fold.add(value);
    if (!fold.isIncompatible) return;
    const name = labelValue(column.labels, metricNameLabel);
    this.#context.annotations.add(mixedBucketSchemas(name, this.#context.span));
  }

  /** Whether a step that has floats has histograms, too: then it has no result. */
  refuseMix(step: number): boolean {
    if (this.#folds?.[step] === undefined) return false;
    this.#folds[step] = undefined;
    this.#context.annotations.add(mixedInAggregation(this.#context.span));
    return true;
  }

  finish(result: Column): void {
    const { annotations, span } = this.#context;
    for (const [step, fold] of this.#folds?.entries() ?? []) {
      if (fold === undefined) continue;
      if (fold.hasReconciledBounds) annotations.add(mismatchedCustomBuckets("aggregation", span));
      if (fold.isIncompatible) continue;
      if (fold.hasResetCollision) annotations.add(counterResetCollision("aggregation", span));
      result.setHistogram(step, compactHistogram(fold.total()));
    }
  }
}
