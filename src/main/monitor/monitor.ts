/**
 * The monitoring engine, put together: discovery finds targets, scraping and remote write append to
 * the database, rules evaluate over it and tell Alertmanagers, and the API answers from it.
 */
import type { Clock, Disk, Logger, Random, Zstd } from "#base";
import { createDiscoverer, type DiscoveryDeps, TargetFinder } from "#discovery";
import { createHttpClient, type Gunzip, type OutboundDeps } from "#outbound";
import {
  ConfigError,
  describePlace,
  expandGlob,
  type LoadedConfig,
  loadConfig,
  unsupportedOptions,
} from "#promconfig";
import { createEngine, type QueryEngine } from "#promql";
import type { WriteReceiver } from "#promapi";
import { evaluateWith, Notifier, notifierSettings, RuleEngine } from "#rules";
import { Scraper } from "#scrape";
import type { Queryable } from "#series";
import { type Database, openDatabase } from "#tsdb";
import { runParts } from "../run-parts.ts";
import { countRefreshFailures, showDiscoveredTargets } from "./discovery-metrics.ts";
import { MetricSources } from "./metric-sources.ts";
import { registerMonitorMetrics } from "./monitor-metrics.ts";
import { Notifications } from "./notifications.ts";
import { RemoteReads } from "./remote-reads.ts";
import { RemoteWrites } from "./remote-writes.ts";
import { loadRuleFiles } from "./rule-files.ts";
import { writeReceiver } from "./write-receiver.ts";
import type { MonitorOptions } from "./settings.ts";
import { changeableDatabaseOptions } from "./settings.ts";

export interface MonitorDeps {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly outbound: OutboundDeps & DiscoveryDeps["outbound"];
  readonly discovery: Omit<
    DiscoveryDeps,
    "clock" | "random" | "log" | "outbound" | "userAgent" | "countFailure"
  >;
  readonly gunzip: Gunzip;
  readonly zstd: Zstd;
}

/** How the last attempt to load the configuration went. */
export interface ConfigState {
  readonly loaded: LoadedConfig;
  readonly isLastGood: boolean;
  readonly lastGoodMs: number;
}

const reloadFailed = "Configuration reload has failed.";

export class Monitor implements AsyncDisposable {
  readonly metrics: MetricSources;
  readonly engine: QueryEngine;
  readonly database: Database;
  readonly rules: RuleEngine;
  readonly notifier: Notifier;
  readonly scraper: Scraper;
  readonly notifications: Notifications;
  readonly remoteWrites: RemoteWrites;
  readonly remoteReads: RemoteReads;
  readonly receiver: WriteReceiver;
  readonly #deps: MonitorDeps;
  readonly #options: MonitorOptions;
  readonly #targets: TargetFinder;
  readonly #alertmanagers: TargetFinder;
  #config: ConfigState;

