import type { Exemplar, Histogram, Labels, MetricMetadata } from "#series";

/** A sample that a point became; a point of a classic histogram becomes several. */
export interface TranslatedSample {
  readonly labels: Labels;
  readonly timestampMs: number;
  /** 0 where not known. */
  readonly startTimestampMs: number;
  /** Undefined where the series ends. */
  readonly value: number | Histogram | undefined;
  readonly metadata: MetricMetadata;
  readonly exemplars: readonly Exemplar[];
  /** "delta": only what happened since the sample before. */
  readonly temporality: "delta" | "cumulative";
}

/** What is odd about a request that is taken nevertheless; counted under these names. */
export type WarningCategory =
  | "empty_data_points"
  | "label_name_collision"
  | "histogram_zero_count_non_zero_sum";

/** Where samples go. */
export interface SampleSink {
  /** Throws when the sample cannot be taken, which ends the request. */
  append(sample: TranslatedSample): void;
  warn(category: WarningCategory, text: string): void;
}
