/**
 * Walks the series of a remote write request, one after the other, without making anything for a
 * sample or a label: numbers go into columns that are used again, and labels stay bytes until
 * somebody asks for them. All methods throw a `ProtobufError` for bytes that are not the message.
 */
import { type BytePool, ProtobufReader } from "#base";
import type { Exemplar, MetricMetadata } from "#series";
import type { FloatColumns } from "./float-columns.ts";
import type { HistogramRow, WriteSeries } from "./write-series.ts";

/** What it tells is of the series where it stands, and good until it moves on. */
export interface SeriesReader extends WriteSeries {
  readonly floats: FloatColumns;
  /** Moves to the next series; false behind the last one. */
  next(): boolean;
  /** Writes the numbers that a pool has for the labels; the same numbers mean the same labels. */
  writeKey(pool: BytePool, key: LabelKey): void;
}

/** Numbers that stand for the labels of a series, in the order in which they were sent. */
export class LabelKey {
  length = 0;
  numbers = new Uint32Array(64);

  add(number: number): void {
    if (this.length === this.numbers.length) {
      const larger = new Uint32Array(this.length * 2);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers[this.length++] = number;
  }
}

/** Reads a `Sample`. The second version has the start timestamp besides. */
export function readSample(reader: ProtobufReader, into: FloatColumns): void {
  const row = into.addRow();
  while (reader.next()) {
    if (reader.field === 1) reader.wordsInto(into.valueWords, row * 2);
    else if (reader.field === 2) into.timestampsMs[row] = Number(reader.int64());
    else if (reader.field === 3) into.startTimestampsMs[row] = Number(reader.int64());
    else reader.skip();
  }
}

/** The samples of a series that are no floats, which few series have. */
export class SeriesExtras {
  histograms: HistogramRow[] = [];
  exemplars: Exemplar[] = [];
  metadata: MetricMetadata | undefined = undefined;

  clear(): void {
    if (this.histograms.length > 0) this.histograms = [];
    if (this.exemplars.length > 0) this.exemplars = [];
    this.metadata = undefined;
  }
}

/** A reader that will be pointed to nested messages. */
export function emptyReader(): ProtobufReader {
  return new ProtobufReader(noBytes);
}

const noBytes = new Uint8Array(0);
