import {
  assert,
  compareText,
  type Counter,
  type Gauge,
  type HistogramMetric,
  type HistogramSpec,
  type Meters,
  type MetricSpec,
  type MetricVector,
  type SampledSummary,
  type SampledValue,
} from "#base";
import { isValidLabelName, isValidMetricName, type Labels, labelsKey, labelsOf } from "#series";
import type { Metric, MetricFamily, MetricValue } from "./family.ts";
import type { MetricType } from "./reader.ts";

/**
 * The metrics of this program. Whoever measures something gets its counters, gauges and histograms
 * from here once and keeps them; whoever exposes them asks for all families.
 *
 * Metric names are a contract with users, so a name that is taken or malformed is a bug and asserts.
 */
export class MetricRegistry implements Meters {
  readonly #sources = new Map<string, () => MetricFamily>();

  counter(spec: MetricSpec): MetricVector<Counter> {
    return this.#register(spec, "counter", () => new CounterSeries());
  }

  gauge(spec: MetricSpec): MetricVector<Gauge> {
    return this.#register(spec, "gauge", () => new GaugeSeries());
  }

  histogram(spec: HistogramSpec): MetricVector<HistogramMetric> {
    const isAscending = spec.buckets.every(
      (bound, at) => at === 0 || bound > (spec.buckets[at - 1] ?? 0),
    );
    assert(isAscending, `the bounds of ${spec.name} ascend`);
    return this.#register(spec, "histogram", () => new HistogramSeries(spec.buckets));
  }

  /** A metric whose values exist elsewhere; `sample` is called for every exposition. */
  sampled(spec: MetricSpec, type: "counter" | "gauge", sample: () => Iterable<SampledValue>): void {
    this.#add(spec, () => {
      const metrics = Array.from(sample(), ({ labelValues, value }) => {
        const labels = labelsFor(spec, labelValues);
        return metricOf(labels, { kind: "number", value, exemplar: undefined });
      });
      return familyOf(spec, type, metrics);
    });
  }

  /** A summary whose figures exist elsewhere; `sample` is called for every exposition. */
  summary(spec: MetricSpec, sample: () => Iterable<SampledSummary>): void {
    this.#add(spec, () => {
      const metrics = Array.from(sample(), ({ labelValues, value }) =>
        metricOf(labelsFor(spec, labelValues), { kind: "summary", ...value }),
      );
      return familyOf(spec, "summary", metrics);
    });
  }

  /** Everything that has series now, by name. */
  families(): readonly MetricFamily[] {
    const names = [...this.#sources.keys()].sort(compareText);
    const families = names.flatMap((name) => this.#sources.get(name)?.() ?? []);
    return families.filter((family) => family.metrics.length > 0);
  }

  #register<Series extends Valued>(
    spec: MetricSpec,
    type: MetricType,
    create: () => Series,
  ): MetricVector<Series> {
    const vector = new SeriesVector(spec, create);
    this.#add(spec, () => familyOf(spec, type, vector.metrics()));
    // A metric without labels is there from the start, at zero.
    if (spec.labelNames === undefined || spec.labelNames.length === 0) vector.with();
    return vector;
  }

  #add(spec: MetricSpec, family: () => MetricFamily): void {
    assert(isValidMetricName(spec.name, "legacy"), `${spec.name} is a metric name`);
    for (const label of spec.labelNames ?? []) {
      assert(isValidLabelName(label, "legacy"), `${label} is a label name`);
    }
    assert(!this.#sources.has(spec.name), `the metric ${spec.name} is registered once`);
    this.#sources.set(spec.name, family);
  }
}

interface Valued {
  value(): MetricValue;
}

class SeriesVector<Series extends Valued> implements MetricVector<Series> {
  readonly #spec: MetricSpec;
  readonly #create: () => Series;
  readonly #series = new Map<string, { readonly labels: Labels; readonly series: Series }>();

  constructor(spec: MetricSpec, create: () => Series) {
    this.#spec = spec;
    this.#create = create;
  }

  with(...labelValues: readonly string[]): Series {
    const key = labelsKey(labelValues);
    const known = this.#series.get(key);
    if (known !== undefined) return known.series;
    const series = this.#create();
    this.#series.set(key, { labels: labelsFor(this.#spec, labelValues), series });
    return series;
  }

  remove(...labelValues: readonly string[]): void {
    this.#series.delete(labelsKey(labelValues));
  }

  metrics(): readonly Metric[] {
    return Array.from(this.#series.values(), ({ labels, series }) => {
      return metricOf(labels, series.value());
    });
  }
}

class CounterSeries implements Counter {
  #value = 0;

  add(amount = 1): void {
    assert(amount >= 0, "a counter only grows");
    this.#value += amount;
  }

  value(): MetricValue {
    return { kind: "number", value: this.#value, exemplar: undefined };
  }
}

class GaugeSeries implements Gauge {
  #value = 0;

  set(value: number): void {
    this.#value = value;
  }

  add(amount: number): void {
    this.#value += amount;
  }

  value(): MetricValue {
    return { kind: "number", value: this.#value, exemplar: undefined };
  }
}

class HistogramSeries implements HistogramMetric {
  readonly #bounds: readonly number[];
  /** How many observations fell into each bucket, the last being that up to +Inf. */
  readonly #counts: Float64Array;
  #count = 0;
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const found = this.#bounds.findIndex((bound) => value <= bound);
    const at = found < 0 ? this.#bounds.length : found;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#count++;
    this.#sum += value;
  }

  value(): MetricValue {
    let cumulativeCount = 0;
    const buckets = this.#bounds.map((upper, at) => {
      cumulativeCount += this.#counts[at] ?? 0;
      return { upper, cumulativeCount, exemplar: undefined };
    });
    const rest = { native: undefined, exemplars: [] };
    return { kind: "histogram", count: this.#count, sum: this.#sum, buckets, ...rest };
  }
}

function labelsFor(spec: MetricSpec, values: readonly string[]): Labels {
  const names = spec.labelNames ?? [];
  assert(names.length === values.length, `${spec.name} has ${names.length} labels`);
  return labelsOf(names.map((name, at) => [name, values[at] ?? ""]));
}

function familyOf(spec: MetricSpec, type: MetricType, metrics: readonly Metric[]): MetricFamily {
  return { name: spec.name, help: spec.help, type, unit: "", metrics };
}

function metricOf(labels: Labels, value: MetricValue): Metric {
  return { labels, value, timestampMs: 0, startTimestampMs: 0 };
}
