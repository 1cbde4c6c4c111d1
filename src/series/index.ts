export { DurationError, formatDuration, parseDuration, parseSignedDuration } from "./duration.ts";
export {
  type AddedHistograms,
  addHistograms,
  divideHistogram,
  multiplyHistogram,
  subtractHistograms,
} from "./histogram/arithmetic.ts";
export {
  customBound,
  exponentialBound,
  isExponentialSchema,
  isKnownSchema,
} from "./histogram/bounds.ts";
export { bucketIndexes, bucketsAt } from "./histogram/buckets.ts";
export { type HistogramParts, histogramOf } from "./histogram/build.ts";
export {
  type ClassicBucket,
  ClassicHistogram,
  ClassicHistogramError,
  classicBuckets,
} from "./histogram/classic.ts";
export { BucketCursor, type BucketOrder } from "./histogram/cursor.ts";
export {
  type BoundaryRule,
  type BucketRow,
  bucketRows,
  formatHistogram,
  formatHistogramNotation,
} from "./histogram/format.ts";
export { histogramFraction } from "./histogram/fraction.ts";
export { HistogramMean } from "./histogram/mean.ts";
export { type HistogramEstimate, histogramQuantile } from "./histogram/quantile.ts";
export { isReset } from "./histogram/reset.ts";
export {
  compactHistogram,
  equalHistograms,
  floatHistogram,
  reduceResolution,
  supportedHistogram,
} from "./histogram/shape.ts";
export { histogramAverage, histogramVariance } from "./histogram/statistics.ts";
export { type AdditionOutcome, HistogramSum } from "./histogram/sum.ts";
export { type TrimSide, trimHistogram } from "./histogram/trim.ts";
export { histogramProblem } from "./histogram/validate.ts";
export {
  type Buckets,
  type CounterResetHint,
  customBucketsSchema,
  type Histogram,
  noBuckets,
} from "./histogram.ts";
export { formatLabels, formatMatcher, formatSeries } from "./label-format.ts";
export {
  compareLabels,
  dropLabels,
  equalLabels,
  keepLabels,
  labelPairs,
  type Labels,
  labelsKey,
  labelsOf,
  labelValue,
  metricNameLabel,
  noLabels,
  setLabel,
} from "./labels.ts";
export { createMatcher, type LabelMatcher, type MatchOperator } from "./matcher.ts";
export { appendRow, mergeSamples } from "./merge-samples.ts";
export {
  type EscapingScheme,
  escapeName,
  escapingSchemes,
  isValidLabelName,
  isValidMetricName,
  type NameScheme,
  unescapeName,
} from "./names.ts";
export { type RelabelStep, relabel, traceRelabel } from "./relabel.ts";
export {
  createRelabelRule,
  type RelabelAction,
  relabelActions,
  type RelabelConfig,
  RelabelError,
  type RelabelRule,
} from "./relabel-rule.ts";
export { compileRegex, type Regex, type RegexAnchoring, RegexError } from "./regex.ts";
export { SampleBuffer } from "./sample-buffer.ts";
export { isStaleAt, writeStaleAt } from "./stale.ts";
export type {
  Appendable,
  Appender,
  AppendRefusal,
  Exemplar,
  MetricMetadata,
  Querier,
  Queryable,
  SelectHints,
  SeriesRef,
  SeriesSource,
} from "./storage.ts";