  constructor(
    deps: MonitorDeps,
    options: MonitorOptions,
    opened: { readonly metrics: MetricSources; readonly database: Database; loaded: LoadedConfig },
  ) {
    const { clock, random, log } = deps;
    this.#deps = deps;
    this.#options = options;
    this.metrics = opened.metrics;
    this.database = opened.database;
    this.#config = { loaded: opened.loaded, isLastGood: true, lastGoodMs: clock.nowMs() };
    this.engine = createEngine({ clock }, options.engine);
    const { userAgent } = options;
    this.notifications = new Notifications(clock);
    this.receiver = writeReceiver(this.database, clock, this.metrics);
    this.remoteReads = new RemoteReads(
      { outbound: deps.outbound, clock, userAgent, registry: this.metrics.registry },
      this.database,
      { limits: options.remoteRead, global: () => this.#config.loaded.config.global },
    );
    this.notifier = new Notifier(
      {
        openClient: (config) => createHttpClient(deps.outbound, config, userAgent),
        clock,
        logger: log.child({ component: "notifier" }),
      },
      options.queue,
    );
    this.rules = new RuleEngine(
      {
        evaluate: evaluateWith(this.engine, this.storage),
        appendable: this.database,
        queryable: this.database,
        notify: (query, alerts) => this.notifier.notify(query, alerts),
        clock,
        logger: log.child({ component: "rules" }),
      },
      { rules: options.rules, parser: options.engine.syntax },
    );
    this.scraper = createScraper(deps, options, opened);
    this.remoteWrites = new RemoteWrites({
      outbound: deps.outbound,
      disk: deps.disk,
      zstd: deps.zstd,
      clock,
      log: log.child({ component: "remote write" }),
      storagePath: options.storagePath,
      userAgent,
    });
    const countFailure = countRefreshFailures(this.metrics.registry);
    const finderDeps = (component: string) => {
      const own = { clock, random, log: log.child({ component }), outbound: deps.outbound };
      const discovery = { ...deps.discovery, ...own, userAgent, countFailure };
      const create = (config: Parameters<typeof createDiscoverer>[1]) =>
        createDiscoverer(discovery, config);
      return { clock, log: own.log, createDiscoverer: create };
    };
    this.#targets = new TargetFinder(finderDeps("discovery"), (found) =>
      this.scraper.setTargets(found),
    );
    this.#alertmanagers = new TargetFinder(finderDeps("notify discovery"), (found) => {
      for (const [place, groups] of found) this.notifier.setTargets(Number(place), groups);
    });
    const finders = { scrape: this.#targets, notify: this.#alertmanagers };
    showDiscoveredTargets(this.metrics.registry, finders);
    registerMonitorMetrics(this, clock);
  }

  /** Where queries read: the database, and the servers of `remote_read`. */
  get storage(): Queryable {
    return this.remoteReads.storage;
  }

  get options(): MonitorOptions {
    return this.#options;
  }

  get configState(): ConfigState {
    return this.#config;
  }

  /** Puts the configuration into force that it was opened with, then goes on until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#apply(this.#config.loaded);
    await runParts(
      [
        { name: "database", run: (ending) => this.database.run(ending) },
        { name: "discovery", run: (ending) => this.#targets.run(ending) },
        { name: "notify discovery", run: (ending) => this.#alertmanagers.run(ending) },
        { name: "remote write", run: (ending) => this.remoteWrites.run(ending) },
        { name: "scraping", run: (ending) => this.scraper.run(ending) },
        { name: "rules", run: (ending) => this.rules.run(ending) },
      ],
      signal,
    );
    await this.notifier.stop();
  }

  /**
   * Reads the configuration file anew and puts it into force. Rejects with what is wrong with it;
   * then everything goes on as before.
   */
  async reload(): Promise<void> {
    const { log, clock } = this.#deps;
    try {
      const loaded = await loadMonitorConfig(this.#deps, this.#options);
      await this.#apply(loaded);
      this.#config = { loaded, isLastGood: true, lastGoodMs: clock.nowMs() };
      this.notifications.clear(reloadFailed);
      log.info("configuration loaded", { file: this.#options.configFile });
    } catch (error) {
      this.#config = { ...this.#config, isLastGood: false };
      this.notifications.raise(reloadFailed);
      const place = error instanceof ConfigError ? { at: describePlace(error) } : {};
      log.error("loading the configuration", error, { file: this.#options.configFile, ...place });
      throw error;
    }
  }

  /** The texts of the configuration file and of the rule files, to tell whether they have changed. */
  async sourceText(): Promise<string> {
    const { disk } = this.#deps;
    const { ruleFiles } = this.#config.loaded.config;
    const found = await Promise.all(ruleFiles.map((pattern) => expandGlob(disk, pattern)));
    const texts = [this.#options.configFile, ...found.flat()].map(async (path) => {
      const bytes = await disk.findFile(path);
      return `${path}\n${bytes === undefined ? "" : new TextDecoder().decode(bytes)}`;
    });
    return (await Promise.all(texts)).join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.remoteReads[Symbol.asyncDispose]();
    await this.database.close();
  }

  async #apply(loaded: LoadedConfig): Promise<void> {
    const { config, scrapeConfigs } = loaded;
    const { externalUrl, engine, features } = this.#options;
    // Checked before anything is changed: a bad rule file leaves all as it was.
    const rules = await loadRuleFiles(
      { disk: this.#deps.disk, parser: engine.syntax, externalUrl },
      config,
    );
    this.#config = { ...this.#config, loaded };
    this.database.reconfigure(changeableDatabaseOptions(config, features));
    this.remoteWrites.apply(config);
    await this.remoteReads.apply(config);
    this.scraper.apply(scrapeConfigs);
    this.#targets.apply(new Map(scrapeConfigs.map((job) => [job.jobName, job.discoveries])));
    this.notifier.apply(notifierSettings(config, externalUrl));
    this.#alertmanagers.apply(
      new Map(config.alerting.alertmanagers.map((one, index) => [String(index), one.discoveries])),
    );
    await this.rules.apply(rules);
    for (const option of unsupportedOptions(config)) {
      this.#deps.log.warn("an option has no effect here", { option });
    }
  }
}

function createScraper(
  { clock, log, outbound, gunzip, disk }: MonitorDeps,
  options: MonitorOptions,
  { database, metrics }: { readonly metrics: MetricSources; readonly database: Database },
): Scraper {
  return new Scraper(
    {
      clock,
      log: log.child({ component: "scrape" }),
      store: database,
      gunzip,
      outbound,
      disk,
      metrics: metrics.registry,
    },
    {
      userAgent: options.userAgent,
      offsetSeed: options.offsetSeed,
      startTimestamps: startTimestampsOf(options),
      metadata: options.features.has("metadata-wal-records") ? "store" : "keep here",
      typeAndUnitLabels: options.features.has("type-and-unit-labels") ? "add" : "leave out",
      own: { listenPort: options.listenPort, externalUrl: options.externalUrl },
    },
  );
}

function startTimestampsOf({ features }: MonitorOptions): "ignore" | "zero sample" | "store" {
  if (features.has("st-storage")) return "store";
  return features.has("created-timestamp-zero-ingestion") ? "zero sample" : "ignore";
}

/** Reads the configuration and opens the database. Nothing runs before `run`. */
export async function openMonitor(deps: MonitorDeps, options: MonitorOptions): Promise<Monitor> {
  const loaded = await loadMonitorConfig(deps, options);
  const metrics = new MetricSources();
  const database = await openDatabase(
    {
      disk: deps.disk,
      zstd: deps.zstd,
      clock: deps.clock,
      random: deps.random,
      log: deps.log.child({ component: "tsdb" }),
      metrics,
    },
    options.storagePath,
    { ...options.database, ...changeableDatabaseOptions(loaded.config, options.features) },
  );
  return new Monitor(deps, options, { metrics, database, loaded });
}

function loadMonitorConfig(deps: MonitorDeps, options: MonitorOptions): Promise<LoadedConfig> {
  const load = { disk: deps.disk, env: (name: string) => options.env[name] };
  const { configFile, configDefaults } = options;
  return loadConfig(load, { file: configFile, mode: "server", defaults: configDefaults });
}
