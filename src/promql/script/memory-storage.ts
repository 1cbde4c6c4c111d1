import {
  type Appendable,
  type Appender,
  type AppendRefusal,
  compareLabels,
  type Histogram,
  isReset,
  isStaleAt,
  type LabelMatcher,
  labelPairs,
  type Labels,
  labelsKey,
  labelValue,
  type Querier,
  type Queryable,
  SampleBuffer,
  type SelectHints,
  type SeriesRef,
  type SeriesSource,
} from "#series";
import { compareText } from "#base";

/**
 * A storage for tests: everything in memory, nothing compressed, nothing ever dropped.
 *
 * It tells readers what the time series database would tell them about counter resets of histograms:
 * "unknown" for the first of a chunk, "not reset" for the others. So it knows where chunks would begin.
 */
export class MemoryStorage implements Queryable, Appendable, AsyncDisposable {
  readonly #byLabels = new Map<string, MemorySeries>();
  readonly #byRef: MemorySeries[] = [];
  /** By labels; undefined after a series was added. */
  #sorted: readonly MemorySeries[] | undefined;

  async querier(): Promise<Querier> {
    this.#sorted ??= this.#byRef.toSorted((left, right) =>
      compareLabels(left.labels, right.labels),
    );
    return new MemoryQuerier(this.#sorted);
  }

  appender(): Appender {
    return new MemoryAppender(this);
  }

