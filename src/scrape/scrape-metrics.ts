import { type Clock, type Meters, RecentValues } from "#base";
import type { ScrapeEvent } from "./scrape-loop.ts";
import type { Synced } from "./scrape-pool.ts";
import type { Target } from "./target.ts";
import type { Refused } from "./target-series.ts";

/** What the scraper tells of itself, under upstream's names. */
export interface ScrapeMetrics {
  observe(event: ScrapeEvent): void;
  pools(counts: { readonly added: number; readonly reloaded: number }): void;
  synced(jobName: string, synced: Synced, seconds: number): void;
  /** `synced` is undefined when the configuration of the job has not changed. */
  reloaded(intervalMs: number, synced: Synced | undefined, seconds: number): void;
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

/** A job, as far as figures of it are shown. */
interface JobFacts {
  readonly job: string;
  readonly targets: readonly Target[];
  /** 0 for none. */
  readonly targetLimit: number;
}

const summaryQuantiles = [0.01, 0.05, 0.5, 0.9, 0.99];
/** Bounds of the histograms that upstream keeps beside its summaries, in seconds. */
const durationBuckets = [0.01, 0.1, 1, 10];

export function scrapeMetrics(
  meters: Meters,
  clock: Clock,
  jobs: () => readonly JobFacts[],
): ScrapeMetrics {
  const plain = (name: string, help: string) => meters.counter({ name, help }).with();
  const refused = refusals.map(([key, name, help]) => [key, plain(name, help)] as const);
  const limited = limits.map(([key, name, help]) => [key, plain(name, help)] as const);
  const tooLarge = plain(
    "prometheus_target_scrapes_exceeded_body_size_limit_total",
    "Total number of scrapes that hit the body size limit.",
  );
  const durations = meters
    .histogram({
      name: "prometheus_target_scrape_duration_seconds",
      help: "How long scrapes took, whatever came of them.",
      buckets: [],
    })
    .with();
  const intervals = durationsMetric(meters, clock, {
    name: "prometheus_target_interval_length",
    help: "Actual intervals between scrapes.",
    label: "interval",
  });
  jobGauges(meters, jobs);
  return {
    observe: ({ figures, isTooLarge, target, seconds, intervalSeconds }) => {
      durations.observe(seconds);
      if (intervalSeconds !== undefined) {
        intervals.add(formatGoDuration(target.spec.intervalMs), intervalSeconds);
      }
      for (const [key, counter] of refused) {
        if (figures.refused[key] > 0) counter.add(figures.refused[key]);
      }
      for (const [key, counter] of limited) if (figures.refused[key] > 0) counter.add();
      if (isTooLarge) tooLarge.add();
    },
    ...syncMetrics(meters, clock),
  };
}

/** How jobs take in targets and configurations. */
function syncMetrics(meters: Meters, clock: Clock): Omit<ScrapeMetrics, "observe"> {
  const plain = (name: string, help: string) =>
    meters.counter({ name: `prometheus_target_${name}`, help }).with();
  const byJob = (name: string, help: string) =>
    meters.counter({ name: `prometheus_target_${name}`, help, labelNames: ["scrape_job"] });
  const pools = plain("scrape_pools_total", "Total number of scrape pool creation attempts.");
  const reloads = plain("scrape_pool_reloads_total", "Total number of scrape pool reloads.");
  const overLimit = plain(
    "scrape_pool_exceeded_target_limit_total",
    "How often there were more targets than a job's limit, when targets or a configuration came.",
  );
  // Nothing here can fail in these ways; whoever watches for it shall find that it does not.
  plain("scrape_pools_failed_total", "Total number of scrape pool creations that failed.");
  plain("scrape_pool_reloads_failed_total", "Total number of failed scrape pool reloads.");
  plain("scrapes_cache_flush_forced_total", "How often known series of a target were given up.");
  const syncs = byJob(
    "scrape_pool_sync_total",
    "Total number of syncs that were executed on a scrape pool.",
  );
  const failures = byJob("sync_failed_total", "Targets whose labels made no target.");
  const lengths = durationsMetric(meters, clock, {
    name: "prometheus_target_sync_length",
    help: "Actual interval to sync the scrape pool.",
    label: "scrape_job",
  });
  const reloadLengths = summariesBy(meters, clock, {
    name: "prometheus_target_reload_length_seconds",
    help: "How long taking in another configuration took, by the interval of the job.",
    label: "interval",
  });
  return {
    pools: ({ added, reloaded }) => {
      pools.add(added);
      reloads.add(reloaded);
    },
    synced: (jobName, { failedCount, isLimitExceeded }, seconds) => {
      syncs.with(jobName).add();
      failures.with(jobName).add(failedCount);
      lengths.add(jobName, seconds);
      if (isLimitExceeded) overLimit.add();
    },
    reloaded: (intervalMs, synced, seconds) => {
      reloadLengths.of(formatGoDuration(intervalMs)).add(seconds, clock.elapsedMs());
      if (synced?.isLimitExceeded === true) overLimit.add();
    },
    forget: (jobName) => {
      syncs.remove(jobName);
      failures.remove(jobName);
      lengths.forget(jobName);
    },
  };
}

function jobGauges(meters: Meters, jobs: () => readonly JobFacts[]): void {
  const gauges: readonly (readonly [string, string, (facts: JobFacts) => number])[] = [
    [
      "scrape_pool_targets",
      "Current number of targets in this scrape pool.",
      ({ targets }) => targets.length,
    ],
    [
      "scrape_pool_target_limit",
      "Maximum number of targets allowed in this scrape pool.",
      ({ targetLimit }) => targetLimit,
    ],
    [
      "metadata_cache_entries",
      "Total number of metric metadata entries in the cache",
      (facts) => metadataOf(facts).length,
    ],
    [
      "metadata_cache_bytes",
      "The number of bytes that are currently used for storing metric metadata in the cache",
      (facts) => metadataOf(facts).reduce((sum, text) => sum + text.length, 0),
    ],
  ];
  for (const [name, help, read] of gauges) {
    const spec = { name: `prometheus_target_${name}`, help, labelNames: ["scrape_job"] };
    meters.sampled(spec, "gauge", () =>
      jobs().map((facts) => ({ labelValues: [facts.job], value: read(facts) })),
    );
  }
}

/** What the targets of a job said of each metric, as one text each. */
function metadataOf({ targets }: JobFacts): readonly string[] {
  return targets.flatMap(({ series }) =>
    Array.from(series.metadata(), ([, { type, unit, help }]) => type + unit + help),
  );
}

interface LabelledSpec {
  readonly name: string;
  readonly help: string;
  /** What the durations are told apart by. */
  readonly label: string;
}

/** Durations as a summary and, under a name of its own, as a histogram. */
function durationsMetric(
  meters: Meters,
  clock: Clock,
  { name, help, label }: LabelledSpec,
): { add(value: string, seconds: number): void; forget(value: string): void } {
  const summaries = summariesBy(meters, clock, { name: `${name}_seconds`, help, label });
  const histograms = meters.histogram({
    name: `${name}_histogram_seconds`,
    help,
    labelNames: [label],
    buckets: durationBuckets,
  });
  return {
    add: (value, seconds) => {
      summaries.of(value).add(seconds, clock.elapsedMs());
      histograms.with(value).observe(seconds);
    },
    forget: (value) => {
      summaries.forget(value);
      histograms.remove(value);
    },
  };
}

function summariesBy(
  meters: Meters,
  clock: Clock,
  { name, help, label }: LabelledSpec,
): { of(value: string): RecentValues; forget(value: string): void } {
  const values = new Map<string, RecentValues>();
  meters.summary({ name, help, labelNames: [label] }, () =>
    Array.from(values, ([value, recent]) => ({
      labelValues: [value],
      value: recent.summarize(clock.elapsedMs()),
    })),
  );
  return {
    of: (value) => {
      const recent = values.get(value) ?? new RecentValues(summaryQuantiles);
      values.set(value, recent);
      return recent;
    },
    forget: (value) => void values.delete(value),
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
