/**
 * Where a histogram sample goes: into the open chunk, into that chunk written anew with more
 * buckets, or into the next chunk. `planHistogramAppend` decides as upstream does, so that counter
 * resets lie between chunks and never within one; `appendHistogram` acts.
 */
import { type CounterResetHint, customBucketsSchema, type Histogram } from "#series";
import { isBucketReset, type MergedSpans, mergeSpans, withSpans } from "./bucket-layout.ts";
import type { HistogramSample } from "./chunk.ts";
import {
  countsOf,
  encodingOf,
  HistogramEncoder,
  HistogramReader,
  keepsStarts,
} from "./histogram-chunk.ts";

/**
 * What became of a histogram sample: it is in the chunk that was open; or that chunk was written
 * anew with more buckets (`encoder` takes its place); or it begins the next chunk (`encoder` too).
 */
export type HistogramAppend =
  | { readonly kind: "appended" }
  | { readonly kind: "recoded"; readonly encoder: HistogramEncoder }
  | { readonly kind: "cut"; readonly encoder: HistogramEncoder };

/** What to do with a sample, given the open chunk. */
export type HistogramPlan =
  /** `sample` has the chunk's buckets. */
  | { readonly kind: "append"; readonly sample: HistogramSample }
  /** `sample` has all buckets that the chunk is to have. */
  | { readonly kind: "recode"; readonly sample: HistogramSample }
  | { readonly kind: "cut"; readonly counterReset: CounterResetHint };

/** What a plan needs to know of the open chunk. */
export interface OpenChunk {
  /** As its header says. */
  readonly counterReset: CounterResetHint;
  /** Its last sample, with all buckets of the chunk. */
  readonly last: HistogramSample;
}

/** Adds a sample behind the last one of `open`, which is not full. */
export function appendHistogram(open: HistogramEncoder, sample: HistogramSample): HistogramAppend {
  const { last, counterReset } = open;
  const plan: HistogramPlan =
    last === undefined
      ? { kind: "append", sample }
      : planHistogramAppend({ counterReset, last }, sample);
  switch (plan.kind) {
    case "append":
      open.add(plan.sample);
      return { kind: "appended" };
    case "recode":
      return { kind: "recoded", encoder: recoded(open, plan.sample) };
    case "cut": {
      const hasStarts = keepsStarts(open.encoding);
      const encoding = encodingOf(sample.counts, hasStarts);
      const encoder = new HistogramEncoder(encoding, plan.counterReset);
      encoder.add(sample);
      return { kind: "cut", encoder };
    }
  }
}

/**
 * Begins a chunk with a sample, for reasons of the caller: there is none open, or it covers enough
 * time or bytes. `previous` is the one before, if there is one.
 */
export function startHistogramChunk(
  sample: HistogramSample,
  previous: HistogramEncoder | undefined,
  starts: "keepStarts" | "dropStarts",
): HistogramEncoder {
  const encoding = encodingOf(sample.counts, starts === "keepStarts");
  const encoder = new HistogramEncoder(encoding, startingReset(sample, previous));
  encoder.add(sample);
  return encoder;
}

/** Goes on with a chunk that was written before. Throws `ChunkError`. */
export function resumeHistogramChunk(chunk: {
  readonly encoding: HistogramEncoder["encoding"];
  readonly bytes: Uint8Array;
}): HistogramEncoder {
  const reader = new HistogramReader(chunk.encoding, chunk.bytes);
  const encoder = new HistogramEncoder(chunk.encoding, reader.counterReset);
  for (let sample = reader.next(); sample !== undefined; sample = reader.next()) {
    encoder.add(sample);
  }
  return encoder;
}

