/** Metrics of OpenTelemetry as samples of series. */
import { formatFloat, quoteGo } from "#base";
import {
  type Exemplar,
  type Labels,
  type MetricMetadata,
  metricNameLabel,
  setLabel,
} from "#series";
import type {
  ExponentialPoint,
  HistogramPoint,
  Metric,
  MetricBody,
  NumberPoint,
  Point,
  ResourceMetrics,
  SummaryPoint,
} from "../metrics.ts";
import { metricName, type NamedMetric } from "../naming/metric-name.ts";
import { unitName } from "../naming/unit-name.ts";
import { exemplarsOf } from "./exemplars.ts";
import { customHistogram, exponentialHistogram } from "./histogram.ts";
import type { DeltaRule, TranslationRules } from "./rules.ts";
import type { SampleSink, TranslatedSample } from "./sample.ts";
import { SourceLabels } from "./source-labels.ts";
import { TargetSamples } from "./target-samples.ts";

/** Something of a request that cannot become a sample; the request is answered with it. */
class TranslationError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = "TranslationError";
  }
}

/** Hands all samples to the sink, in the order of the request. Throws what the sink throws too. */
export function translateMetrics(
  resources: readonly ResourceMetrics[],
  rules: TranslationRules,
  sink: SampleSink,
): void {
  const targets = new TargetSamples(rules.lookbackMs, sink);
  for (const { attributes, scopes } of resources) {
    const labels = new SourceLabels(attributes, rules, sink.warn);
    for (const scope of scopes) {
      labels.enter(scope);
      for (const metric of scope.metrics) new MetricTranslation(metric, rules, labels, sink).run();
    }
    const points = scopes.flatMap(({ metrics }) => metrics.flatMap(({ body }) => pointsOf(body)));
    if (points.length > 0) targets.append(labels.ofTarget(attributes), points);
  }
}

function pointsOf(body: MetricBody): readonly Point[] {
  return body.kind === "unknown" ? [] : body.points;
}

/** One metric on its way to the sink. */
class MetricTranslation {
  readonly #metric: Metric;
  readonly #rules: TranslationRules;
  readonly #labels: SourceLabels;
  readonly #sink: SampleSink;
  readonly #name: string;
  readonly #metadata: MetricMetadata;
  readonly #temporality: "delta" | "cumulative";

