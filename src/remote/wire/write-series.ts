/** What a remote write request carries, whichever version of the protocol it is written in. */
import type { Exemplar, Histogram, Labels, MetricMetadata } from "#series";

/** The samples of one series, and what else was sent of it. */
export interface WriteSeries {
  /** As sent: perhaps unsorted, perhaps with a name twice. Name, value, name, value, …. */
  readonly labelPairs: readonly string[];
  readonly floats: FloatRows;
  readonly histograms: readonly HistogramRow[];
  readonly exemplars: readonly Exemplar[];
  /** Only the second version has it. */
  readonly metadata: MetricMetadata | undefined;
}

/** Floats column by column; their bits are exact, so that a stale marker stays one. */
export interface FloatRows {
  readonly count: number;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  /** 0 where not known. */
  readonly startTimestampsMs: Float64Array;
}

export interface HistogramRow {
  readonly timestampMs: number;
  /** 0 where not known. */
  readonly startTimestampMs: number;
  /** Undefined for a stale marker. */
  readonly histogram: Histogram | undefined;
}

/** Metadata of a metric family, sent apart from its series by the first version. */
export interface FamilyMetadata {
  readonly family: string;
  readonly metadata: MetricMetadata;
}

/** The two messages of the protocol, under their names in media types. */
export type WriteMessage = "prometheus.WriteRequest" | "io.prometheus.write.v2.Request";

/** Label sets of series to send are sorted already. */
export interface OutgoingSeries {
  readonly labels: Labels;
  readonly floats: FloatRows;
  readonly histograms: readonly HistogramRow[];
  readonly exemplars: readonly Exemplar[];
  readonly metadata: MetricMetadata | undefined;
}

/** The protocol numbers the types of metrics. */
export const metricTypes: readonly MetricMetadata["type"][] = [
  "unknown",
  "counter",
  "gauge",
  "histogram",
  "gaugehistogram",
  "summary",
  "info",
  "stateset",
];
