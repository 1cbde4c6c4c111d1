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

/**
 * What the histograms of a group come to at one step. Series are looked at in their order: once
 * histograms turned out to be incompatible nothing matters any more, and those behind a float are not
 * even added.
 */
type StepState = HistogramFold | "incompatible" | "mixed with floats";

/** The histograms of an aggregation's group: one state for each step that has any. */
export class HistogramGroup {
  readonly #context: FoldContext;
  readonly #result: "sum" | "mean";
  /** By step; undefined while there is none at all, as in most groups. */
  #states: (StepState | undefined)[] | undefined = undefined;

  constructor(context: FoldContext, result: "sum" | "mean") {
    this.#context = context;
    this.#result = result;
  }

  /** `floatCounts` says of each step whether the group had floats before this series. */
  add(
    column: Column,
    histograms: readonly (Histogram | undefined)[],
    floatCounts: ArrayLike<number>,
  ): void {
    for (let step = 0; step < column.kinds.length; step++) {
      const value = column.kinds[step] === histogram ? histograms[step] : undefined;
      if (value === undefined) continue;
      this.#states ??= [];
      const hasFloats = (floatCounts[step] ?? 0) > 0;
      this.#states[step] = this.#added(this.#states[step], value, column, hasFloats);
    }
  }

  #added(
    state: StepState | undefined,
    value: Histogram,
    column: Column,
    hasFloats: boolean,
  ): StepState {
    if (state === undefined) {
      return hasFloats ? "mixed with floats" : new HistogramFold(value, this.#result);
    }
    if (typeof state === "string") return state;
    const { annotations, span } = this.#context;
    state.add(value);
    if (state.hasReconciledBounds) annotations.add(mismatchedCustomBuckets("aggregation", span));
    if (!state.isIncompatible) return state;
    annotations.add(mixedBucketSchemas(labelValue(column.labels, metricNameLabel), span));
    return hasFloats ? "mixed with floats" : "incompatible";
  }

  /** Whether a step that has floats has histograms, too: then it has no result. */
  refuseMix(step: number): boolean {
    const state = this.#states?.[step];
    if (this.#states === undefined || state === undefined) return false;
    if (state === "incompatible") return true;
    this.#states[step] = undefined;
    this.#context.annotations.add(mixedInAggregation(this.#context.span));
    return true;
  }

  finish(result: Column): void {
    const { annotations, span } = this.#context;
    for (const [step, state] of this.#states?.entries() ?? []) {
      if (state === undefined || typeof state === "string") continue;
      if (state.hasResetCollision) annotations.add(counterResetCollision("aggregation", span));
      result.setHistogram(step, compactHistogram(state.total()));
    }
  }
}
