/**
 * Where a part of the program counts what it does. Parts ask for their series once, by upstream's
 * names, and keep them; who shows the figures, and in which format, is none of their business.
 */

/** What a metric is called and how its series differ. */
export interface MetricSpec {
  readonly name: string;
  /** A sentence. */
  readonly help: string;
  readonly labelNames?: readonly string[];
}

export interface HistogramSpec extends MetricSpec {
  /** Upper bounds, ascending, without +Inf. */
  readonly buckets: readonly number[];
}

/** One series that only grows. */
export interface Counter {
  /** Adds 1, or an `amount` of at least 0. */
  add(amount?: number): void;
}

/** One series that goes up and down. */
export interface Gauge {
  set(value: number): void;
  add(amount: number): void;
}

/** One classic histogram. */
export interface HistogramMetric {
  observe(value: number): void;
}

/** The series of a metric: one for each combination of label values, made when it is first asked for. */
export interface MetricVector<Series> {
  /** Values in the order of the label names. Keep the series where it is used often. */
  with(...labelValues: readonly string[]): Series;
  /** Forgets a series, which is then exposed no more. */
  remove(...labelValues: readonly string[]): void;
}

/** A value that is asked for when somebody looks. */
export interface SampledValue {
  readonly labelValues: readonly string[];
  readonly value: number;
}

/** How often something was observed, the sum of it, and quantiles of what was observed lately. */
export interface SummaryFigures {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

/** The figures of one series of a summary. */
export interface SampledSummary {
  readonly labelValues: readonly string[];
  readonly value: SummaryFigures;
}

/** A name that is taken or malformed is a bug and asserts. */
export interface Meters {
  counter(spec: MetricSpec): MetricVector<Counter>;
  gauge(spec: MetricSpec): MetricVector<Gauge>;
  histogram(spec: HistogramSpec): MetricVector<HistogramMetric>;
  /** A metric whose values exist elsewhere; `sample` is called whenever somebody looks. */
  sampled(spec: MetricSpec, type: "counter" | "gauge", sample: () => Iterable<SampledValue>): void;
  /** The same for a summary. */
  summary(spec: MetricSpec, sample: () => Iterable<SampledSummary>): void;
}

/** For programs at whose figures nobody looks. */
export const uncounted: Meters = {
  counter: () => ({ with: () => ({ add: () => {} }), remove: () => {} }),
  gauge: () => ({ with: () => ({ set: () => {}, add: () => {} }), remove: () => {} }),
  histogram: () => ({ with: () => ({ observe: () => {} }), remove: () => {} }),
  sampled: () => {},
  summary: () => {},
};

/** `count` bounds, each `factor` times the one before, rounded as upstream's are. */
export function exponentialBuckets(
  first: number,
  factor: number,
  count: number,
): readonly number[] {
  const bounds: number[] = [];
  for (let bound = first; bounds.length < count; bound *= factor) bounds.push(bound);
  return bounds;
}

/** The bounds that upstream's client library has unless told otherwise, in seconds. */
export const defaultBuckets: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];
