import { customBucketsSchema, labelValue, metricNameLabel, SampleBuffer } from "#series";
import {
  mismatchedCustomBuckets,
  mixedBucketSchemas,
  mixedFloatsAndHistograms,
} from "../annotation-texts.ts";
import { Annotations } from "../annotations.ts";
import type { SelectorPlan } from "../plan/plan.ts";
import { referenceMs, selectionOf } from "../plan/selections.ts";
import { interpolateFloat, interpolateHistogram } from "../rate/interpolate.ts";
import { firstAfter, firstAt } from "../rate/rows.ts";
import type { Column } from "./column.ts";
import { RangeSamples } from "./range-samples.ts";
import type { Scope, Sink } from "./scope.ts";
import { readSeries, selectedSeries } from "./selector.ts";

/**
 * Evaluates a `smoothed` instant selector: at each step the value on the line between the samples
 * before and after it; the one before where there is none after.
 */
export async function streamSmoothedSelector(
  plan: SelectorPlan,
  scope: Scope,
  sink: Sink,
): Promise<void> {
  const { query, grid } = scope;
  const { minMs, maxMs } = selectionOf(plan, 0, grid, query.options);
  const own = new Annotations();
  const result = scope.counted(sink);
  const buffer = new SampleBuffer();
  const samples = new RangeSamples("ignored");
  for (const source of selectedSeries(plan, scope)) {
    if (query.pacer.isDue()) await query.pacer.pause();
    readSeries(source, plan, { minMs, maxMs }, buffer);
    samples.load(buffer);
    const column = scope.columns.take(source.labels);
    const smoothing = new Smoothing(samples, column, plan, own);
    for (let step = 0; step < grid.count; step++) {
      const timeMs = referenceMs(plan, grid.startMs + step * grid.stepMs);
      smoothing.setStep(step, timeMs, query.options.lookbackMs);
    }
    if (column.isEmpty) scope.columns.give(column);
    else result.give(column);
  }
  scope.annotations.merge(own);
}

class Smoothing {
  readonly #samples: RangeSamples;
  readonly #column: Column;
  readonly #plan: SelectorPlan;
  readonly #annotations: Annotations;

  constructor(samples: RangeSamples, column: Column, plan: SelectorPlan, annotations: Annotations) {
    this.#samples = samples;
    this.#column = column;
    this.#plan = plan;
    this.#annotations = annotations;
  }

  setStep(step: number, timeMs: number, lookbackMs: number): void {
    const samples = this.#samples;
    const { floatTimesMs, floatCount, histogramTimesMs, histogramCount } = samples;
    const fromMs = timeMs - lookbackMs;
    const toMs = timeMs + lookbackMs;
    const floatFrom = firstAfter(floatTimesMs, 0, floatCount, fromMs);
    const floatTo = firstAfter(floatTimesMs, floatFrom, floatCount, toMs);
    const histogramFrom = firstAfter(histogramTimesMs, 0, histogramCount, fromMs);
    const histogramTo = firstAfter(histogramTimesMs, histogramFrom, histogramCount, toMs);
    if (floatTo > floatFrom && histogramTo > histogramFrom) {
      this.#annotations.add(mixedFloatsAndHistograms(this.#metricName, this.#plan.span));
    } else if (floatTo > floatFrom) {
      this.#setFloat(step, timeMs, { from: floatFrom, to: floatTo });
    } else if (histogramTo > histogramFrom) {
      this.#setHistogram(step, timeMs, { from: histogramFrom, to: histogramTo });
    }
  }

  get #metricName(): string {
    return labelValue(this.#column.labels, metricNameLabel);
  }

  #setFloat(step: number, timeMs: number, rows: Rows): void {
    const { floatTimesMs, floats } = this.#samples;
    const next = firstAt(floatTimesMs, rows.from, rows.to, timeMs);
    if (next < rows.to && floatTimesMs[next] === timeMs) {
      this.#column.setFloat(step, floats[next] ?? 0);
    } else if (next === rows.to) {
      this.#column.setFloat(step, floats[next - 1] ?? 0);
    } else if (next > rows.from) {
      this.#column.setFloat(step, interpolateFloat(this.#samples, next - 1, timeMs, "gauge"));
    }
  }

  #setHistogram(step: number, timeMs: number, rows: Rows): void {
    const { histogramTimesMs, histograms } = this.#samples;
    const next = firstAt(histogramTimesMs, rows.from, rows.to, timeMs);
    const value = histograms[next];
    const before = histograms[next - 1];
    if (next < rows.to && value !== undefined && histogramTimesMs[next] === timeMs) {
      this.#column.setHistogram(step, value);
    } else if (next === rows.to) {
      // The hint is about the samples that were, not about this one.
      if (before !== undefined) {
        this.#column.setHistogram(step, { ...before, counterResetHint: "unknown" });
      }
    } else if (next > rows.from) {
      this.#interpolate(step, timeMs, next - 1);
    }
  }

  #interpolate(step: number, timeMs: number, row: number): void {
    const pair = [this.#samples.histograms[row], this.#samples.histograms[row + 1]];
    const areGauges = pair.every((value) => value?.counterResetHint === "gauge");
    const customs = pair.filter((value) => value?.schema === customBucketsSchema);
    const { span } = this.#plan;
    if (customs.length === 1) {
      this.#annotations.add(mixedBucketSchemas(this.#metricName, span));
      return;
    }
    const result = interpolateHistogram(
      this.#samples,
      row,
      timeMs,
      areGauges ? "gauge" : "counter",
    );
    for (const operation of result.reconciled) {
      this.#annotations.add(mismatchedCustomBuckets(operation, span));
    }
    if (result.histogram !== undefined) this.#column.setHistogram(step, result.histogram);
    else this.#annotations.add(mixedBucketSchemas(this.#metricName, span));
  }
}

interface Rows {
  readonly from: number;
  readonly to: number;
}
