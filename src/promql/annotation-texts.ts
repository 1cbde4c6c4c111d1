/** Every annotation that an evaluation can leave, in upstream's words. */
import { formatFloat, quoteGo } from "#base";
import type { Annotation, AnnotationDetails } from "./annotations.ts";
import type { Span } from "./syntax/ast.ts";

function warning(span: Span, text: string): Annotation {
  return { level: "warning", text, span };
}

function info(span: Span, text: string): Annotation {
  return { level: "info", text, span };
}

function ofMetric(metricName: string): string {
  return metricName === "" ? "" : ` for metric name ${quoteGo(metricName)}`;
}

export function invalidQuantile(quantile: number, span: Span): Annotation {
  const got = formatFloat(quantile, "g");
  return warning(span, `quantile value should be between 0 and 1, got ${got}`);
}

export function invalidRatio(ratio: number, cap: number, span: Span): Annotation {
  const facts = `got ${formatFloat(ratio, "g")}, capping to ${formatFloat(cap, "g")}`;
  return warning(span, `ratio value should be between -1 and 1, ${facts}`);
}

export function badBucketLabel(metricName: string, bound: string, span: Span): Annotation {
  const text = `bucket label "le" is missing or has a malformed value of ${quoteGo(bound)}`;
  return warning(span, text + ofMetric(metricName));
}

export function mixedFloatsAndHistograms(metricName: string, span: Span): Annotation {
  const name = quoteGo(metricName);
  return warning(span, `encountered a mix of histograms and floats for metric name ${name}`);
}

export function mixedInAggregation(span: Span): Annotation {
  return warning(span, "encountered a mix of histograms and floats for aggregation");
}

export function mixedClassicAndNative(metricName: string, span: Span): Annotation {
  const text = "vector contains a mix of classic and native histograms";
  return warning(span, text + ofMetric(metricName));
}

export function histogramNotCounter(metricName: string, span: Span): Annotation {
  const name = quoteGo(metricName);
  return warning(span, `this native histogram metric is not a counter: ${name}`);
}

export function histogramNotGauge(metricName: string, span: Span): Annotation {
  const name = quoteGo(metricName);
  return warning(span, `this native histogram metric is not a gauge: ${name}`);
}

export function mixedBucketSchemas(metricName: string, span: Span): Annotation {
  const text =
    "vector contains a mix of histograms with exponential and custom buckets schemas for metric name";
  return warning(span, `${text} ${quoteGo(metricName)}`);
}

export function incompatibleBuckets(operator: string, span: Span): Annotation {
  return warning(span, `incompatible bucket layout encountered for binary operator ${operator}`);
}

export function sortInRangeQuery(span: Span): Annotation {
  return warning(
    span,
    "sort is ineffective for range queries since results are always ordered by labels",
  );
}

export function possibleNonCounter(metricName: string, span: Span): Annotation {
  const text = "metric might not be a counter, name does not end in _total/_sum/_count/_bucket:";
  return info(span, `${text} ${quoteGo(metricName)}`);
}

export function possibleNonCounterLabel(metricName: string, type: string, span: Span): Annotation {
  const text =
    'metric might not be a counter, __type__ label is not set to "counter" or "histogram"';
  return info(span, `${text}, got ${quoteGo(type)}: ${quoteGo(metricName)}`);
}

export function incompatibleTypes(operands: readonly string[], span: Span): Annotation {
  const operator = quoteGo(operands[1] ?? "");
  const text = "incompatible sample types encountered for binary operator";
  return info(span, `${text} ${operator}: ${operands.join(" ")}`);
}

export function histogramIgnored(aggregation: string, span: Span): Annotation {
  return info(span, `ignored histogram in ${aggregation} aggregation`);
}

export function histogramsIgnoredInRange(metricName: string, span: Span): Annotation {
  const text =
    "ignored histograms in a range containing both floats and histograms for metric name";
  return info(span, `${text} ${quoteGo(metricName)}`);
}