/** Decides what to do with a sample behind the last one of an open chunk. */
export function planHistogramAppend(open: OpenChunk, sample: HistogramSample): HistogramPlan {
  const { last } = open;
  const { histogram } = sample;
  if (last.counts !== sample.counts) return cut("unknown");
  if (histogram === undefined) return { kind: "append", sample };

  const isGauge = histogram.counterResetHint === "gauge";
  const isGaugeChunk = open.counterReset === "gauge";
  if (isGauge !== isGaugeChunk) return cut(isGauge ? "gauge" : "notReset");
  if (histogram.counterResetHint === "reset") return cut("reset");
  // Behind a stale marker only others of its kind come.
  if (last.histogram === undefined) return cut(isGauge ? "gauge" : "unknown");

  if (isGauge) {
    return hasSameScale(last.histogram, histogram)
      ? fitted(last.histogram, sample, histogram)
      : cut("gauge");
  }
  const reset = findReset(last.histogram, histogram);
  return reset === undefined ? fitted(last.histogram, sample, histogram) : cut(reset);
}

function cut(counterReset: CounterResetHint): HistogramPlan {
  return { kind: "cut", counterReset };
}

/** Why a counter histogram cannot be in one chunk with the one before it, as the next header says it. */
function findReset(last: Histogram, next: Histogram): "reset" | "unknown" | undefined {
  if (next.count < last.count) return "reset";
  // With other buckets a reset would take more than comparing counts to find.
  if (next.schema !== last.schema || next.zeroThreshold !== last.zeroThreshold) return "unknown";
  const isReset =
    !hasSameScale(last, next) ||
    next.zeroCount < last.zeroCount ||
    isBucketReset(last.positive, next.positive) ||
    isBucketReset(last.negative, next.negative);
  return isReset ? "reset" : undefined;
}

/** Whether equal bucket indexes mean equal bounds. */
function hasSameScale(left: Histogram, right: Histogram): boolean {
  return (
    left.schema === right.schema &&
    left.zeroThreshold === right.zeroThreshold &&
    (left.schema !== customBucketsSchema ||
      (left.customValues.length === right.customValues.length &&
        left.customValues.every((bound, index) => bound === right.customValues[index])))
  );
}

/** Gives chunk and sample the same buckets: those of both. */
function fitted(last: Histogram, sample: HistogramSample, next: Histogram): HistogramPlan {
  const positive = mergeSpans(last.positive, next.positive);
  const negative = mergeSpans(last.negative, next.negative);
  const histogram = expanded(next, positive, negative);
  const kind = positive.isLarger || negative.isLarger ? "recode" : "append";
  return { kind, sample: { ...sample, histogram } };
}

function expanded(histogram: Histogram, positive: MergedSpans, negative: MergedSpans): Histogram {
  return {
    ...histogram,
    positive: withSpans(histogram.positive, positive.spans),
    negative: withSpans(histogram.negative, negative.spans),
  };
}

/** The samples of `open` and then `sample`, all with the buckets of the latter. */
function recoded(open: HistogramEncoder, sample: HistogramSample): HistogramEncoder {
  const encoder = new HistogramEncoder(open.encoding, open.counterReset);
  const reader = new HistogramReader(open.encoding, open.view().bytes);
  for (let old = reader.next(); old !== undefined; old = reader.next()) {
    encoder.add(withBuckets(old, sample.histogram));
  }
  encoder.add(sample);
  return encoder;
}

function withBuckets(sample: HistogramSample, model: Histogram | undefined): HistogramSample {
  const { histogram } = sample;
  if (histogram === undefined || model === undefined) return sample;
  return {
    ...sample,
    histogram: {
      ...histogram,
      positive: withSpans(histogram.positive, model.positive),
      negative: withSpans(histogram.negative, model.negative),
    },
  };
}

function startingReset(
  sample: HistogramSample,
  previous: HistogramEncoder | undefined,
): CounterResetHint {
  const hint = sample.histogram?.counterResetHint;
  if (hint === "gauge" || hint === "reset") return hint;
  if (previous?.last === undefined || countsOf(previous.encoding) !== sample.counts) {
    return "unknown";
  }
  const plan = planHistogramAppend(
    { counterReset: previous.counterReset, last: previous.last },
    sample,
  );
  return plan.kind === "cut" ? plan.counterReset : "notReset";
}
