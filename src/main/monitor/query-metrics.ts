/** What the engine of queries tells of itself, under upstream's names. */
import { type Clock, type Meters, RecentValues } from "#base";
import type { FinishedQuery, QueryEngine } from "#promql";

const prefix = "prometheus_engine";
const quantiles = [0.5, 0.9, 0.99];
const durationBuckets = [0.01, 0.1, 1, 10];

/** The parts that a query's time is made of. */
const slices = [
  ["inner_eval", "innerEvalTime"],
  ["prepare_time", "queryPreparationTime"],
  ["queue_time", "execQueueTime"],
  ["result_sort", "resultSortTime"],
] as const;

/** Gives what counts a query that has finished. */
export function countQueries(meters: Meters, clock: Clock): (query: FinishedQuery) => void {
  const histogram = meters.histogram({
    name: `${prefix}_query_duration_histogram_seconds`,
    help: "The duration of various parts of PromQL query execution.",
    labelNames: ["slice"],
    buckets: durationBuckets,
  });
  const durations = slices.map(([slice, timing]) => {
    const recent = new RecentValues(quantiles);
    recent.follow(histogram.with(slice));
    return { slice, timing, recent };
  });
  meters.summary(
    { name: `${prefix}_query_duration_seconds`, help: "Query timings.", labelNames: ["slice"] },
    () =>
      durations.map(({ slice, recent }) => ({
        labelValues: [slice],
        value: recent.summarize(clock.nowMs()),
      })),
  );
  const samples = meters
    .counter({
      name: `${prefix}_query_samples_total`,
      help: "The total number of samples loaded by all queries.",
    })
    .with();
  const samplesRead = meters
    .counter({
      name: `${prefix}_query_samples_read_total`,
      help: "The total number of samples read by all queries, each once.",
    })
    .with();
  return ({ statistics, error }) => {
    samples.add(statistics.samples.totalQueryableSamples);
    samplesRead.add(statistics.samples.totalSamplesRead);
    if (error !== undefined) return;
    const nowMs = clock.nowMs();
    for (const { timing, recent } of durations) recent.add(statistics.timings[timing], nowMs);
  };
}

/** What is known without counting. */
export function showQueries(
  meters: Meters,
  engine: QueryEngine,
  facts: {
    readonly runningMax: number;
    readonly isLogOn: () => boolean;
    readonly logFailureCount: () => number;
  },
): void {
  const show = (name: string, help: string, value: () => number) =>
    meters.sampled({ name: `${prefix}_${name}`, help }, "gauge", () => [
      { labelValues: [], value: value() },
    ]);
  show("queries", "The current number of queries being executed or waiting.", () => {
    return engine.activeQueries().length;
  });
  show("queries_concurrent_max", "The max number of concurrent queries.", () => facts.runningMax);
  show("query_log_enabled", "State of the query log.", () => (facts.isLogOn() ? 1 : 0));
  const failures = "The number of query log failures.";
  meters.sampled({ name: `${prefix}_query_log_failures_total`, help: failures }, "counter", () => [
    { labelValues: [], value: facts.logFailureCount() },
  ]);
}
