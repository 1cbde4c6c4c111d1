import type { CounterResetHint, MetricMetadata } from "#series";

/** The first byte of a record. */
export const recordTypes = {
  series: 1,
  samples: 2,
  tombstones: 3,
  exemplars: 4,
  mmapMarkers: 5,
  metadata: 6,
  histograms: 7,
  floatHistograms: 8,
  customHistograms: 9,
  customFloatHistograms: 10,
  samplesV2: 11,
  histogramsV2: 12,
  floatHistogramsV2: 13,
} as const;

/** In the order of their numbers. */
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

/** In the order of their numbers. */
export const hintNumbers: readonly CounterResetHint[] = ["unknown", "reset", "notReset", "gauge"];

/** How a start timestamp is told: not at all, as that of the sample before, or by itself. */
export const noStart = 0;
export const sameStart = 1;
export const explicitStart = 2;
