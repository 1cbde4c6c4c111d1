import { unreachable } from "#base";
import { type AppendRefusal, equalHistograms, type SeriesRef } from "#series";
import type { LoggedHistogram } from "../wal/record.ts";
import type { AppendBatch, BatchPart } from "./append-batch.ts";
import { type AppendWindow, judgeSample, type Verdict } from "./append-rules.ts";
import { type FloatAppend, type FloatRows, isStaleWord } from "./float-append.ts";
import type { HeadMemory } from "./head-memory.ts";
import type { HistogramAppend } from "./histogram-append.ts";
import type { LateInserts } from "./late-inserts.ts";
import { seriesState } from "./series-table.ts";

/** What became of the samples of a batch. */
export interface Applied {
  floatCount: number;
  histogramCount: number;
  lateFloatCount: number;
  lateHistogramCount: number;
  /** Refused only now, because another batch came between. */
  readonly refused: { readonly kind: "float" | "histogram"; readonly why: AppendRefusal }[];
}

export interface ApplyDeps {
  readonly memory: HeadMemory;
  readonly floats: FloatAppend;
  readonly histograms: HistogramAppend;
}

/** How a batch is applied: what its appender knew, and what has to be noted beside it. */
export interface ApplyContext {
  readonly window: AppendWindow;
  readonly late: LateInserts;
  /** Told how far behind the newest sample each one is that comes late. */
  readonly noteDelay: (delayMs: number) => void;
  /** Notes the last time of a series before its first sample of this batch. */
  readonly noteLastTime: ((ref: SeriesRef, lastMs: number) => void) | undefined;
}

/** Applies a batch to memory, all of it in one go. Series that are gone are passed over. */
export function applyBatch(deps: ApplyDeps, batch: AppendBatch, context: ApplyContext): Applied {
  const applied: Applied = {
    floatCount: 0,
    histogramCount: 0,
    lateFloatCount: 0,
    lateHistogramCount: 0,
    refused: [],
  };
  for (const part of batch.parts) {
    for (const { ref, metadata } of part.metadata) deps.memory.metadata.set(ref, metadata);
    applyFloats(deps, part, context, applied);
    for (const logged of part.histograms) applyHistogram(deps, logged, context, applied);
  }
  return applied;
}

function applyFloats(
  deps: ApplyDeps,
  part: BatchPart,
  context: ApplyContext,
  applied: Applied,
): void {
  const { memory, floats } = deps;
  const batch = part.floats;
  const { window, noteLastTime } = context;
  for (let index = 0; index < batch.count; index++) {
    const ref = batch.refs[index] ?? 0;
    const slot = memory.series.slotOf(ref);
    if (slot < 0) continue;
    const marker = staleHistogramFor(memory, slot, batch, index);
    if (marker !== undefined) {
      part.histograms.push(marker);
      continue;
    }
    const timestampMs = batch.timestampsMs[index] ?? 0;
    const lastMs = memory.lastTimeMs(slot);
    if (timestampMs >= window.minValidMs && timestampMs > lastMs) {
      noteLastTime?.(ref, lastMs);
      if (floats.append(slot, batch, index)) applied.floatCount++;
      continue;
    }
    const verdict = judgeFloat(memory, slot, { batch, index }, window);
    if (verdict === "out of order accepted") {
      if (!context.late.addFloat(batch, index)) continue;
      applied.lateFloatCount++;
      context.noteDelay(window.headMaxMs - timestampMs);
    } else if (verdict !== "repeated" && verdict !== "in order") {
      applied.refused.push({ kind: "float", why: verdict });
    }
  }
}

function applyHistogram(
  deps: ApplyDeps,
  logged: LoggedHistogram,
  context: ApplyContext,
  applied: Applied,
): void {
  const { memory, histograms } = deps;
  const slot = memory.series.slotOf(logged.ref);
  if (slot < 0) return;
  const verdict = judgeHistogram(memory, slot, logged, context.window);
  switch (verdict) {
    case "in order":
      context.noteLastTime?.(logged.ref, memory.lastTimeMs(slot));
      if (histograms.append(slot, logged)) applied.histogramCount++;
      break;
    case "out of order accepted":
      if (!context.late.addHistogram(logged)) break;
      applied.lateHistogramCount++;
      context.noteDelay(context.window.headMaxMs - logged.sample.timestampMs);
      break;
    case "repeated":
      break;
    case "out of order":
    case "duplicate timestamp":
    case "too old":
    case "out of bounds":
    case "unknown series":
    case "invalid histogram":
      applied.refused.push({ kind: "histogram", why: verdict });
      break;
    default:
      unreachable(verdict);
  }
}

/** What the rules say of a float, given its place in a batch. */
export function judgeFloat(
  memory: HeadMemory,
  slot: number,
  sample: { readonly batch: FloatRows; readonly index: number },
  window: AppendWindow,
): Verdict {
  const { batch, index } = sample;
  const { series } = memory;
  const isFloat = ((series.states[slot] ?? 0) & seriesState.kindMask) === seriesState.float;
  const isEqual =
    isFloat &&
    series.lastValueWords[slot * 2] === batch.valueWords[index * 2] &&
    series.lastValueWords[slot * 2 + 1] === batch.valueWords[index * 2 + 1];
  const last = { timestampMs: memory.lastTimeMs(slot), isEqual };
  return judgeSample(batch.timestampsMs[index] ?? 0, last, window);
}

export function judgeHistogram(
  memory: HeadMemory,
  slot: number,
  logged: LoggedHistogram,
  window: AppendWindow,
): Verdict {
  const last = memory.lastHistograms.get(logged.ref);
  const { histogram, timestampMs } = logged.sample;
  const isEqual =
    last !== undefined &&
    (last.histogram === undefined || histogram === undefined
      ? last.histogram === histogram
      : equalHistograms(last.histogram, histogram));
  return judgeSample(timestampMs, { timestampMs: memory.lastTimeMs(slot), isEqual }, window);
}

/** The stale marker as a histogram, when a float marker is the next sample of a histogram series. */
export function staleHistogramFor(
  memory: HeadMemory,
  slot: number,
  batch: FloatRows,
  index: number,
): LoggedHistogram | undefined {
  const kind = (memory.series.states[slot] ?? 0) & seriesState.kindMask;
  if (kind === seriesState.float || !isStaleWord(batch, index)) return undefined;
  return {
    ref: memory.series.refs[slot] ?? 0,
    sample: {
      timestampMs: batch.timestampsMs[index] ?? 0,
      startTimestampMs: 0,
      histogram: undefined,
      counts: kind === seriesState.histogram ? "integer" : "float",
    },
  };
}