export function quantileOfNaN(metricName: string, span: Span): Annotation {
  const text = "input to histogram_quantile has NaN observations, result is NaN";
  return info(span, text + ofMetric(metricName));
}

export function quantileSkewedByNaN(metricName: string, span: Span): Annotation {
  const text = "input to histogram_quantile has NaN observations, result is skewed higher";
  return info(span, text + ofMetric(metricName));
}

export function fractionWithoutNaN(metricName: string, span: Span): Annotation {
  const text =
    "input to histogram_fraction has NaN observations, which are excluded from all fractions";
  return info(span, text + ofMetric(metricName));
}

/** What combined histograms when something about them had to be settled. */
export type HistogramOperation = "addition" | "subtraction" | "aggregation";

export function counterResetCollision(operation: HistogramOperation, span: Span): Annotation {
  return warning(span, `conflicting counter resets during histogram ${operation}`);
}

export function mismatchedCustomBuckets(operation: HistogramOperation, span: Span): Annotation {
  return info(span, `mismatched custom buckets were reconciled during ${operation}`);
}

export function startTimeOverlap(metricName: string, span: Span): Annotation {
  const text = "sample has start time that overlaps with previous sample timestamp for metric";
  return {
    ...warning(span, `${text} ${quoteGo(metricName)}`),
    details: occurrences(1),
  };
}

interface Occurrences extends AnnotationDetails {
  readonly count: number;
}

function occurrences(count: number): Occurrences {
  return {
    count,
    merge(previous) {
      return occurrences(count + ("count" in previous ? Number(previous.count) : 0));
    },
    format: () => (count > 1 ? ` (${count} occurrences)` : ""),
  };
}

/** How the buckets of a classic histogram had to be changed to grow with their bounds. */
export interface ForcedMonotonicity {
  readonly boundMin: number;
  readonly boundMax: number;
  readonly differenceMax: number;
}

export function forcedMonotonicity(
  metricName: string,
  forced: ForcedMonotonicity,
  timeMs: number,
  span: Span,
): Annotation {
  const text =
    "input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)";
  return {
    ...info(span, text + ofMetric(metricName)),
    details: new ForcedSamples({ ...forced, fromMs: timeMs, toMs: timeMs, count: 1 }),
  };
}

interface ForcedFacts extends ForcedMonotonicity {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

class ForcedSamples implements AnnotationDetails {
  readonly #facts: ForcedFacts;

  constructor(facts: ForcedFacts) {
    this.#facts = facts;
  }

  merge(previous: AnnotationDetails): AnnotationDetails {
    if (!(previous instanceof ForcedSamples)) return this;
    const before = previous.#facts;
    const now = this.#facts;
    return new ForcedSamples({
      boundMin: Math.min(before.boundMin, now.boundMin),
      boundMax: Math.max(before.boundMax, now.boundMax),
      differenceMax: Math.max(before.differenceMax, now.differenceMax),
      fromMs: Math.min(before.fromMs, now.fromMs),
      toMs: Math.max(before.toMs, now.toMs),
      count: before.count + now.count,
    });
  }

  format(): string {
    const { boundMin, boundMax, differenceMax, fromMs, toMs, count } = this.#facts;
    const bounds = `from buckets ${formatFloat(boundMin, "g")} to ${formatFloat(boundMax, "g")}`;
    const difference = `with a max diff of ${formatTwoDigits(differenceMax)}`;
    const times = `over ${count} samples from ${formatTime(fromMs)} to ${formatTime(toMs)}`;
    return `, ${bounds}, ${difference}, ${times}`;
  }
}

/** `%.2g`. */
function formatTwoDigits(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return formatFloat(value, "g");
  const [digits = "", exponent = "0"] = value.toExponential(1).split("e");
  if (Number(exponent) >= -4 && Number(exponent) < 2) return String(Number(value.toPrecision(2)));
  const sign = exponent.startsWith("-") ? "-" : "+";
  return `${digits.replace(".0", "")}e${sign}${exponent.slice(1).padStart(2, "0")}`;
}

function formatTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d{3}Z$/, "Z");
}
