import { isStaleAt, type SampleBuffer } from "#series";
import { appendHistogram, startHistogramChunk } from "../chunk/append-histogram.ts";
import type { Chunk, FloatEncoder, HistogramSample } from "../chunk/chunk.ts";
import type { HistogramEncoder } from "../chunk/histogram-chunk.ts";
import { XorEncoder } from "../chunk/xor.ts";
import { Xor2Encoder } from "../chunk/xor2.ts";

/** A chunk made of samples in hand. */
export interface EncodedChunk {
  readonly chunk: Chunk;
  readonly minMs: number;
  readonly maxMs: number;
  readonly sampleCount: number;
}

/**
 * Compresses samples in time order into chunks: at most `samplesMax` each, floats and the kinds of
 * histograms apart, and start timestamps kept where a sample has one.
 */
export function encodeSamples(samples: SampleBuffer, samplesMax = 120): readonly EncodedChunk[] {
  const writer = new ChunkWriter(samplesMax);
  for (let index = 0; index < samples.count; index++) {
    const histogram = samples.histograms?.[index];
    const startTimestampMs = samples.startTimestampsMs?.[index] ?? 0;
    const timestampMs = samples.timestampsMs[index] ?? 0;
    const counts = histogram?.counts ?? writer.histogramCounts;
    const isStale = histogram === undefined && isStaleAt(samples.values, index);
    if (counts !== undefined && (histogram !== undefined || isStale)) {
      writer.addHistogram({ timestampMs, startTimestampMs, histogram, counts });
    } else writer.addFloat(samples, index);
  }
  return writer.finish();
}

type Open =
  | { readonly kind: "float"; readonly encoder: FloatEncoder; readonly minMs: number }
  | { readonly kind: "histogram"; encoder: HistogramEncoder; readonly minMs: number };

class ChunkWriter {
  readonly #chunks: EncodedChunk[] = [];
  readonly #samplesMax: number;
  #open: Open | undefined = undefined;
  #lastMs = 0;

  constructor(samplesMax: number) {
    this.#samplesMax = samplesMax;
  }

  /** The kind of histograms in the open chunk, if it is of histograms. */
  get histogramCounts(): HistogramSample["counts"] | undefined {
    if (this.#open?.kind !== "histogram") return undefined;
    return this.#open.encoder.encoding.startsWith("float") ? "float" : "integer";
  }

  addFloat(samples: SampleBuffer, index: number): void {
    const timestampMs = samples.timestampsMs[index] ?? 0;
    const startMs = samples.startTimestampsMs?.[index] ?? 0;
    let open = this.#open;
    if (
      open?.kind !== "float" ||
      open.encoder.count >= this.#samplesMax ||
      (startMs !== 0 && open.encoder.encoding === "xor")
    ) {
      this.#close();
      const encoder = startMs === 0 ? new XorEncoder() : new Xor2Encoder();
      open = { kind: "float", encoder, minMs: timestampMs };
      this.#open = open;
    }
    open.encoder.appendFrom(samples.values, index, timestampMs, startMs);
    this.#lastMs = timestampMs;
  }

  addHistogram(sample: HistogramSample): void {
    const open = this.#open;
    const previous = open?.kind === "histogram" ? open.encoder : undefined;
    if (
      open?.kind !== "histogram" ||
      open.encoder.count >= this.#samplesMax ||
      (sample.startTimestampMs !== 0 && !open.encoder.encoding.endsWith("St"))
    ) {
      this.#close();
      const starts = sample.startTimestampMs === 0 ? "dropStarts" : "keepStarts";
      this.#openHistograms(startHistogramChunk(sample, previous, starts), sample);
    } else {
      const added = appendHistogram(open.encoder, sample);
      if (added.kind === "recoded") open.encoder = added.encoder;
      if (added.kind === "cut") {
        this.#close();
        this.#openHistograms(added.encoder, sample);
      }
    }
    this.#lastMs = sample.timestampMs;
  }

  finish(): readonly EncodedChunk[] {
    this.#close();
    return this.#chunks;
  }

  #openHistograms(encoder: HistogramEncoder, sample: HistogramSample): void {
    this.#open = { kind: "histogram", encoder, minMs: sample.timestampMs };
  }

  #close(): void {
    const open = this.#open;
    if (open === undefined) return;
    const { minMs, encoder } = open;
    const maxMs = this.#lastMs;
    this.#chunks.push({ chunk: encoder.copy(), minMs, maxMs, sampleCount: encoder.count });
    this.#open = undefined;
  }
}
