import { type Histogram, isStaleAt, SampleBuffer, type SeriesRef, writeStaleAt } from "#series";
import { encodeSamples } from "./encode-samples.ts";
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
  readonly open = new SampleBuffer(openRowsFirst);
  readonly chunks: CompletedChunk[] = [];

  /** Inserts a sample; false when there is one at its time already. */
  insert(sample: LateSample): boolean {
    const { open } = this;
    const at = this.#placeOf(sample.timestampMs);
    if (at < open.count && open.timestampsMs[at] === sample.timestampMs) return false;
    makeRoom(open, at);
    writeRow(open, at, sample);
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

/** Most series that have late samples at all have few. */
const openRowsFirst = 4;

/** Moves the rows from `at` on one further, and makes the columns that `writeRow` may need. */
function makeRoom(buffer: SampleBuffer, at: number): void {
  buffer.reserve(1);
  const end = buffer.count;
  buffer.timestampsMs.copyWithin(at + 1, at, end);
  buffer.values.copyWithin(at + 1, at, end);
  buffer.startTimestampsMs?.copyWithin(at + 1, at, end);
  buffer.histograms?.splice(at, 0, undefined);
  buffer.count = end + 1;
}

/** Writes a row, every bit of it. */
function writeRow(buffer: SampleBuffer, at: number, sample: LateSample): void {
  const { timestampMs, startTimestampMs, histogram } = sample;
  buffer.timestampsMs[at] = timestampMs;
  if (histogram !== undefined) buffer.values[at] = Number.NaN;
  else if (isStaleAt(sample.values, sample.index)) writeStaleAt(buffer.values, at);
  else buffer.values[at] = sample.values[sample.index] ?? 0;
  if (startTimestampMs !== 0) {
    buffer.startTimestampsMs ??= new Float64Array(buffer.timestampsMs.length);
  }
  if (buffer.startTimestampsMs !== undefined) buffer.startTimestampsMs[at] = startTimestampMs;
  if (histogram !== undefined) {
    buffer.histograms ??= Array.from({ length: buffer.count }, () => undefined);
  }
  if (buffer.histograms !== undefined) buffer.histograms[at] = histogram;
}
