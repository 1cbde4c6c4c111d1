import { ProtobufError, ProtobufReader } from "#base";
import { type Exemplar, type Histogram, type Labels, isValidMetricName } from "#series";
import { quoteBytes } from "./bytes.ts";
import {
  type DecodedHistogram,
  type DecodedNumber,
  type DecodedSummary,
  decodeHistogram,
  decodeNumber,
  decodePair,
  decodeSummary,
  decodeUtf8,
  isNative,
  labelsFrom,
  nativeHistogram,
} from "./decode-metric.ts";
import { ExpectedKey } from "./expected-key.ts";
import { formatOpenMetricsFloat } from "./format-boundary.ts";
import { KeyBuilder } from "./key-builder.ts";
import { familyField, metricField, metricTypes } from "./metric-family-fields.ts";
import {
  type Entry,
  ExpositionError,
  type ExpositionReader,
  type MetricType,
  noExemplars,
} from "./reader.ts";

export interface ProtobufReaderOptions {
  /** Whether native histograms are wanted at all. */
  readonly nativeHistograms: "read" | "ignore";
  /** Whether histograms that are also native are given as classic series, too. */
  readonly classicHistograms: "always" | "unless native";
}

/**
 * Reads the delimited protobuf format. Each metric is taken apart into the series that the text
 * formats would have for it; native histograms are one entry.
 */
export class ProtobufExpositionReader implements ExpositionReader {
  value = 0;
  histogram: Histogram | undefined = undefined;
  hasTimestamp = false;
  timestampMs = 0;
  family = "";
  type: MetricType = "unknown";
  text = "";
  isExpected = false;
  readonly #body: Uint8Array;
  readonly #options: ProtobufReaderOptions;
  readonly #key = new KeyBuilder();
  readonly #expected = new ExpectedKey();
  readonly #entries: Generator<Entry>;
  /** Where in the body each label of the metric is, start and end in turns. */
  #labelSpans: number[] = [];
  #seriesName = "";
  #part: Part | undefined;
  #startTimestampMs = 0;
  #exemplars = noExemplars;

  constructor(body: Uint8Array, options: ProtobufReaderOptions) {
    this.#body = body;
    this.#options = options;
    this.#entries = this.#readFamilies();
  }

  get keyBytes(): Uint8Array {
    return this.#key.bytes;
  }

  get keyStart(): number {
    return 0;
  }

  get keyEnd(): number {
    return this.#key.length;
  }

  get keyHash(): number {
    return this.#key.hash();
  }

  expect(keys: DataView, start: number, end: number): void {
    this.#expected.set(keys, start, end);
  }

