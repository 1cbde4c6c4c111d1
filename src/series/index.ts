export { DurationError, formatDuration, parseDuration, parseSignedDuration } from "./duration.ts";
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
export {
  type EscapingScheme,
  escapeName,
  escapingSchemes,
  isValidLabelName,
  isValidMetricName,
  type NameScheme,
  unescapeName,
} from "./names.ts";
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
