/** Scrapes all jobs of a configuration, and shows how that goes. */
import { type Clock, compareText, type Disk, type Logger, type Meters } from "#base";
import type { FoundTargets, TargetGroup } from "#discovery";
import { BodyBuffers, type Gunzip, type OutboundDeps } from "#outbound";
import { formatScrapeConfig, type RelabelConfig, type ScrapeConfig } from "#promconfig";
import { type Appendable, type Labels, type MetricMetadata, traceRelabel } from "#series";
import { FailureLog } from "./failure-log.ts";
import { globalUrl, type OwnAddress } from "./global-url.ts";
import type { ScrapeEvent } from "./scrape-loop.ts";
import { type ScrapeMetrics, scrapeMetrics } from "./scrape-metrics.ts";
import { type PoolOptions, ScrapePool } from "./scrape-pool.ts";
import type { Health } from "./target.ts";
import type { Refused } from "./target-series.ts";

export interface ScraperDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: Appendable;
  readonly gunzip: Gunzip;
  readonly outbound: OutboundDeps;
  readonly disk: Pick<Disk, "appendFile">;
  readonly meters: Meters;
}

export interface ScraperOptions extends PoolOptions {
  /** How others see this server: loopback addresses of targets are shown by it. */
  readonly own: OwnAddress;
}

/** A target that is scraped, and how that went last. */
export interface TargetStatus {
  readonly discoveredLabels: Labels;
  readonly labels: Labels;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly globalUrl: string;
  /** Empty when the last scrape went well. */
  readonly lastError: string;
  /** Undefined before the first scrape. */
  readonly lastScrapeMs: number | undefined;
  readonly lastScrapeSeconds: number;
  readonly health: Health;
  readonly scrapeIntervalMs: number;
  readonly scrapeTimeoutMs: number;
}

/** What one rule of relabelling made of a target's labels. */
export interface RelabelStepStatus {
  /** By the names of the configuration file. */
  readonly rule: Readonly<Record<string, unknown>>;
  /** Undefined when it dropped the target. */
  readonly output: Labels | undefined;
}

export class Scraper {
  readonly #deps: ScraperDeps;
  readonly #options: ScraperOptions;
  readonly #failures: FailureLog;
  readonly #metrics: ScrapeMetrics;
  readonly #pools = new Map<string, ScrapePool>();
  readonly #ending = new Set<Promise<void>>();
  readonly #shutdown = new AbortController();
  readonly #buffers = new BodyBuffers();
  #found: FoundTargets = new Map();

