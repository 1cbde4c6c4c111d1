import { type BytePool, ProtobufReader } from "#base";
import { type Exemplar, labelsOf } from "#series";
import { decodeHistogram } from "./decode-histogram.ts";
import { FloatColumns } from "./float-columns.ts";
import { inPairs } from "./in-pairs.ts";
import {
  emptyReader,
  type LabelKey,
  readSample,
  SeriesExtras,
  type SeriesReader,
} from "./series-reader.ts";
import { TextRanges } from "./text-ranges.ts";

/** Reads `prometheus.WriteRequest`, the message of remote write 1.0. */
export class FirstSeriesReader implements SeriesReader {
  readonly floats = new FloatColumns();
  readonly #bytes: Uint8Array;
  readonly #request: ProtobufReader;
  readonly #series = emptyReader();
  readonly #inner = emptyReader();
  /** Of each label the message with its name and its value. */
  readonly #labels = new TextRanges();
  readonly #extras = new SeriesExtras();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#request = new ProtobufReader(bytes);
  }

  /** Metadata of families is passed over: it is of no series in particular. */
  next(): boolean {
    const request = this.#request;
    while (request.next()) {
      if (request.field === 1) {
        request.messageInto(this.#series);
        this.#readSeries();
        return true;
      }
      request.skip();
    }
    return false;
  }

  get histograms() {
    return this.#extras.histograms;
  }

  get exemplars() {
    return this.#extras.exemplars;
  }

  get metadata() {
    return undefined;
  }

  get labelPairs(): readonly string[] {
    const pairs: string[] = [];
    const labels = this.#labels;
    for (let index = 0; index < labels.count; index++) {
      readLabel(new ProtobufReader(this.#bytes, labels.start(index), labels.end(index)), pairs);
    }
    return pairs;
  }

  writeKey(pool: BytePool, key: LabelKey): void {
    const labels = this.#labels;
    key.length = 0;
    for (let index = 0; index < labels.count; index++) {
      key.add(pool.numberOf(this.#bytes, labels.start(index), labels.end(index)));
    }
  }

  #readSeries(): void {
    const reader = this.#series;
    const inner = this.#inner;
    this.#labels.clear();
    this.floats.clear();
    this.#extras.clear();
    while (reader.next()) {
      if (reader.field > 4) {
        reader.skip();
        continue;
      }
      reader.messageInto(inner);
      if (reader.field === 1) this.#labels.add(inner.position, inner.end);
      else if (reader.field === 2) readSample(inner, this.floats);
      else if (reader.field === 3) this.#extras.exemplars.push(readExemplar(inner));
      else this.#extras.histograms.push(decodeHistogram(inner));
    }
  }
}

/** Reads a `Label` and adds its name and value. */
export function readLabel(reader: ProtobufReader, into: string[]): void {
  let name = "";
  let value = "";
  while (reader.next()) {
    if (reader.field === 1) name = reader.string();
    else if (reader.field === 2) value = reader.string();
    else reader.skip();
  }
  into.push(name, value);
}

function readExemplar(reader: ProtobufReader): Exemplar {
  const pairs: string[] = [];
  let value = 0;
  let timestampMs = 0;
  while (reader.next()) {
    if (reader.field === 1) readLabel(reader.message(), pairs);
    else if (reader.field === 2) value = reader.double();
    else if (reader.field === 3) timestampMs = Number(reader.int64());
    else reader.skip();
  }
  return { labels: labelsOf(inPairs(pairs)), value, timestampMs };
}
