import type { Entry, ExpositionReader, MetricType } from "#exposition";
import {
  ClassicHistogram,
  ClassicHistogramError,
  dropLabels,
  type Exemplar,
  type Histogram,
  type Labels,
  labelsKey,
  labelValue,
  metricNameLabel,
  setLabel,
} from "#series";

/** The series of one classic histogram that have been read so far. */
interface Collected {
  readonly key: string;
  readonly labels: Labels;
  readonly classic: ClassicHistogram;
  readonly exemplars: Exemplar[];
  readonly hasTimestamp: boolean;
  readonly timestampMs: number;
  readonly startTimestampMs: number;
  /** Something in it makes no histogram. */
  isBroken: boolean;
}

const boundLabel: ReadonlySet<string> = new Set(["le"]);
const noExemplars: readonly Exemplar[] = [];
const textEncoder = new TextEncoder();

/**
 * Reads what another reader reads, with a native histogram of custom buckets for each classic one,
 * behind the series that it is made of. Histograms that are native already stay as they are.
 */
export class ClassicToNativeReader implements ExpositionReader {
  /** Series change places here, so that none can be told beforehand. */
  readonly isExpected = false;
  readonly #inner: ExpositionReader;
  readonly #keepsClassic: boolean;
  readonly #entries: Generator<Entry>;
  readonly #native = new Set<string>();
  #collected: Collected | undefined;
  /** Set while the reader stands at a histogram of our own making. */
  #made: { readonly from: Collected; readonly histogram: Histogram } | undefined;
  #madeKey = new Uint8Array(0);

  constructor(inner: ExpositionReader, classic: "keep classic" | "drop classic") {
    this.#inner = inner;
    this.#keepsClassic = classic === "keep classic";
    this.#entries = this.#read();
  }

  expect(): void {}

  next(): Entry {
    const { done, value } = this.#entries.next();
    return done === true ? "end" : value;
  }

  get value(): number {
    return this.#inner.value;
  }

  get histogram(): Histogram | undefined {
    return this.#made === undefined ? this.#inner.histogram : this.#made.histogram;
  }

  get hasTimestamp(): boolean {
    return (this.#made?.from ?? this.#inner).hasTimestamp;
  }

  get timestampMs(): number {
    return (this.#made?.from ?? this.#inner).timestampMs;
  }

  labels(): Labels {
    return this.#made === undefined ? this.#inner.labels() : this.#made.from.labels;
  }

  startTimestampMs(): number {
    return this.#made === undefined
      ? this.#inner.startTimestampMs()
      : this.#made.from.startTimestampMs;
  }

  exemplars(): readonly Exemplar[] {
    return this.#made === undefined ? this.#inner.exemplars() : this.#made.from.exemplars;
  }

  get family(): string {
    return this.#inner.family;
  }

  get type(): MetricType {
    return this.#inner.type;
  }

  get text(): string {
    return this.#inner.text;
  }

  get keyBytes(): Uint8Array {
    return this.#made === undefined ? this.#inner.keyBytes : this.#madeKey;
  }

  get keyStart(): number {
    return this.#made === undefined ? this.#inner.keyStart : 0;
  }

  get keyEnd(): number {
    return this.#made === undefined ? this.#inner.keyEnd : this.#madeKey.length;
  }

  get keyHash(): number {
    return this.#made === undefined ? this.#inner.keyHash : hashOf(this.#madeKey);
  }

  *#read(): Generator<Entry> {
    while (true) {
      const entry = this.#inner.next();
      const part = entry === "series" ? this.#partHere() : undefined;
      if (part?.key !== this.#collected?.key || part === undefined) yield* this.#emit();
      if (entry === "end") return;
      if (entry === "histogram") this.#native.add(labelsKey(this.#inner.labels()));
      if (part !== undefined) this.#collect(part);
      if (part === undefined || this.#keepsClassic) yield entry;
    }
  }

  /** What the series here is of a classic histogram, if it is of one. */
  #partHere(): Part | undefined {
    const { type } = this.#inner;
    if (type !== "histogram" && type !== "gaugehistogram") return undefined;
    const labels = this.#inner.labels();
    const [, name, suffix] =
      /^(.*)_(bucket|g?sum|g?count)$/s.exec(labelValue(labels, metricNameLabel)) ?? [];
    if (name === undefined || suffix === undefined || name === "") return undefined;
    const own = setLabel(dropLabels(labels, boundLabel), metricNameLabel, name);
    const key = labelsKey(own);
    if (this.#native.has(key)) return undefined;
    const bound = labelValue(labels, "le");
    if (suffix === "bucket" && (bound === "" || Number.isNaN(boundOf(bound)))) return undefined;
    return { key, labels: own, suffix, bound: boundOf(bound) };
  }

  #collect(part: Part): void {
    const inner = this.#inner;
    this.#collected ??= {
      key: part.key,
      labels: part.labels,
      classic: new ClassicHistogram(),
      exemplars: [],
      hasTimestamp: inner.hasTimestamp,
      timestampMs: inner.timestampMs,
      startTimestampMs: inner.startTimestampMs(),
      isBroken: false,
    };
    const { classic, exemplars } = this.#collected;
    exemplars.push(...(inner.exemplars() ?? noExemplars));
    try {
      if (part.suffix === "bucket") classic.setBucket(part.bound, inner.value);
      else if (part.suffix.endsWith("count")) classic.setCount(inner.value);
      else classic.setSum(inner.value);
    } catch (error) {
      if (!(error instanceof ClassicHistogramError)) throw error;
      this.#collected.isBroken = true;
    }
  }

  /** One that makes no histogram is left out, as upstream does. */
  *#emit(): Generator<Entry> {
    const collected = this.#collected;
    this.#collected = undefined;
    if (collected === undefined || collected.isBroken) return;
    const histogram = histogramOf(collected.classic);
    if (histogram === undefined) return;
    this.#made = { from: collected, histogram };
    // No series of the body has such a key: it would be no text.
    this.#madeKey = Uint8Array.of(0xff, ...textEncoder.encode(collected.key));
    yield "histogram";
    this.#made = undefined;
  }
}

interface Part {
  readonly key: string;
  readonly labels: Labels;
  readonly suffix: string;
  readonly bound: number;
}

function histogramOf(classic: ClassicHistogram): Histogram | undefined {
  try {
    return classic.toHistogram();
  } catch (error) {
    if (!(error instanceof ClassicHistogramError)) throw error;
    return undefined;
  }
}

function boundOf(text: string): number {
  return /^\+?Inf$/i.test(text) ? Number.POSITIVE_INFINITY : Number(text);
}

function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
