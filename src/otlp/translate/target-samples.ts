import { type Labels, labelsKey } from "#series";
import type { Point } from "../metrics.ts";
import type { SampleSink } from "./sample.ts";

/** A request that spans more time than this many samples does so by mistake. */
const samplesMax = 10_000;

/** Tells of each source what is known of it, for as long as its points go. */
export class TargetSamples {
  readonly #stepMs: number;
  readonly #sink: SampleSink;
  /** Sources of one request may look the same. */
  readonly #seen = new Set<string>();

  constructor(lookbackMs: number, sink: SampleSink) {
    this.#stepMs = Math.max(1, Math.floor(lookbackMs / 2));
    this.#sink = sink;
  }

  /** Appends a sample in every half of what queries look back, and one at the end. */
  append(labels: Labels | undefined, points: readonly Point[]): void {
    if (labels === undefined) return;
    let firstMs = Number.POSITIVE_INFINITY;
    let lastMs = Number.NEGATIVE_INFINITY;
    for (const { timestampMs } of points) {
      firstMs = Math.min(firstMs, timestampMs);
      lastMs = Math.max(lastMs, timestampMs);
    }
    if ((lastMs - firstMs) / this.#stepMs > samplesMax) {
      throw new Error(`target_info would have more than ${samplesMax} samples in one request`);
    }
    const key = labelsKey(labels);
    for (let atMs = firstMs; atMs < lastMs; atMs += this.#stepMs) this.#sample(labels, key, atMs);
    this.#sample(labels, key, lastMs);
  }

  #sample(labels: Labels, key: string, timestampMs: number): void {
    const sampleKey = `${timestampMs} ${key}`;
    if (this.#seen.has(sampleKey)) return;
    this.#seen.add(sampleKey);
    this.#sink.append({
      labels,
      timestampMs,
      startTimestampMs: 0,
      value: 1,
      metadata: { type: "gauge", unit: "", help: "Target metadata" },
      exemplars: [],
      temporality: "cumulative",
    });
  }
}