  next(): Entry {
    const { done, value } = withOwnErrors(() => this.#entries.next());
    return done === true ? "end" : value;
  }

  labels(): Labels {
    return withOwnErrors(() => this.#readLabels());
  }

  startTimestampMs(): number {
    return this.#startTimestampMs;
  }

  exemplars(): readonly Exemplar[] {
    return this.#exemplars;
  }

  #readLabels(): Labels {
    const spans = this.#labelSpans;
    const pairs: (readonly [string, string])[] = [];
    for (let at = 0; at < spans.length; at += 2) {
      pairs.push(decodeField(new ProtobufReader(this.#body, spans[at], spans[at + 1])));
    }
    const part = this.#part;
    const shown = part && ([part.name, formatOpenMetricsFloat(part.value)] as const);
    return labelsFrom(pairs, this.#seriesName, shown);
  }

  *#readFamilies(): Generator<Entry> {
    let position = 0;
    while (position < this.#body.length) {
      const length = readLength(this.#body, position);
      const end = length.end + length.value;
      if (end > this.#body.length) throw new ExpositionError("unexpected EOF");
      yield* this.#readFamily(length.end, end);
      position = end;
    }
  }

  *#readFamily(start: number, end: number): Generator<Entry> {
    const header = readHeader(this.#body, start, end);
    // A family without metrics says nothing.
    if (header.metricSpans.length === 0) return;
    this.family = header.name;
    this.type = header.type;
    this.text = header.help;
    yield "help";
    if (header.unit !== "") {
      this.text = header.unit;
      yield "unit";
    }
    yield "type";
    for (let at = 0; at < header.metricSpans.length; at += 2) {
      yield* this.#readMetric(header.metricSpans[at] ?? 0, header.metricSpans[at + 1] ?? 0);
    }
  }

  *#readMetric(start: number, end: number): Generator<Entry> {
    const metric = this.#decodeMetric(start, end);
    this.#exemplars = noExemplars;
    this.histogram = undefined;
    if (metric.histogram !== undefined) yield* this.#readHistogram(metric.histogram);
    else if (metric.summary !== undefined) yield* this.#readSummary(metric.summary);
    else {
      const { value, exemplar, startTimestampMs } = metric.number ?? noNumber;
      this.#startTimestampMs = startTimestampMs;
      this.#beginSeries("", undefined, value);
      if (exemplar !== undefined) this.#exemplars = [exemplar];
      yield "series";
    }
  }

  *#readSummary(summary: DecodedSummary): Generator<Entry> {
    this.#startTimestampMs = summary.startTimestampMs;
    yield this.#beginSeries("_count", undefined, summary.count);
    yield this.#beginSeries("_sum", undefined, summary.sum);
    for (const { quantile, value } of summary.quantiles) {
      yield this.#beginSeries("", { name: "quantile", value: quantile }, value);
    }
  }

  *#readHistogram(decoded: DecodedHistogram): Generator<Entry> {
    this.#startTimestampMs = decoded.startTimestampMs;
    const { nativeHistograms, classicHistograms } = this.#options;
    const isNativeWanted = nativeHistograms === "read" && isNative(decoded);
    if (isNativeWanted) {
      this.#beginNative(decoded);
      yield "histogram";
      this.histogram = undefined;
    }
    const isClassicWanted = classicHistograms === "always" && decoded.buckets.length > 0;
    if (!isNativeWanted || isClassicWanted) yield* this.#readClassic(decoded);
  }

  #beginNative(decoded: DecodedHistogram): void {
    this.#beginSeries("", undefined, Number.NaN);
    try {
      const hint = this.type === "gaugehistogram" ? "gauge" : "unknown";
      this.histogram = nativeHistogram(decoded, hint);
    } catch (error) {
      // Only here is it known whose buckets they are.
      if (!(error instanceof ExpositionError)) throw error;
      throw new ExpositionError(`histogram "${this.family}": ${error.message}`);
    }
    const classic = decoded.buckets.flatMap(({ exemplar }) => exemplar ?? []);
    const exemplars = decoded.exemplars.length > 0 ? decoded.exemplars : classic;
    // Native histograms sort exemplars by time, so these must have one.
    this.#exemplars = exemplars.filter(({ timestampMs }) => timestampMs !== 0);
  }

  *#readClassic(decoded: DecodedHistogram): Generator<Entry> {
    const count = decoded.countFloat > 0 ? decoded.countFloat : decoded.count;
    this.#exemplars = noExemplars;
    yield this.#beginSeries("_count", undefined, count);
    yield this.#beginSeries("_sum", undefined, decoded.sum);
    let last = Number.NEGATIVE_INFINITY;
    for (const bucket of decoded.buckets) {
      const cumulative = bucket.countFloat > 0 ? bucket.countFloat : bucket.count;
      this.#exemplars = bucket.exemplar === undefined ? noExemplars : [bucket.exemplar];
      yield this.#beginSeries("_bucket", { name: "le", value: bucket.upper }, cumulative);
      last = bucket.upper;
    }
    this.#exemplars = noExemplars;
    if (last === Number.POSITIVE_INFINITY) return;
    yield this.#beginSeries("_bucket", { name: "le", value: Number.POSITIVE_INFINITY }, count);
  }

  #beginSeries(suffix: string, part: Part | undefined, value: number): Entry {
    this.#seriesName = this.family + suffix;
    this.#part = part;
    this.value = value;
    const key = this.#key;
    key.begin(this.#seriesName);
    this.#appendLabels();
    if (part !== undefined) key.appendNumber(part.value);
    this.isExpected = this.#expected.length === key.length && this.#expected.isAt(key.view, 0);
    return "series";
  }

  /** Labels mostly stand next to each other and are copied at once. */
  #appendLabels(): void {
    const spans = this.#labelSpans;
    for (let at = 0; at < spans.length; at += 2) {
      const start = spans[at] ?? 0;
      while (spans[at + 1] === spans[at + 2] && at + 2 < spans.length) at += 2;
      this.#key.append(this.#body, start, spans[at + 1] ?? 0);
    }
  }