  constructor(metric: Metric, rules: TranslationRules, labels: SourceLabels, sink: SampleSink) {
    this.#metric = metric;
    this.#rules = rules;
    this.#labels = labels;
    this.#sink = sink;
    this.#temporality = temporalityOf(metric, rules.deltas);
    const { name, unit, description, body } = metric;
    this.#name = metricName({ name, unit, kind: nameKindOf(body) }, rules.names);
    const isDelta = this.#temporality === "delta" && rules.deltas === "kept";
    this.#metadata = {
      type: isDelta ? "unknown" : typeOf(body),
      unit: unitName(unit, "escaped"),
      help: description,
    };
  }

  run(): void {
    const { name, body } = this.#metric;
    if (body.kind === "unknown") throw new TranslationError("unsupported metric type");
    if (body.points.length === 0) {
      this.#sink.warn("empty_data_points", `empty data points. ${name} is dropped`);
    }
    switch (body.kind) {
      case "gauge":
        for (const point of body.points) this.#number(point, []);
        return;
      case "sum":
        for (const point of body.points) this.#number(point, exemplarsOf(point.exemplars));
        return;
      case "histogram":
        for (const point of body.points) this.#histogram(point);
        return;
      case "exponentialHistogram":
        for (const point of body.points) this.#exponential(point);
        return;
      case "summary":
        for (const point of body.points) this.#summary(point);
    }
  }

  #number(point: NumberPoint, exemplars: readonly Exemplar[]): void {
    this.#append(point, this.#named(this.#labelsOf(point), ""), point.value, exemplars);
  }

  #histogram(point: HistogramPoint): void {
    if (this.#rules.histogramsAs === "classic") {
      this.#classic(point);
      return;
    }
    this.#warnOfSum(point, "histogram data point");
    const histogram = customHistogram(point, this.#temporality);
    const labels = this.#named(this.#labelsOf(point), "");
    this.#append(point, labels, histogram, exemplarsOf(point.exemplars));
  }

  #exponential(point: ExponentialPoint): void {
    this.#warnOfSum(point, "exponential histogram data point");
    const histogram = exponentialHistogram(point, this.#temporality);
    const labels = this.#named(this.#labelsOf(point), "");
    this.#append(point, labels, histogram, exemplarsOf(point.exemplars));
  }

  /** Exemplars go to the buckets that hold them; both are in order. */
  #classic(point: HistogramPoint): void {
    const labels = this.#labelsOf(point);
    if (point.sum !== undefined) this.#append(point, this.#named(labels, "_sum"), point.sum);
    this.#append(point, this.#named(labels, "_count"), point.count);
    const bucketLabels = this.#named(labels, "_bucket");
    const exemplars = exemplarsOf(point.exemplars);
    let placed = 0;
    let count = 0;
    for (const [index, bound] of point.bounds.slice(0, point.bucketCounts.length).entries()) {
      count += point.bucketCounts[index] ?? 0;
      const first = placed;
      while (placed < exemplars.length && !isBeyond(exemplars[placed], bound)) placed++;
      const inside = exemplars.slice(first, placed);
      this.#append(point, setLabel(bucketLabels, "le", formatFloat(bound, "f")), count, inside);
    }
    const rest = exemplars.slice(placed);
    this.#append(point, setLabel(bucketLabels, "le", "+Inf"), point.count, rest);
  }

  #summary(point: SummaryPoint): void {
    const labels = this.#labelsOf(point);
    this.#append(point, this.#named(labels, "_sum"), point.sum);
    this.#append(point, this.#named(labels, "_count"), point.count);
    for (const { quantile, value } of point.quantiles) {
      const named = setLabel(this.#named(labels, ""), "quantile", formatFloat(quantile, "f"));
      this.#append(point, named, value);
    }
  }

  #append(
    { timestampMs, startTimestampMs, isEnd }: Point,
    labels: Labels,
    value: TranslatedSample["value"],
    exemplars: readonly Exemplar[] = [],
  ): void {
    const times = { timestampMs, startTimestampMs };
    const metadata = this.#metadata;
    const temporality = this.#temporality;
    const kept = isEnd ? undefined : value;
    this.#sink.append({ labels, ...times, value: kept, metadata, exemplars, temporality });
  }

  #labelsOf({ attributes }: Point): Labels {
    return this.#labels.ofPoint(attributes, this.#metadata);
  }

  #named(labels: Labels, ending: string): Labels {
    return setLabel(labels, metricNameLabel, this.#name + ending);
  }

  #warnOfSum({ count, sum = 0, isEnd }: HistogramPoint | ExponentialPoint, what: string): void {
    if (isEnd || count !== 0 || sum === 0) return;
    const text = `${what} has zero count, but non-zero sum: ${sum.toFixed(6)}`;
    this.#sink.warn("histogram_zero_count_non_zero_sum", text);
  }
}

function isBeyond(exemplar: Exemplar | undefined, bound: number): boolean {
  return exemplar !== undefined && exemplar.value > bound;
}

function temporalityOf({ name, body }: Metric, deltas: DeltaRule): "delta" | "cumulative" {
  if (!("temporality" in body) || body.temporality === "cumulative") return "cumulative";
  if (body.temporality === "delta" && deltas !== "refused") return "delta";
  throw new TranslationError(
    `invalid temporality and type combination for metric ${quoteGo(name)}`,
  );
}

function nameKindOf(body: MetricBody): NamedMetric["kind"] {
  if (body.kind === "gauge") return "gauge";
  return body.kind === "sum" && body.isMonotonic ? "counter" : "other";
}

function typeOf(body: MetricBody): MetricMetadata["type"] {
  switch (body.kind) {
    case "sum":
      return body.isMonotonic ? "counter" : "gauge";
    case "exponentialHistogram":
      return "histogram";
    default:
      return body.kind;
  }
}
