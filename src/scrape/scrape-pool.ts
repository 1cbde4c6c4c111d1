/** The targets of one job, and the loops that scrape them. */
import type { TargetGroup } from "#discovery";
import { CommentTables } from "#exposition";
import { createHttpClient, type HttpClient, type OutboundDeps } from "#outbound";
import { configIdentity, relabelRules, type ScrapeConfig } from "#promconfig";
import { type Labels, labelsKey, type RelabelRule } from "#series";
import { schemaForFactor } from "./histogram-limit.ts";
import { type LoopDeps, type LoopEnd, ScrapeLoop } from "./scrape-loop.ts";
import { neverScraped, type Target } from "./target.ts";
import { type TargetOutcome, targetsOfGroup, type TargetSpec } from "./target-labels.ts";
import { type SeriesOptions, TargetSeries } from "./target-series.ts";

export interface PoolDeps extends LoopDeps {
  readonly outbound: OutboundDeps;
}

export interface PoolOptions {
  readonly userAgent: string;
  readonly offsetSeed: number;
  readonly startTimestamps: SeriesOptions["startTimestamps"];
  readonly metadata: SeriesOptions["metadata"];
  readonly typeAndUnitLabels: SeriesOptions["typeAndUnitLabels"];
}

/** What came of taking in targets. */
export interface Synced {
  /** Targets whose labels make no sense. */
  readonly failedCount: number;
  readonly isLimitExceeded: boolean;
}

interface Running {
  readonly target: Target;
  loop: ScrapeLoop;
}

interface KnownGroup {
  readonly group: TargetGroup;
  readonly outcomes: readonly TargetOutcome[];
}

export class ScrapePool {
  readonly #deps: PoolDeps;
  readonly #options: PoolOptions;
  readonly #shutdown: AbortSignal;
  readonly #running = new Map<string, Running>();
  /** Targets that went, whose series have not been ended yet. */
  readonly #leaving = new Map<string, Running>();
  readonly #ending = new Set<Promise<void>>();
  readonly #comments = new CommentTables();
  #config: ScrapeConfig;
  #rules: readonly RelabelRule[];
  #metricRules: readonly RelabelRule[];
  #client: HttpClient;
  #groups = new Map<string, KnownGroup>();
  #dropped: readonly Labels[] = [];
  #droppedCount = 0;
  #refusal: string | undefined;

