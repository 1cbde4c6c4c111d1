/** For tests: meters that show what was counted, a line for each series. */

import type {
  Counter,
  Gauge,
  HistogramMetric,
  HistogramSpec,
  Meters,
  MetricSpec,
  MetricVector,
  SampledSummary,
  SampledValue,
} from "./meters.ts";

type Show = () => readonly (readonly [labelValues: readonly string[], shown: string])[];

export class RecordingMeters implements Meters {
  readonly #metrics: { readonly spec: MetricSpec; readonly show: Show }[] = [];

  counter(spec: MetricSpec): MetricVector<Counter> {
    return this.#numbers(spec);
  }

  gauge(spec: MetricSpec): MetricVector<Gauge> {
    return this.#numbers(spec);
  }

  /** Shown as the observations, in order. */
  histogram(spec: HistogramSpec): MetricVector<HistogramMetric> {
    const series = new Map<string, { labelValues: readonly string[]; observed: number[] }>();
    this.#metrics.push({
      spec,
      show: () =>
        Array.from(series.values())
          .filter(({ observed }) => observed.length > 0)
          .map(({ labelValues, observed }) => [labelValues, observed.join(" ")]),
    });
    return {
      with: (...labelValues) => {
        const key = labelValues.join("\0");
        const one = series.get(key) ?? { labelValues, observed: [] };
        series.set(key, one);
        return { observe: (value) => void one.observed.push(value) };
      },
      remove: (...labelValues) => void series.delete(labelValues.join("\0")),
    };
  }

  sampled(
    spec: MetricSpec,
    _type: "counter" | "gauge",
    sample: () => Iterable<SampledValue>,
  ): void {
    this.#metrics.push({
      spec,
      show: () => shownNumbers(sample()),
    });
  }

  /** Shown as how often something was observed. */
  summary(spec: MetricSpec, sample: () => Iterable<SampledSummary>): void {
    this.#metrics.push({
      spec,
      show: () =>
        shownNumbers(
          Array.from(sample(), ({ labelValues, value }) => ({ labelValues, value: value.count })),
        ),
    });
  }

  /** The series whose names begin so: `name{label="value"} 5`; numbers that are 0 are left out. */
  lines(start = ""): readonly string[] {
    return this.#metrics
      .filter(({ spec }) => spec.name.startsWith(start))
      .flatMap(({ spec, show }) =>
        show().map(([values, shown]) => `${spec.name}${formatLabels(spec, values)} ${shown}`),
      );
  }

  #numbers(spec: MetricSpec): MetricVector<Counter & Gauge> {
    const series = new Map<string, { labelValues: readonly string[]; value: number }>();
    this.#metrics.push({
      spec,
      show: () => shownNumbers(series.values()),
    });
    return {
      with: (...labelValues) => {
        const key = labelValues.join("\0");
        const one = series.get(key) ?? { labelValues, value: 0 };
        series.set(key, one);
        return {
          add: (amount = 1) => void (one.value += amount),
          set: (value) => void (one.value = value),
        };
      },
      remove: (...labelValues) => void series.delete(labelValues.join("\0")),
    };
  }
}

function shownNumbers(series: Iterable<SampledValue>): ReturnType<Show> {
  return Array.from(series)
    .filter(({ value }) => value !== 0)
    .map(({ labelValues, value }) => [labelValues, String(value)]);
}

function formatLabels({ labelNames = [] }: MetricSpec, values: readonly string[]): string {
  const pairs = labelNames.map((name, at) => `${name}="${values[at] ?? ""}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
