import type { Histogram } from "./histogram.ts";
import type { Labels } from "./labels.ts";
import type { LabelMatcher } from "./matcher.ts";
import type { SampleBuffer } from "./sample-buffer.ts";

/** Where queries read from: the time series database, a remote one, or a test's few series. */
export interface Queryable {
  /** Opens a consistent view of `[minMs, maxMs]`; what is appended later is not seen. */
  querier(minMs: number, maxMs: number): Promise<Querier>;
}

/** A view of a time range. Disposing it lets go of the blocks it holds. */
export interface Querier extends AsyncDisposable {
  /** The series that match all matchers, sorted by labels. Chunks are loaded, not yet decoded. */
  select(
    matchers: readonly LabelMatcher[],
    hints: SelectHints,
    signal: AbortSignal,
  ): Promise<readonly SeriesSource[]>;
  /** Sorted. Matchers narrow it to series that match any of the lists; none means all. */
  labelNames(matchers: readonly (readonly LabelMatcher[])[]): Promise<readonly string[]>;
  labelValues(
    name: string,
    matchers: readonly (readonly LabelMatcher[])[],
  ): Promise<readonly string[]>;
  /** What could not be read so far, where the rest counts without it: other servers' series. */
  readonly warnings: readonly string[];
}

export interface SelectHints {
  /** Samples outside are not needed, though they may be given. */
  readonly minMs: number;
  readonly maxMs: number;
  /** At most so many series; 0 is no limit. */
  readonly seriesMax: number;
}

/** One series, ready to be decoded as often as needed. */
export interface SeriesSource {
  readonly labels: Labels;
  /** Appends the samples in `[minMs, maxMs]` to `buffer`, oldest first; stale markers included. */
  read(buffer: SampleBuffer, minMs: number, maxMs: number): void;
}

/** A series' number in the store: positive, stable while the series has recent samples. */
export type SeriesRef = number;

/** Why one sample was not taken; the others of the same batch still are. */
export type AppendRefusal =
  | "out of order"
  | "duplicate timestamp"
  | "too old"
  | "out of bounds"
  | "unknown series"
  | "invalid histogram";

export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  /** 0 when it has no time of its own. */
  readonly timestampMs: number;
}

export interface MetricMetadata {
  readonly type:
    | "counter"
    | "gauge"
    | "histogram"
    | "gaugehistogram"
    | "summary"
    | "info"
    | "stateset"
    | "unknown";
  readonly unit: string;
  readonly help: string;
}

export interface Appendable {
  appender(): Appender;
}

/**
 * Collects one batch (a scrape, a rule group's results, a remote write request). Nothing of it is
 * seen by queries until `commit` has resolved, which it does when the batch is in the write-ahead log.
 */
export interface Appender {
  /** The number of a series, which is made when it is new. Throws on an invalid label set. */
  seriesRef(labels: Labels): SeriesRef;
  /** Whether `ref` still names a series; a cached reference may have been collected. */
  isKnown(ref: SeriesRef): boolean;
  /** `startTimestampMs` is 0 where it is not known. `undefined` means taken. */
  appendFloat(
    ref: SeriesRef,
    timestampMs: number,
    value: number,
    startTimestampMs: number,
  ): AppendRefusal | undefined;
  /** Appends the stale marker: the series ends at this time. */
  appendStale(ref: SeriesRef, timestampMs: number): AppendRefusal | undefined;
  appendHistogram(
    ref: SeriesRef,
    timestampMs: number,
    histogram: Histogram,
    startTimestampMs: number,
  ): AppendRefusal | undefined;
  appendExemplar(ref: SeriesRef, exemplar: Exemplar): AppendRefusal | undefined;
  setMetadata(ref: SeriesRef, metadata: MetricMetadata): void;
  commit(): Promise<void>;
  rollback(): void;
}