  constructor(
    deps: PoolDeps,
    options: PoolOptions & { readonly config: ScrapeConfig },
    shutdown: AbortSignal,
  ) {
    this.#deps = deps;
    this.#options = options;
    this.#shutdown = shutdown;
    this.#config = options.config;
    this.#rules = relabelRules(options.config.relabelConfigs, options.config.nameScheme);
    this.#metricRules = relabelRules(
      options.config.metricRelabelConfigs,
      options.config.nameScheme,
    );
    this.#client = this.#newClient();
  }

  get config(): ScrapeConfig {
    return this.#config;
  }

  get rules(): readonly RelabelRule[] {
    return this.#rules;
  }

  get targets(): readonly Target[] {
    return Array.from(this.#running.values(), ({ target }) => target);
  }

  /** Discovered labels of targets that relabelling dropped, up to `keep_dropped_targets` of them. */
  get dropped(): readonly Labels[] {
    return this.#dropped;
  }

  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** Scrapes exactly the targets of these groups from now on. */
  sync(groups: readonly TargetGroup[]): Synced {
    this.#groups = this.#outcomesOf(groups);
    const outcomes = Array.from(this.#groups.values(), (known) => known.outcomes).flat();
    const wanted = new Map<string, TargetSpec>();
    const dropped: Labels[] = [];
    for (const outcome of outcomes) {
      if (outcome.kind === "target") wanted.set(identityOf(outcome.spec), outcome.spec);
      else if (outcome.kind === "dropped") dropped.push(outcome.discoveredLabels);
    }
    const { keepDroppedTargets, targetLimit } = this.#config;
    this.#droppedCount = dropped.length;
    this.#dropped = keepDroppedTargets > 0 ? dropped.slice(0, keepDroppedTargets) : dropped;
    this.#refusal =
      targetLimit > 0 && wanted.size > targetLimit
        ? `target_limit exceeded (number of targets: ${wanted.size}, limit: ${targetLimit})`
        : undefined;
    this.#runExactly(wanted);
    const failedCount = outcomes.filter(({ kind }) => kind === "failed").length;
    return { failedCount, isLimitExceeded: this.#refusal !== undefined };
  }

  /**
   * Goes on by another configuration. Series go on where it changes nothing about them. Undefined when
   * nothing has changed.
   */
  reload(config: ScrapeConfig): Synced | undefined {
    const former = this.#config;
    if (configIdentity(former) === configIdentity(config)) return undefined;
    const formerClient = this.#client;
    this.#config = config;
    this.#rules = relabelRules(config.relabelConfigs, config.nameScheme);
    this.#metricRules = relabelRules(config.metricRelabelConfigs, config.nameScheme);
    this.#client = this.#newClient();
    this.#own(formerClient[Symbol.asyncDispose]());
    const keepsSeries = seriesIdentity(former) === seriesIdentity(config);
    for (const [identity, running] of this.#running) {
      this.#restart(identity, running, keepsSeries);
    }
    const groups = Array.from(this.#groups.values(), ({ group }) => group);
    this.#groups.clear();
    return this.sync(groups);
  }

  /** Ends all loops; resolves when they have ended and their series, too. */
  async stop(end: LoopEnd): Promise<void> {
    for (const { loop } of this.#running.values()) loop.stop(end);
    this.#running.clear();
    await Promise.all(this.#ending);
    await this.#client[Symbol.asyncDispose]();
  }

  /** Groups that did not change keep what was made of them. */
  #outcomesOf(groups: readonly TargetGroup[]): Map<string, KnownGroup> {
    const known = new Map<string, KnownGroup>();
    for (const group of groups) {
      const former = this.#groups.get(group.source);
      const isSame =
        former?.group.targets === group.targets && former.group.labels === group.labels;
      if (former !== undefined && isSame) {
        known.set(group.source, former);
        continue;
      }
      const outcomes = targetsOfGroup(group, this.#config, this.#rules);
      for (const outcome of outcomes) {
        if (outcome.kind === "failed") {
          this.#deps.log.error("creating target failed", outcome.problem);
        }
      }
      known.set(group.source, { group, outcomes });
    }
    return known;
  }

  #runExactly(wanted: ReadonlyMap<string, TargetSpec>): void {
    for (const [identity, running] of this.#running) {
      if (wanted.has(identity)) continue;
      this.#running.delete(identity);
      this.#leaving.set(identity, running);
      running.loop.stop("gone");
    }
    for (const [identity, spec] of wanted) {
      const running = this.#running.get(identity);
      // The same target may be told of by other discovered labels.
      if (running !== undefined) running.target.spec = spec;
      else this.#start(identity, spec);
    }
  }

  #start(identity: string, spec: TargetSpec): void {
    // It may have come back before anybody missed it.
    const former = this.#leaving.get(identity);
    former?.loop.stop("handed over");
    const series = new TargetSeries(
      this.#seriesOptions(spec),
      this.#comments,
      former?.target.series,
    );
    const target: Target = { spec, state: neverScraped, series };
    this.#running.set(identity, { target, loop: this.#startLoop(identity, target) });
  }

  #restart(identity: string, running: Running, keepsSeries: boolean): void {
    running.loop.stop("handed over");
    const { target } = running;
    if (!keepsSeries) {
      target.series = new TargetSeries(
        this.#seriesOptions(target.spec),
        this.#comments,
        target.series,
      );
    }
    running.loop = this.#startLoop(identity, target);
  }

  #startLoop(identity: string, target: Target): ScrapeLoop {
    const loop = new ScrapeLoop(this.#deps, {
      config: this.#config,
      client: this.#client,
      target,
      offsetSeed: this.#options.offsetSeed,
      refusal: () => this.#refusal,
    });
    const forget = () => {
      if (this.#leaving.get(identity)?.loop === loop) this.#leaving.delete(identity);
    };
    this.#own(loop.run(this.#shutdown).finally(forget));
    return loop;
  }

  #own(running: PromiseLike<void>): void {
    const ended = Promise.resolve(running)
      .catch((error: unknown) => this.#deps.log.error("scrape loop broke", error))
      .finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  #newClient(): HttpClient {
    return createHttpClient(this.#deps.outbound, this.#config.http, this.#options.userAgent);
  }

  #seriesOptions(spec: TargetSpec): SeriesOptions {
    const config = this.#config;
    return {
      targetLabels: spec.publicLabels,
      honorLabels: config.honorLabels,
      metricRules: this.#metricRules,
      honorTimestamps: config.honorTimestamps,
      trackTimestampsStaleness: config.trackTimestampsStaleness,
      nameScheme: config.nameScheme,
      labelLimits: {
        count: config.labelLimit,
        nameLength: config.labelNameLengthLimit,
        valueLength: config.labelValueLengthLimit,
      },
      sampleLimit: config.sampleLimit,
      bucketLimit: config.nativeHistogramBucketLimit,
      finestSchema: schemaForFactor(config.nativeHistogramMinBucketFactor),
      scrapeNativeHistograms: spec.scrapeNativeHistograms,
      alwaysScrapeClassicHistograms: spec.alwaysScrapeClassicHistograms,
      convertClassicHistograms: spec.convertClassicHistograms,
      startTimestamps: this.#options.startTimestamps,
      metadata: this.#options.metadata,
      typeAndUnitLabels: this.#options.typeAndUnitLabels,
    };
  }
}

/** What makes two targets the same: the labels after relabelling, and what is asked there. */
function identityOf({ labels, url }: TargetSpec): string {
  return `${labelsKey(labels)}\uffff\uffff${url}`;
}

/** The part of a configuration that decides about series. */
function seriesIdentity(config: ScrapeConfig): string {
  return configIdentity({
    ...config,
    scrapeIntervalMs: 0,
    scrapeTimeoutMs: 0,
    http: undefined,
    discoveries: undefined,
  });
}
