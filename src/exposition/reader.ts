import type { Exemplar, Histogram, Labels, MetricMetadata } from "#series";

export type MetricType = MetricMetadata["type"];

/** What a reader stands at. */
export type Entry = "series" | "histogram" | "help" | "type" | "unit" | "comment" | "end";

/** A body that breaks the rules of its format, in upstream's words. */
export class ExpositionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ExpositionError";
  }
}

/**
 * Reads the body of one scrape, entry by entry. The fields describe the entry where it stands and
 * change with the next; nothing is allocated for a sample until its labels are asked for.
 *
 * A target exposes the same series again and again, so a caller looks its key up first (`SeriesTable`
 * does that) and calls `labels` only for series it has not seen. Checking the labels is part of
 * `labels`: the same bytes need not be checked again.
 *
 *     for (let entry = reader.next(); entry !== "end"; entry = reader.next()) {
 *       if (entry === "series") store(table.find(reader) ?? add(reader.labels()), reader.value);
 *     }
 */
export interface ExpositionReader extends SeriesKey {
  /**
   * Tells which series comes next, if all is as it was: the bytes of its key from `start` to `end`. A
   * line that begins with them is recognised without being scanned, and `isExpected` says so; its
   * `keyHash` is then left undetermined. An empty key expects nothing.
   */
  expect(keys: DataView, start: number, end: number): void;
  /** Whether the series is the one that was expected. */
  readonly isExpected: boolean;

  /** Moves on. Throws `ExpositionError`; after that, or after "end", it must not be called again. */
  next(): Entry;

  /** The sample, at a "series". */
  readonly value: number;
  /** The native histogram, at a "histogram". */
  readonly histogram: Histogram | undefined;
  /** Whether the sample has a time of its own. */
  readonly hasTimestamp: boolean;
  readonly timestampMs: number;
  /** The labels of the series, `__name__` among them. Throws `ExpositionError` when they are malformed. */
  labels(): Labels;
  /** When the counter began; 0 where that is not known. */
  startTimestampMs(): number;
  /** Those of the sample; mostly none. An exemplar without a time of its own has timestamp 0. */
  exemplars(): readonly Exemplar[];

  /** Which metrics a "help", "type" or "unit" is about. */
  readonly family: string;
  /** Of the family that was last introduced. */
  readonly type: MetricType;
  /** The text of a "help" or "comment", or the "unit". */
  readonly text: string;
}

/** The bytes that tell a series from all others of its target, and their hash. */
export interface SeriesKey {
  readonly keyBytes: Uint8Array;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly keyHash: number;
}

export const noExemplars: readonly Exemplar[] = [];
