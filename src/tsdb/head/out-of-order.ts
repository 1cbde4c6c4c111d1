import { type Histogram, isStaleAt, SampleBuffer, type SeriesRef } from "#series";
import { encodeSamples } from "./encode-samples.ts";
import { appendRow } from "../query/merge-samples.ts";
import type { CompletedChunk } from "./chunk-table.ts";
import type { ChunkSink } from "./head-memory.ts";

/** One sample that came late; without a histogram it is a float, told by its place in a column. */
export interface LateSample {
  readonly timestampMs: number;
  readonly startTimestampMs: number;
  /** The column and the row of a float's value: some NaNs keep their bits there only. */
  readonly values: Float64Array;
  readonly index: number;
  readonly histogram: Histogram | undefined;
}

/**
 * The samples of a series that came out of order: few, sorted by time, until there are enough for a
 * chunk in a head chunk file. Those chunks may overlap each other and the chunks in order.
 */
export class OutOfOrderSeries {
  /** Samples that are in no chunk yet. */
  readonly open = new SampleBuffer();
  readonly chunks: CompletedChunk[] = [];

  /** Inserts a sample; false when there is one at its time already. */
  insert(sample: LateSample): boolean {
    const at = this.#placeOf(sample.timestampMs);
    if (at < this.open.count && this.open.timestampsMs[at] === sample.timestampMs) return false;
    const rest = copyRows(this.open, at);
    this.open.count = at;
    addSample(this.open, sample);
    for (let index = 0; index < rest.count; index++) appendRow(this.open, rest, index);
    return true;
  }

  /** Hands the open samples to the chunk files, and tells the places of the chunks they became. */
  complete(ref: SeriesRef, sink: ChunkSink): readonly number[] {
    const places = encodeSamples(this.open).map(({ chunk, minMs, maxMs, sampleCount }) => {
      const place = sink.add({ ref, minMs, maxMs, chunk, isOutOfOrder: true });
      this.chunks.push({ minMs, maxMs, sampleCount, encoding: chunk.encoding, place });
      return place;
    });
    this.open.clear();
    return places;
  }

  /** Forgets the chunks up to `place`, which are in blocks now. */
  dropChunksThrough(place: number): void {
    const kept = this.chunks.filter((chunk) => chunk.place > place);
    this.chunks.splice(0, this.chunks.length, ...kept);
  }

  get isEmpty(): boolean {
    return this.open.count === 0 && this.chunks.length === 0;
  }

  #placeOf(timestampMs: number): number {
    let low = 0;
    let high = this.open.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.open.timestampsMs[middle] ?? 0) < timestampMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The rows of a buffer from `from` on, on their own. */
function copyRows(buffer: SampleBuffer, from: number): SampleBuffer {
  const rows = new SampleBuffer();
  for (let index = from; index < buffer.count; index++) appendRow(rows, buffer, index);
  return rows;
}

function addSample(to: SampleBuffer, sample: LateSample): void {
  const { timestampMs, startTimestampMs, histogram, values, index } = sample;
  if (histogram !== undefined) to.addHistogram(timestampMs, histogram, startTimestampMs);
  else if (isStaleAt(values, index)) to.addStale(timestampMs);
  else to.addFloat(timestampMs, values[index] ?? 0, startTimestampMs);
}
