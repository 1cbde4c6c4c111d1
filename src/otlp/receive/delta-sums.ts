/**
 * Adds up samples of senders that only tell what happened since the sample before, so that the stored
 * series are counters as queries expect them.
 */
import { addHistograms, compactHistogram, type Histogram, labelsKey } from "#series";
import type { TranslatedSample } from "../translate/sample.ts";

/** A series that gives no samples for so long begins anew. */
const staleMs = 5 * 60_000;
/** More series than this are refused: each takes memory until it is stale. */
const seriesMax = 1_000_000;

interface Sum {
  readonly timestampMs: number;
  readonly startTimestampMs: number;
  readonly value: number | Histogram;
  /** When it last grew, on the clock's elapsed time. */
  readonly touchedMs: number;
}

export class DeltaSums {
  readonly #elapsedMs: () => number;
  /** In the order in which they last grew. */
  readonly #sums = new Map<string, Sum>();

  constructor(elapsedMs: () => number) {
    this.#elapsedMs = elapsedMs;
  }

  /** The sample with all before it; undefined when it is older than what is counted already. */
  add(sample: TranslatedSample): TranslatedSample | undefined {
    if (sample.temporality === "cumulative") return sample;
    const key = labelsKey(sample.labels);
    const { timestampMs, startTimestampMs, value } = sample;
    if (value === undefined) {
      this.#sums.delete(key);
      return { ...sample, temporality: "cumulative" };
    }
    const touchedMs = this.#elapsedMs();
    this.#forgetStale(touchedMs);
    const before = this.#sums.get(key);
    if (before !== undefined && isLate(sample, before)) return undefined;
    if (before === undefined && this.#sums.size >= seriesMax) {
      throw new Error(`more than ${seriesMax} series with delta temporality`);
    }
    const total = before === undefined ? counted(value) : added(before.value, value);
    const startMs = before?.startTimestampMs ?? startTimestampMs;
    this.#sums.delete(key);
    this.#sums.set(key, { timestampMs, startTimestampMs: startMs, value: total, touchedMs });
    return { ...sample, value: total, startTimestampMs: startMs, temporality: "cumulative" };
  }

  #forgetStale(nowMs: number): void {
    for (const [key, { touchedMs }] of this.#sums) {
      if (nowMs - touchedMs <= staleMs) return;
      this.#sums.delete(key);
    }
  }
}

function isLate(sample: TranslatedSample, before: Sum): boolean {
  return (
    sample.timestampMs <= before.timestampMs || sample.startTimestampMs < before.startTimestampMs
  );
}

/** A sum of deltas is a counter, where a delta by itself is none. */
function counted(value: number | Histogram): number | Histogram {
  return typeof value === "number" ? value : { ...value, counterResetHint: "unknown" };
}

/** A series that changes its kind begins anew. */
function added(total: number | Histogram, value: number | Histogram): number | Histogram {
  if (typeof total === "number" && typeof value === "number") return total + value;
  if (typeof total === "number" || typeof value === "number") return counted(value);
  const { histogram } = addHistograms(total, value);
  if (histogram === undefined) return counted(value);
  return compactHistogram({ ...histogram, counts: "integer", counterResetHint: "unknown" });
}
