import {
  escapeName,
  type Exemplar,
  type EscapingScheme,
  type Histogram,
  type Labels,
} from "#series";
import type { MetricType } from "./reader.ts";

/** Metrics of one name, as they are exposed. */
export interface MetricFamily {
  /** Of a counter with its `_total`, if it has one. */
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  /** Often empty. */
  readonly unit: string;
  readonly metrics: readonly Metric[];
}

/** One metric, which may be several series: a summary or histogram has one for each part. */
export interface Metric {
  /** Without `__name__`, and without the labels of the parts. */
  readonly labels: Labels;
  readonly value: MetricValue;
  /** 0 when the sample has no time of its own. */
  readonly timestampMs: number;
  /** When the counter began; 0 where that is not known. */
  readonly startTimestampMs: number;
}

export type MetricValue = NumberValue | SummaryValue | HistogramValue;

/** A counter, gauge, info, state or a value of unknown type. */
export interface NumberValue {
  readonly kind: "number";
  readonly value: number;
  readonly exemplar: Exemplar | undefined;
}

export interface SummaryValue {
  readonly kind: "summary";
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

export interface HistogramValue {
  readonly kind: "histogram";
  readonly count: number;
  readonly sum: number;
  /** Ascending; the bucket up to +Inf may be left out. Empty for a purely native histogram. */
  readonly buckets: readonly HistogramBucket[];
  readonly native: Histogram | undefined;
  /** Of the native histogram; those of classic buckets are with the buckets. */
  readonly exemplars: readonly Exemplar[];
}

export interface HistogramBucket {
  readonly upper: number;
  /** Observations up to `upper`. */
  readonly cumulativeCount: number;
  readonly exemplar: Exemplar | undefined;
}

/** The family with names that the reader understands. */
export function escapeFamily(family: MetricFamily, scheme: EscapingScheme): MetricFamily {
  if (scheme === "allow-utf-8") return family;
  return {
    ...family,
    name: escapeName(family.name, scheme),
    metrics: family.metrics.map((metric) => ({
      ...metric,
      labels: metric.labels.map((text, at) => (at % 2 === 0 ? escapeName(text, scheme) : text)),
    })),
  };
}