  /** The series with these labels, made when it is new. */
  seriesRef(labels: Labels): SeriesRef {
    const key = labelsKey(labels);
    const known = this.#byLabels.get(key);
    if (known !== undefined) return known.ref;
    const series = new MemorySeries(this.#byRef.length + 1, labels);
    this.#byLabels.set(key, series);
    this.#byRef.push(series);
    this.#sorted = undefined;
    return series.ref;
  }

  find(ref: SeriesRef): MemorySeries | undefined {
    return this.#byRef[ref - 1];
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** What the database puts into one chunk at most, in time. */
const chunkRangeMs = 24 * 3_600_000;

class MemorySeries {
  readonly ref: SeriesRef;
  readonly labels: Labels;
  readonly #samples = new SampleBuffer();
  /** The last sample's histogram as it came, unless a float or the stale marker followed. */
  #previous: Histogram | undefined;

  constructor(ref: SeriesRef, labels: Labels) {
    this.ref = ref;
    this.labels = labels;
  }

  get count(): number {
    return this.#samples.count;
  }

  get lastTimestampMs(): number {
    return this.#samples.timestampsMs[this.#samples.count - 1] ?? Number.NEGATIVE_INFINITY;
  }

  addFloat(timestampMs: number, value: number, startTimestampMs: number): void {
    this.#samples.addFloat(timestampMs, value, startTimestampMs);
    this.#previous = undefined;
  }

  addStale(timestampMs: number): void {
    this.#samples.addStale(timestampMs);
    this.#previous = undefined;
  }

  addHistogram(timestampMs: number, histogram: Histogram, startTimestampMs: number): void {
    const continues =
      this.#previous !== undefined &&
      continuesChunk(histogram, this.#previous) &&
      Math.floor(timestampMs / chunkRangeMs) === Math.floor(this.lastTimestampMs / chunkRangeMs);
    const isGauge = histogram.counterResetHint === "gauge";
    const counterResetHint = isGauge ? "gauge" : continues ? "notReset" : "unknown";
    const stored: Histogram = { ...histogram, counterResetHint };
    this.#samples.addHistogram(timestampMs, stored, startTimestampMs);
    this.#previous = histogram;
  }

  /** A reader of the first `count` samples. */
  source(count: number): SeriesSource {
    const samples = this.#samples;
    return {
      labels: this.labels,
      read(buffer: SampleBuffer, minMs: number, maxMs: number): void {
        for (let row = 0; row < count; row++) {
          const timestampMs = samples.timestampsMs[row] ?? 0;
          if (timestampMs >= minMs && timestampMs <= maxMs) copyRow(samples, row, buffer);
        }
      },
    };
  }
}

function copyRow(from: SampleBuffer, row: number, to: SampleBuffer): void {
  const timestampMs = from.timestampsMs[row] ?? 0;
  const startMs = from.startTimestampsMs?.[row] ?? 0;
  const histogram = from.histograms?.[row];
  if (histogram !== undefined) to.addHistogram(timestampMs, histogram, startMs);
  else if (isStaleAt(from.values, row)) to.addStale(timestampMs);
  else to.addFloat(timestampMs, from.values[row] ?? 0, startMs);
}

/** Whether the database appends a histogram to the chunk of the one before. */
function continuesChunk(current: Histogram, previous: Histogram): boolean {
  const isGauge = current.counterResetHint === "gauge";
  if (isGauge !== (previous.counterResetHint === "gauge")) return false;
  if (current.schema !== previous.schema) return false;
  if (current.zeroThreshold !== previous.zeroThreshold) return false;
  if (!equalBounds(current.customValues, previous.customValues)) return false;
  if (isGauge) return true;
  if (current.counterResetHint === "reset") return false;
  return !isReset({ ...current, counterResetHint: "unknown" }, previous);
}

function equalBounds(left: Float64Array, right: Float64Array): boolean {
  return left.length === right.length && left.every((bound, index) => bound === right[index]);
}

class MemoryQuerier implements Querier {
  readonly warnings: readonly string[] = [];
  readonly #series: readonly MemorySeries[];
  /** How many samples each series had when this was opened. */
  readonly #counts: readonly number[];

  constructor(series: readonly MemorySeries[]) {
    this.#series = series;
    this.#counts = series.map(({ count }) => count);
  }

  async select(
    matchers: readonly LabelMatcher[],
    hints: SelectHints,
    signal: AbortSignal,
  ): Promise<readonly SeriesSource[]> {
    signal.throwIfAborted();
    const found = this.#series.flatMap((series, index) =>
      fits(series.labels, matchers) ? series.source(this.#counts[index] ?? 0) : [],
    );
    return hints.seriesMax > 0 ? found.slice(0, hints.seriesMax) : found;
  }

  async labelNames(matchers: readonly (readonly LabelMatcher[])[]): Promise<readonly string[]> {
    return this.#distinct(matchers, (labels) => [...labelPairs(labels)].map(([name]) => name));
  }

  async labelValues(
    name: string,
    matchers: readonly (readonly LabelMatcher[])[],
  ): Promise<readonly string[]> {
    const values = this.#distinct(matchers, (labels) => [labelValue(labels, name)]);
    return values.filter((value) => value !== "");
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #distinct(
    matchers: readonly (readonly LabelMatcher[])[],
    textsOf: (labels: Labels) => readonly string[],
  ): readonly string[] {
    const found = this.#series.filter(
      ({ labels }) => matchers.length === 0 || matchers.some((list) => fits(labels, list)),
    );
    return [...new Set(found.flatMap(({ labels }) => textsOf(labels)))].sort(compareText);
  }
}

/** The last matcher is often that of the metric's name, which most series do not have. */
function fits(labels: Labels, matchers: readonly LabelMatcher[]): boolean {
  for (let index = matchers.length - 1; index >= 0; index--) {
    const matcher = matchers[index];
    if (matcher?.matches(labelValue(labels, matcher.name)) === false) return false;
  }
  return true;
}

class MemoryAppender implements Appender {
  readonly #storage: MemoryStorage;
  #pending: ((this: void) => void)[] = [];
  readonly #lastMs = new Map<SeriesRef, number>();

  constructor(storage: MemoryStorage) {
    this.#storage = storage;
  }

  seriesRef(labels: Labels): SeriesRef {
    return this.#storage.seriesRef(labels);
  }

  isKnown(ref: SeriesRef): boolean {
    return this.#storage.find(ref) !== undefined;
  }

  appendFloat(
    ref: SeriesRef,
    timestampMs: number,
    value: number,
    startTimestampMs: number,
  ): AppendRefusal | undefined {
    return this.#append(ref, timestampMs, (series) => {
      series.addFloat(timestampMs, value, startTimestampMs);
    });
  }

  appendStale(ref: SeriesRef, timestampMs: number): AppendRefusal | undefined {
    return this.#append(ref, timestampMs, (series) => {
      series.addStale(timestampMs);
    });
  }

  appendHistogram(
    ref: SeriesRef,
    timestampMs: number,
    histogram: Histogram,
    startTimestampMs: number,
  ): AppendRefusal | undefined {
    return this.#append(ref, timestampMs, (series) => {
      series.addHistogram(timestampMs, histogram, startTimestampMs);
    });
  }

  /** Exemplars are not kept. */
  appendExemplar(): undefined {}

  /** Metadata is not kept. */
  setMetadata(): void {}

  async commit(): Promise<void> {
    for (const write of this.#pending) write();
    this.rollback();
  }

  rollback(): void {
    this.#pending = [];
    this.#lastMs.clear();
  }

  #append(
    ref: SeriesRef,
    timestampMs: number,
    write: (series: MemorySeries) => void,
  ): AppendRefusal | undefined {
    const series = this.#storage.find(ref);
    if (series === undefined) return "unknown series";
    const lastMs = this.#lastMs.get(ref) ?? series.lastTimestampMs;
    if (timestampMs < lastMs) return "out of order";
    if (timestampMs === lastMs) return "duplicate timestamp";
    this.#lastMs.set(ref, timestampMs);
    this.#pending.push(() => {
      write(series);
    });
    return undefined;
  }
}
