/**
 * The monitoring engine, put together: discovery finds targets, scraping and remote write append to
 * the database, rules evaluate over it and tell Alertmanagers, and the API answers from it. An agent
 * has a log in place of the database, and only hands on.
 */
import type { Clock, Disk, Logger, Random, Zstd } from "#base";
import type { DiscoveryDeps } from "#discovery";
import type { Gunzip, OutboundDeps } from "#outbound";
import {
  ConfigError,
  describePlace,
  expandGlob,
  type LoadedConfig,
  loadConfig,
  unsupportedOptions,
} from "#promconfig";
import { MetricRegistry } from "#exposition";
import type { WriteReceiver } from "#promapi";
import type { ReplayProgress } from "#tsdb";
import { runParts } from "../run-parts.ts";
import { Collector } from "./collector.ts";
import { Evaluator } from "./evaluator.ts";
import { finderOpener } from "./finders.ts";
import { registerMonitorMetrics, showAppended } from "./monitor-metrics.ts";
import { Notifications } from "./notifications.ts";
import { type MonitorStorage, openStorage } from "./open-storage.ts";
import type { MonitorOptions } from "./settings.ts";
import type { PolicyBackTest } from "./sigma-policies.ts";
import { otlpReceiver } from "./otlp-receiver.ts";
import { writeReceiver } from "./write-receiver.ts";

export interface MonitorDeps {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly outbound: OutboundDeps & DiscoveryDeps["outbound"];
  readonly discovery: Omit<
    DiscoveryDeps,
    "clock" | "random" | "log" | "outbound" | "userAgent" | "metrics"
  >;
  readonly gunzip: Gunzip;
  readonly zstd: Zstd;
  /** Told how far opening the database is with its logs. */
  readonly onReplay: (progress: ReplayProgress) => void;
  /** Told of what every back-test of a sigma policy found. */
  readonly onBackTested: (backTest: PolicyBackTest) => void;
}

/** How the last attempt to load the configuration went. */
export interface ConfigState {
  readonly loaded: LoadedConfig;
  readonly isLastGood: boolean;
  readonly lastGoodMs: number;
}

const reloadFailed = "Configuration reload has failed.";

export class Monitor implements AsyncDisposable {
  readonly metrics: MetricRegistry;
  readonly collector: Collector;
  /** Undefined for an agent, which only hands on. */
  readonly evaluator: Evaluator | undefined;
  readonly notifications: Notifications;
  readonly receiver: WriteReceiver;
  readonly otlpReceiver: WriteReceiver;
  readonly #deps: MonitorDeps;
  readonly #options: MonitorOptions;
  readonly #storage: MonitorStorage;
  #config: ConfigState;
  /** Settles when what is being put into force is. */
  #applying: Promise<void> = Promise.resolve();

  constructor(
    deps: MonitorDeps,
    options: MonitorOptions,
    opened: {
      readonly metrics: MetricRegistry;
      readonly storage: MonitorStorage;
      readonly loaded: LoadedConfig;
    },
  ) {
    const { clock } = deps;
    const { metrics, storage } = opened;
    this.#deps = deps;
    this.#options = options;
    this.#storage = storage;
    this.#config = { loaded: opened.loaded, isLastGood: true, lastGoodMs: clock.nowMs() };
    this.metrics = metrics;
    this.notifications = new Notifications(clock, metrics);
    this.receiver = writeReceiver(storage.store, clock, metrics);
    const otlp = () => this.#config.loaded.config.otlp;
    this.otlpReceiver = otlpReceiver({ ...deps, storage: storage.store, config: otlp }, this);
    const openFinder = finderOpener(deps, options.userAgent, metrics);
    this.collector = new Collector(deps, options, {
      store: storage.store,
      meters: metrics,
      openFinder,
    });
    const global = () => this.#config.loaded.config.global;
    this.evaluator =
      storage.queried &&
      new Evaluator(deps, options, { ...storage.queried, meters: metrics, openFinder, global });
    registerMonitorMetrics(this, clock);
    showAppended(metrics, () => storage.appended());
  }

  get options(): MonitorOptions {
    return this.#options;
  }

  get configState(): ConfigState {
    return this.#config;
  }

  /** Puts the configuration into force that it was opened with, then goes on until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#inTurn(() => this.#apply(this.#config.loaded));
    const lowestSentMs = () => this.collector.remoteWrites.lowestSentMs();
    await runParts(
      [
        { name: "storage", run: (ending) => this.#storage.run(lowestSentMs, ending) },
        ...this.collector.parts(),
        ...(this.evaluator?.parts() ?? []),
      ],
      signal,
    );
    await this.evaluator?.notifier.stop();
  }

  /**
   * Reads the configuration file anew and puts it into force. Rejects with what is wrong with it;
   * then everything goes on as before.
   */
  reload(): Promise<void> {
    return this.#inTurn(() => this.#reload());
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
    await this.evaluator?.[Symbol.asyncDispose]();
    await this.#storage[Symbol.asyncDispose]();
  }

  async #reload(): Promise<void> {
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

  /** One after the other: of two at once, the slower would put back what is older. */
  #inTurn(apply: () => Promise<void>): Promise<void> {
    const applied = this.#applying.then(apply);
    // Whoever asked is told of a failure; the next one goes on.
    this.#applying = applied.catch(() => {});
    return applied;
  }

  async #apply(loaded: LoadedConfig): Promise<void> {
    const { config } = loaded;
    // Checked before anything is changed: a bad rule file leaves all as it was.
    const putInForce = await this.evaluator?.prepare(config);
    this.#config = { ...this.#config, loaded };
    await putInForce?.();
    this.collector.apply(loaded);
    for (const option of unsupportedOptions(config)) {
      this.#deps.log.warn("an option has no effect here", { option });
    }
  }
}

/** Reads the configuration and opens the storage. Nothing runs before `run`. */
export async function openMonitor(deps: MonitorDeps, options: MonitorOptions): Promise<Monitor> {
  const loaded = await loadMonitorConfig(deps, options);
  const metrics = new MetricRegistry();
  const storage = await openStorage(deps, options, loaded.config, metrics);
  return new Monitor(deps, options, { metrics, storage, loaded });
}

function loadMonitorConfig(deps: MonitorDeps, options: MonitorOptions): Promise<LoadedConfig> {
  const load = { disk: deps.disk, env: (name: string) => options.env[name] };
  const { configFile, configDefaults, mode } = options;
  return loadConfig(load, { file: configFile, mode, defaults: configDefaults });
}
