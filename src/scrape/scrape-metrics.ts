import { type Clock, type Meters, RecentValues } from "#base";
import type { ScrapeEvent } from "./scrape-loop.ts";
import type { Refused } from "./target-series.ts";

/** What the scraper tells of itself, under upstream's names. */
export interface ScrapeMetrics {
  observe(event: ScrapeEvent): void;
  pools(counts: { readonly added: number; readonly reloaded: number }): void;
  synced(jobName: string): void;
  forget(jobName: string): void;
}

const refusals: readonly (readonly [refused: Refused, name: string, help: string])[] = [
  [
    "outOfOrder",
    "prometheus_target_scrapes_sample_out_of_order_total",
    "Total number of samples rejected due to not being out of the expected order.",
  ],
  [
    "duplicate",
    "prometheus_target_scrapes_sample_duplicate_timestamp_total",
    "Total number of samples rejected due to duplicate timestamps but different values.",
  ],
  [
    "outOfBounds",
    "prometheus_target_scrapes_sample_out_of_bounds_total",
    "Total number of samples rejected due to timestamp falling outside of the time bounds.",
  ],
  [
    "exemplarOutOfOrder",
    "prometheus_target_scrapes_exemplar_out_of_order_total",
    "Total number of exemplar rejected due to not being out of the expected order.",
  ],
];

const limits: readonly (readonly [refused: Refused, name: string, help: string])[] = [
  [
    "sampleLimit",
    "prometheus_target_scrapes_exceeded_sample_limit_total",
    "Total number of scrapes that hit the sample limit and were rejected.",
  ],
  [
    "bucketLimit",
    "prometheus_target_scrapes_exceeded_native_histogram_bucket_limit_total",
    "Total number of scrapes that hit the native histogram bucket limit and were rejected.",
  ],
  [
    "labelLimit",
    "prometheus_target_scrape_pool_exceeded_label_limits_total",
    "Total number of times scrape pools hit the label limits.",
  ],
];

/** Targets and their limit, 0 for none, of each job. */
type TargetCounts = () => Iterable<readonly [jobName: string, count: number, limit: number]>;

export function scrapeMetrics(
  meters: Meters,
  clock: Clock,
  targetCounts: TargetCounts,
): ScrapeMetrics {
  const plain = (name: string, help: string) => meters.counter({ name, help }).with();
  const refused = refusals.map(([key, name, help]) => [key, plain(name, help)] as const);
  const limited = limits.map(([key, name, help]) => [key, plain(name, help)] as const);
  const tooLarge = plain(
    "prometheus_target_scrapes_exceeded_body_size_limit_total",
    "Total number of scrapes that hit the body size limit.",
  );
  const pools = plain(
    "prometheus_target_scrape_pools_total",
    "Total number of scrape pool creation attempts.",
  );
  const reloads = plain(
    "prometheus_target_scrape_pool_reloads_total",
    "Total number of scrape pool reloads.",
  );
  const syncs = meters.counter({
    name: "prometheus_target_scrape_pool_sync_total",
    help: "Total number of syncs that were executed on a scrape pool.",
    labelNames: ["scrape_job"],
  });
  const observeInterval = intervalMetric(meters, clock);
  targetGauges(meters, targetCounts);
  return {
    observe: ({ figures, isTooLarge, target, intervalSeconds }) => {
      if (intervalSeconds !== undefined) observeInterval(target.spec.intervalMs, intervalSeconds);
      for (const [key, counter] of refused) {
        if (figures.refused[key] > 0) counter.add(figures.refused[key]);
      }
      for (const [key, counter] of limited) if (figures.refused[key] > 0) counter.add();
      if (isTooLarge) tooLarge.add();
    },
    pools: ({ added, reloaded }) => {
      pools.add(added);
      reloads.add(reloaded);
    },
    synced: (jobName) => syncs.with(jobName).add(),
    forget: (jobName) => syncs.remove(jobName),
  };
}

function targetGauges(meters: Meters, targetCounts: TargetCounts): void {
  const labelNames = ["scrape_job"];
  meters.sampled(
    {
      name: "prometheus_target_scrape_pool_targets",
      help: "Current number of targets in this scrape pool.",
      labelNames,
    },
    "gauge",
    () => Array.from(targetCounts(), ([job, value]) => ({ labelValues: [job], value })),
  );
  meters.sampled(
    {
      name: "prometheus_target_scrape_pool_target_limit",
      help: "Maximum number of targets allowed in this scrape pool.",
      labelNames,
    },
    "gauge",
    () => Array.from(targetCounts(), ([job, , value]) => ({ labelValues: [job], value })),
  );
}

/** Tells how evenly scrapes are made, by what the interval should be. */
function intervalMetric(
  meters: Meters,
  clock: Clock,
): (intervalMs: number, seconds: number) => void {
  const intervals = new Map<string, RecentValues>();
  meters.summary(
    {
      name: "prometheus_target_interval_length_seconds",
      help: "Actual intervals between scrapes.",
      labelNames: ["interval"],
    },
    () =>
      Array.from(intervals, ([interval, values]) => ({
        labelValues: [interval],
        value: values.summarize(clock.elapsedMs()),
      })),
  );
  return (intervalMs, seconds) => {
    const interval = formatGoDuration(intervalMs);
    const values = intervals.get(interval) ?? new RecentValues([0.01, 0.05, 0.5, 0.9, 0.99]);
    intervals.set(interval, values);
    values.add(seconds, clock.elapsedMs());
  };
}

/** As Go prints a duration: `15s`, `1m0s`, `1h0m0s`, `500ms`. */
function formatGoDuration(durationMs: number): string {
  if (durationMs < 1_000) return `${durationMs}ms`;
  const hours = Math.floor(durationMs / 3_600_000);
  const minutes = Math.floor((durationMs % 3_600_000) / 60_000);
  const seconds = (durationMs % 60_000) / 1_000;
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}
