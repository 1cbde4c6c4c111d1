import { type BytePool, ProtobufError, ProtobufReader, wireBytes } from "#base";
import { type Exemplar, labelsOf, type MetricMetadata } from "#series";
import { decodeHistogram } from "./decode-histogram.ts";
import { FloatColumns } from "./float-columns.ts";
import { inPairs } from "./in-pairs.ts";
import {
  emptyReader,
  LabelKey,
  readSample,
  SeriesExtras,
  type SeriesReader,
} from "./series-reader.ts";
import { TextRanges } from "./text-ranges.ts";
import { metricTypes } from "./write-series.ts";

/** Reads `io.prometheus.write.v2.Request`, the message of remote write 2.0. */
export class SecondSeriesReader implements SeriesReader {
  readonly floats = new FloatColumns();
  readonly #request: ProtobufReader;
  readonly #symbols: Symbols;
  readonly #series = emptyReader();
  readonly #inner = emptyReader();
  /** Symbols of names and values, as the series refers to them. */
  readonly #refs = new LabelKey();
  readonly #extras = new SeriesExtras();

  constructor(bytes: Uint8Array) {
    this.#request = new ProtobufReader(bytes);
    this.#symbols = new Symbols(bytes);
  }

  next(): boolean {
    const request = this.#request;
    while (request.next()) {
      if (request.field === 5) {
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
    return this.#extras.metadata;
  }

  get labelPairs(): readonly string[] {
    return this.#textsOf(this.#refs);
  }

  writeKey(pool: BytePool, key: LabelKey): void {
    const refs = this.#refs;
    key.length = 0;
    for (let index = 0; index < refs.length; index++) {
      key.add(this.#symbols.numberOf(refs.numbers[index] ?? 0, pool));
    }
  }

  #readSeries(): void {
    const reader = this.#series;
    let createdMs = 0;
    this.#refs.length = 0;
    this.floats.clear();
    this.#extras.clear();
    while (reader.next()) {
      if (reader.field === 1) readRefs(reader, this.#inner, this.#refs);
      else if (reader.field === 6) createdMs = Number(reader.int64());
      else if (reader.field < 6) this.#readPart(reader);
      else reader.skip();
    }
    // Drafts of the second version had one start for all samples of a series.
    if (createdMs !== 0) fillStarts(this.floats, createdMs);
  }

  #readPart(reader: ProtobufReader): void {
    const inner = this.#inner;
    const extras = this.#extras;
    reader.messageInto(inner);
    if (reader.field === 2) readSample(inner, this.floats);
    else if (reader.field === 3) extras.histograms.push(decodeHistogram(inner));
    else if (reader.field === 4) extras.exemplars.push(this.#readExemplar(inner));
    else extras.metadata = this.#readMetadata(inner);
  }

  #readExemplar(reader: ProtobufReader): Exemplar {
    const refs = new LabelKey();
    let value = 0;
    let timestampMs = 0;
    while (reader.next()) {
      if (reader.field === 1) readRefs(reader, emptyReader(), refs);
      else if (reader.field === 2) value = reader.double();
      else if (reader.field === 3) timestampMs = Number(reader.int64());
      else reader.skip();
    }
    return { labels: labelsOf(inPairs(this.#textsOf(refs))), value, timestampMs };
  }

  #readMetadata(reader: ProtobufReader): MetricMetadata {
    let type: MetricMetadata["type"] = "unknown";
    let help = "";
    let unit = "";
    while (reader.next()) {
      if (reader.field === 1) type = metricTypes[reader.int32()] ?? "unknown";
      else if (reader.field === 3) help = this.#symbols.text(reader.uint32());
      else if (reader.field === 4) unit = this.#symbols.text(reader.uint32());
      else reader.skip();
    }
    return { type, help, unit };
  }

  #textsOf({ length, numbers }: LabelKey): readonly string[] {
    return Array.from(numbers.subarray(0, length), (ref) => this.#symbols.text(ref));
  }
}

/** The texts that series refer to, which may come after them. */
class Symbols {
  readonly #bytes: Uint8Array;
  readonly #ranges = new TextRanges();
  readonly #texts = new Map<number, string>();
  /** One more than a symbol's number in the pool; 0 until it is asked for. */
  readonly #numbers: Uint32Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    const reader = new ProtobufReader(bytes);
    const symbol = emptyReader();
    while (reader.next()) {
      if (reader.field === 4) {
        reader.messageInto(symbol);
        this.#ranges.add(symbol.position, symbol.end);
      } else reader.skip();
    }
    this.#numbers = new Uint32Array(this.#ranges.count);
  }

  text(ref: number): string {
    this.#check(ref);
    const known = this.#texts.get(ref);
    if (known !== undefined) return known;
    const text = decoder.decode(
      this.#bytes.subarray(this.#ranges.start(ref), this.#ranges.end(ref)),
    );
    this.#texts.set(ref, text);
    return text;
  }

  numberOf(ref: number, pool: BytePool): number {
    this.#check(ref);
    const known = this.#numbers[ref] ?? 0;
    if (known !== 0) return known - 1;
    const number = pool.numberOf(this.#bytes, this.#ranges.start(ref), this.#ranges.end(ref));
    this.#numbers[ref] = number + 1;
    return number;
  }

  #check(ref: number): void {
    const { count } = this.#ranges;
    if (ref >= count) throw new ProtobufError(`reference ${ref} beyond ${count} symbols`, 0);
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function readRefs(reader: ProtobufReader, packed: ProtobufReader, into: LabelKey): void {
  if (reader.wireType !== wireBytes) {
    into.add(reader.uint32());
    return;
  }
  reader.messageInto(packed);
  while (!packed.isAtEnd) into.add(packed.uint32());
}

function fillStarts({ count, startTimestampsMs }: FloatColumns, createdMs: number): void {
  for (let row = 0; row < count; row++) {
    if (startTimestampsMs[row] === 0) startTimestampsMs[row] = createdMs;
  }
}