  #decodeMetric(start: number, end: number): DecodedMetric {
    const reader = new ProtobufReader(this.#body, start, end);
    const decoded: DecodedMetric = { number: undefined, summary: undefined, histogram: undefined };
    this.#labelSpans.length = 0;
    this.hasTimestamp = false;
    this.timestampMs = 0;
    for (let at = start; reader.next(); at = reader.position) {
      switch (reader.field) {
        case metricField.label:
          // With its tag, so that one reader fits all.
          reader.skip();
          this.#labelSpans.push(at, reader.position);
          break;
        case metricField.timestampMs:
          this.timestampMs = Number(reader.int64());
          this.hasTimestamp = this.timestampMs !== 0;
          break;
        case metricField.histogram:
          decoded.histogram = decodeHistogram(reader.message());
          break;
        case metricField.summary:
          decoded.summary = decodeSummary(reader.message());
          break;
        case metricField.counter:
        case metricField.gauge:
        case metricField.untyped:
          decoded.number = decodeNumber(reader.message());
          break;
        default:
          reader.skip();
      }
    }
    return decoded;
  }
}

/** Callers know one kind of bad body, whatever its format. */
function withOwnErrors<Read>(read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtobufError) throw new ExpositionError(error.message);
    throw error;
  }
}

/** The label that tells one part of a metric from the others. */
interface Part {
  readonly name: "le" | "quantile";
  readonly value: number;
}

interface DecodedMetric {
  number: DecodedNumber | undefined;
  summary: DecodedSummary | undefined;
  histogram: DecodedHistogram | undefined;
}

const noNumber: DecodedNumber = { value: 0, exemplar: undefined, startTimestampMs: 0 };

interface FamilyHeader {
  readonly name: string;
  readonly help: string;
  readonly unit: string;
  readonly type: MetricType;
  readonly metricSpans: readonly number[];
}

/** Reads what is about the family, wherever in the message it stands, and where its metrics are. */
function readHeader(body: Uint8Array, start: number, end: number): FamilyHeader {
  const reader = new ProtobufReader(body, start, end);
  const metricSpans: number[] = [];
  let name: Uint8Array = new Uint8Array(0);
  let help = name;
  let unit = name;
  let typeNumber = 0;
  while (reader.next()) {
    if (reader.field === familyField.metric) metricSpans.push(...messageSpan(reader));
    else if (reader.field === familyField.name) name = reader.bytes();
    else if (reader.field === familyField.help) help = reader.bytes();
    else if (reader.field === familyField.unit) unit = reader.bytes();
    else if (reader.field === familyField.type) typeNumber = reader.int32();
    else reader.skip();
  }
  const text = decodeUtf8(name, "metric name");
  if (!isValidMetricName(text, "utf8")) throw new ExpositionError(`invalid metric name: ${text}`);
  const type = metricTypes[typeNumber];
  if (type === undefined) {
    throw new ExpositionError(`unknown metric type for metric "${text}": ${typeNumber}`);
  }
  return {
    name: text,
    help: decodeUtf8(help, `help for metric ${quoteBytes(name, 0, name.length)}`),
    unit: decodeUtf8(unit, "unit"),
    type,
    metricSpans,
  };
}

/** Where the nested message at the reader's field begins and ends; the reader moves past it. */
function messageSpan(reader: ProtobufReader): readonly [start: number, end: number] {
  const content = reader.bytes();
  return [reader.position - content.length, reader.position];
}

function decodeField(reader: ProtobufReader): readonly [string, string] {
  reader.next();
  return decodePair(reader.message());
}

/** The length before a message. Bodies are far smaller than four gigabytes. */
function readLength(
  body: Uint8Array,
  start: number,
): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = start; at < start + 5 && at < body.length; at++) {
    const byte = body[at] ?? 0;
    value += (byte & 127) * 2 ** ((at - start) * 7);
    if (byte < 128) return { value, end: at + 1 };
  }
  throw new ExpositionError("invalid varint encountered");
}
