import {
  ClassicHistogram,
  ClassicHistogramError,
  dropLabels,
  type Exemplar,
  type Histogram,
  histogramProblem,
  labelPairs,
  type Labels,
  labelsKey,
  labelValue,
  metricNameLabel,
  setLabel,
} from "#series";
import { KeyBuilder } from "./key-builder.ts";
import { parseGoFloat } from "./parse-float.ts";
import { type Entry, type ExpositionReader, type MetricType } from "./reader.ts";

/** What becomes of the classic series that were converted. */
export type ConvertedSeries = "keep" | "drop";

/**
 * Reads classic histograms as native ones with custom buckets. The series of one histogram are
 * collected until something else comes; then the histogram is an entry of its own before that. One
 * whose series do not fit together is left out, as upstream leaves it out.
 *
 * Histograms that the target exposes as native ones already are not converted.
 */
export class CustomBucketsReader implements ExpositionReader {
  readonly #source: ExpositionReader;
  readonly #converted: ConvertedSeries;
  readonly #key = new KeyBuilder();
  /** What the source stands at and has not been given yet. */
  #waiting: Entry | undefined;
  #collected: Collected | undefined;
  /** The converted histogram that this stands at. */
  #current: Converted | undefined;
  /** The native histogram that the source gave last: its classic series stay as they are. */
  #nativeKey = "";

  constructor(source: ExpositionReader, converted: ConvertedSeries) {
    this.#source = source;
    this.#converted = converted;
  }

  next(): Entry {
    this.#current = undefined;
    for (;;) {
      const entry = this.#waiting ?? this.#source.next();
      this.#waiting = undefined;
      const part = entry === "series" ? this.#findPart() : undefined;
      if (this.#collected !== undefined && part?.key !== this.#collected.key) {
        this.#current = convert(this.#collected);
        this.#collected = undefined;
        if (this.#current !== undefined) {
          this.#waiting = entry;
          this.#beginKey(this.#current.labels);
          return "histogram";
        }
      }
      if (entry === "histogram") this.#nativeKey = labelsKey(this.#source.labels());
      if (part === undefined || part.key === this.#nativeKey) return entry;
      this.#collect(part);
      if (this.#converted === "keep") return "series";
    }
  }

  /** Never: what is expected of this is not what is expected of the source. */
  readonly isExpected = false;

  expect(): void {}

  get keyBytes(): Uint8Array {
    return this.#current === undefined ? this.#source.keyBytes : this.#key.bytes;
  }

  get keyStart(): number {
    return this.#current === undefined ? this.#source.keyStart : 0;
  }

  get keyEnd(): number {
    return this.#current === undefined ? this.#source.keyEnd : this.#key.length;
  }

  get keyHash(): number {
    return this.#current === undefined ? this.#source.keyHash : this.#key.hash();
  }

  get value(): number {
    return this.#current === undefined ? this.#source.value : Number.NaN;
  }

  get histogram(): Histogram | undefined {
    return this.#current === undefined ? this.#source.histogram : this.#current.histogram;
  }

  get hasTimestamp(): boolean {
    return (this.#current ?? this.#source).hasTimestamp;
  }

  get timestampMs(): number {
    return (this.#current ?? this.#source).timestampMs;
  }

  get family(): string {
    return this.#source.family;
  }

  get type(): MetricType {
    return this.#source.type;
  }

  get text(): string {
    return this.#source.text;
  }

  labels(): Labels {
    return this.#current?.labels ?? this.#source.labels();
  }

  startTimestampMs(): number {
    return this.#current?.startTimestampMs ?? this.#source.startTimestampMs();
  }

  exemplars(): readonly Exemplar[] {
    return this.#current?.exemplars ?? this.#source.exemplars();
  }

  /** Which part of which histogram the source's series is; undefined when it is none. */
  #findPart(): Part | undefined {
    const { type, family, value } = this.#source;
    if (type !== "histogram") return undefined;
    const labels = this.#source.labels();
    const name = labelValue(labels, metricNameLabel);
    if (!name.startsWith(family)) return undefined;
    const base = setLabel(dropLabels(labels, bucketLabels), metricNameLabel, family);
    const part = { labels: base, key: labelsKey(base), value };
    switch (name.slice(family.length)) {
      case "_count":
        return { ...part, kind: "count", bound: 0 };
      case "_sum":
        return { ...part, kind: "sum", bound: 0 };
      case "_bucket": {
        const bound = parseGoFloat(labelValue(labels, "le"));
        const isBound = typeof bound === "number" && !Number.isNaN(bound);
        return isBound ? { ...part, kind: "bucket", bound } : undefined;
      }
      default:
        return undefined;
    }
  }

  #collect(part: Part): void {
    const source = this.#source;
    this.#collected ??= {
      key: part.key,
      labels: part.labels,
      classic: new ClassicHistogram(),
      exemplars: [],
      hasTimestamp: source.hasTimestamp,
      timestampMs: source.timestampMs,
      startTimestampMs: source.startTimestampMs(),
      isBroken: false,
    };
    this.#collected.exemplars.push(...source.exemplars());
    addPart(this.#collected, part);
  }

  #beginKey(labels: Labels): void {
    this.#key.begin(labelValue(labels, metricNameLabel));
    for (const [name, value] of labelPairs(labels)) {
      if (name !== metricNameLabel) this.#key.appendText(name, value);
    }
  }
}

interface Part {
  readonly kind: "bucket" | "count" | "sum";
  /** Of the whole histogram. */
  readonly labels: Labels;
  readonly key: string;
  readonly bound: number;
  readonly value: number;
}

interface Collected {
  readonly key: string;
  readonly labels: Labels;
  readonly classic: ClassicHistogram;
  readonly exemplars: Exemplar[];
  readonly hasTimestamp: boolean;
  readonly timestampMs: number;
  readonly startTimestampMs: number;
  isBroken: boolean;
}

interface Converted extends Omit<Collected, "key" | "classic" | "isBroken"> {
  readonly histogram: Histogram;
}

const bucketLabels: ReadonlySet<string> = new Set(["le"]);

function addPart(collected: Collected, { kind, bound, value }: Part): void {
  try {
    if (kind === "bucket") collected.classic.setBucket(bound, value);
    else if (kind === "count") collected.classic.setCount(value);
    else collected.classic.setSum(value);
  } catch (error) {
    if (!(error instanceof ClassicHistogramError)) throw error;
    collected.isBroken = true;
  }
}

function convert(collected: Collected): Converted | undefined {
  if (collected.isBroken) return undefined;
  try {
    const histogram = collected.classic.toHistogram();
    return histogramProblem(histogram) === undefined ? { ...collected, histogram } : undefined;
  } catch (error) {
    if (!(error instanceof ClassicHistogramError)) throw error;
    return undefined;
  }
}
