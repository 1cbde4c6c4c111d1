/** The field numbers of `io.prometheus.client`, message by message. */
import type { MetricType } from "./reader.ts";

export const familyField = { name: 1, help: 2, type: 3, metric: 4, unit: 5 } as const;

export const metricField = {
  label: 1,
  gauge: 2,
  counter: 3,
  summary: 4,
  untyped: 5,
  timestampMs: 6,
  histogram: 7,
} as const;

export const pairField = { name: 1, value: 2 } as const;

/** Gauges and untyped values have the first only. */
export const counterField = { value: 1, exemplar: 2, created: 3 } as const;

export const summaryField = { count: 1, sum: 2, quantile: 3, created: 4 } as const;
export const quantileField = { quantile: 1, value: 2 } as const;

export const histogramField = {
  count: 1,
  sum: 2,
  bucket: 3,
  countFloat: 4,
  schema: 5,
  zeroThreshold: 6,
  zeroCount: 7,
  zeroCountFloat: 8,
  negativeSpan: 9,
  negativeDelta: 10,
  negativeCount: 11,
  positiveSpan: 12,
  positiveDelta: 13,
  positiveCount: 14,
  created: 15,
  exemplar: 16,
} as const;

export const bucketField = { count: 1, upper: 2, exemplar: 3, countFloat: 4 } as const;
export const spanField = { offset: 1, length: 2 } as const;
export const exemplarField = { label: 1, value: 2, timestamp: 3 } as const;
export const timestampField = { seconds: 1, nanos: 2 } as const;

/** The numbers of the types; those that only OpenMetrics has are exposed as what they are made of. */
export const metricTypeNumbers: Readonly<Record<MetricType, number>> = {
  counter: 0,
  gauge: 1,
  summary: 2,
  unknown: 3,
  histogram: 4,
  gaugehistogram: 5,
  info: 1,
  stateset: 1,
};

/** The type of each number. */
export const metricTypes: readonly MetricType[] = [
  "counter",
  "gauge",
  "summary",
  "unknown",
  "histogram",
  "gaugehistogram",
];