  constructor(deps: ScraperDeps, options: ScraperOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#failures = new FailureLog(deps.disk, deps.log);
    this.#metrics = scrapeMetrics(deps.meters, deps.clock, () =>
      Array.from(this.#pools, ([job, pool]) => ({
        job,
        targets: pool.targets,
        targetLimit: pool.config.targetLimit,
      })),
    );
  }

  /** Scrapes these jobs from now on. What did not change goes on undisturbed. */
  apply(configs: readonly ScrapeConfig[]): void {
    const wanted = new Map(configs.map((config) => [config.jobName, config]));
    for (const [job, pool] of this.#pools) {
      if (wanted.has(job)) continue;
      this.#pools.delete(job);
      this.#metrics.forget(job);
      this.#end(pool);
    }
    let reloaded = 0;
    let added = 0;
    for (const [job, config] of wanted) {
      const pool = this.#pools.get(job);
      if (pool !== undefined) {
        this.#reload(pool, config);
        reloaded++;
        continue;
      }
      this.#pools.set(job, this.#newPool(config));
      this.#sync(job, this.#found.get(job) ?? []);
      added++;
    }
    this.#metrics.pools({ added, reloaded });
  }

  /** Takes what discovery has found, by job. */
  setTargets(found: FoundTargets): void {
    this.#found = found;
    for (const job of this.#pools.keys()) this.#sync(job, found.get(job) ?? []);
  }

  /** Scrapes until aborted; resolves when no scrape is under way any more. */
  async run(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve(), { once: true });
    });
    this.#shutdown.abort(signal.reason);
    for (const pool of this.#pools.values()) this.#end(pool);
    this.#pools.clear();
    await Promise.all(this.#ending);
    await this.#failures.flushed();
  }

  /** The names of all jobs, sorted. */
  pools(): readonly string[] {
    return [...this.#pools.keys()].sort(compareText);
  }

  active(pool: string | undefined): readonly TargetStatus[] {
    return this.#selected(pool).flatMap(([scrapePool, { targets }]) =>
      targets.map(({ spec, state }) => ({
        discoveredLabels: spec.discoveredLabels,
        labels: spec.publicLabels,
        scrapePool,
        scrapeUrl: spec.url,
        globalUrl: globalUrl(spec.url, this.#options.own),
        ...state,
        scrapeIntervalMs: spec.intervalMs,
        scrapeTimeoutMs: spec.timeoutMs,
      })),
    );
  }

  dropped(
    pool: string | undefined,
  ): readonly { readonly discoveredLabels: Labels; readonly scrapePool: string }[] {
    return this.#selected(pool).flatMap(([scrapePool, { dropped }]) =>
      dropped.map((discoveredLabels) => ({ discoveredLabels, scrapePool })),
    );
  }

  /** Per job, those beyond `keep_dropped_targets` included. */
  droppedCounts(): ReadonlyMap<string, number> {
    const pools = this.#selected(undefined);
    return new Map(pools.map(([job, { droppedCount }]) => [job, droppedCount]));
  }

  /** What targets said of their metrics. */
  *metadata(): Generator<{
    readonly target: Labels;
    readonly metric: string;
    readonly metadata: MetricMetadata;
  }> {
    for (const [, pool] of this.#selected(undefined)) {
      for (const { spec, series } of pool.targets) {
        for (const [metric, metadata] of series.metadata()) {
          yield { target: spec.publicLabels, metric, metadata };
        }
      }
    }
  }

  /** A job's configuration as YAML; undefined when there is no such job. */
  poolConfig(job: string): string | undefined {
    const pool = this.#pools.get(job);
    return pool === undefined ? undefined : formatScrapeConfig(pool.config);
  }

  /** What each relabelling rule of a job makes of the labels; undefined when there is no such job. */
  relabelSteps(job: string, labels: Labels): readonly RelabelStepStatus[] | undefined {
    const pool = this.#pools.get(job);
    if (pool === undefined) return undefined;
    return traceRelabel(labels, pool.rules).flatMap(({ after, isKept }, index) => {
      const rule = pool.config.relabelConfigs[index];
      return rule === undefined
        ? []
        : [{ rule: describeRule(rule), output: isKept ? after : undefined }];
    });
  }

  #selected(job: string | undefined): readonly (readonly [string, ScrapePool])[] {
    const all = [...this.#pools].sort(([left], [right]) => compareText(left, right));
    return job === undefined ? all : all.filter(([name]) => name === job);
  }

  #sync(job: string, groups: readonly TargetGroup[]): void {
    const startedMs = this.#deps.clock.elapsedMs();
    const synced = this.#pools.get(job)?.sync(groups);
    if (synced === undefined) return;
    this.#metrics.synced(job, synced, (this.#deps.clock.elapsedMs() - startedMs) / 1_000);
  }

  #reload(pool: ScrapePool, config: ScrapeConfig): void {
    const startedMs = this.#deps.clock.elapsedMs();
    const synced = pool.reload(config);
    const seconds = (this.#deps.clock.elapsedMs() - startedMs) / 1_000;
    this.#metrics.reloaded(config.scrapeIntervalMs, synced, seconds);
  }

  #newPool(config: ScrapeConfig): ScrapePool {
    const { jobName } = config;
    const log = this.#deps.log.child({ scrape_pool: jobName });
    const observe = (event: ScrapeEvent) => this.#observe(jobName, event);
    const options = { ...this.#options, config };
    return new ScrapePool(
      { ...this.#deps, buffers: this.#buffers, log, observe },
      options,
      this.#shutdown.signal,
    );
  }

  #observe(jobName: string, event: ScrapeEvent): void {
    this.#metrics.observe(event);
    this.#logRefusals(jobName, event);
    const { failure, target } = event;
    const file = this.#pools.get(jobName)?.config.scrapeFailureLogFile ?? "";
    if (failure === undefined || file === "") return;
    const atMs = this.#deps.clock.nowMs();
    this.#failures.write(file, { atMs, jobName, target: target.spec.url, message: failure });
  }

  #logRefusals(jobName: string, { figures, target }: ScrapeEvent): void {
    for (const [refused, message] of refusalMessages) {
      const count = figures.refused[refused];
      if (count === 0) continue;
      const place = { scrape_pool: jobName, target: target.spec.url };
      this.#deps.log.warn(message, { ...place, num_dropped: count });
    }
  }

  #end(pool: ScrapePool): void {
    const ended = pool.stop("gone").finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }
}

/** What is said of samples that the store did not take; the others of their scrape are stored. */
const refusalMessages: readonly (readonly [refused: Refused, message: string])[] = [
  ["outOfOrder", "error on ingesting out-of-order samples"],
  ["duplicate", "error on ingesting samples with different value but same timestamp"],
  ["outOfBounds", "error on ingesting samples that are too old or are too far into the future"],
  ["exemplarOutOfOrder", "error on ingesting out-of-order exemplars"],
];

function describeRule(rule: RelabelConfig): RelabelStepStatus["rule"] {
  return {
    source_labels: rule.sourceLabels,
    separator: rule.separator,
    regex: rule.regex,
    modulus: rule.modulus,
    target_label: rule.targetLabel,
    replacement: rule.replacement,
    action: rule.action,
  };
}
