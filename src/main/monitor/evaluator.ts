/** What a server does beyond an agent: answer queries, evaluate rules and tell Alertmanagers. */
import type { Meters } from "#base";
import type { TargetFinder } from "#discovery";
import { createHttpClient } from "#outbound";
import type { PrometheusConfig } from "#promconfig";
import { createEngine, type QueryEngine, type QueryObserver } from "#promql";
import { evaluateWith, Notifier, notifierSettings, RuleEngine } from "#rules";
import type { Queryable } from "#series";
import type { Database } from "#tsdb";
import type { RunningPart } from "../run-parts.ts";
import type { ActiveQueryFile } from "./active-query-file.ts";
import type { OpenFinder } from "./finders.ts";
import type { MonitorDeps } from "./monitor.ts";
import { QueryLog } from "./query-log.ts";
import { countQueries, showQueries } from "./query-metrics.ts";
import { RemoteReads } from "./remote-reads.ts";
import { loadRuleFiles } from "./rule-files.ts";
import { loadPolicies, SigmaThresholds } from "./sigma-policies.ts";
import { changeableDatabaseOptions, type MonitorOptions } from "./settings.ts";

export interface EvaluatorParts {
  readonly database: Database;
  readonly activeQueries: ActiveQueryFile;
  readonly meters: Meters;
  readonly openFinder: OpenFinder;
  /** The section in force. */
  readonly global: () => PrometheusConfig["global"];
}

export class Evaluator implements AsyncDisposable {
  readonly database: Database;
  readonly engine: QueryEngine;
  readonly remoteReads: RemoteReads;
  readonly rules: RuleEngine;
  readonly notifier: Notifier;
  readonly alertmanagers: TargetFinder;
  readonly sigma: SigmaThresholds;
  readonly #deps: MonitorDeps;
  readonly #queryLog: QueryLog;
  readonly #options: MonitorOptions;

  constructor(deps: MonitorDeps, options: MonitorOptions, parts: EvaluatorParts) {
    const { clock, log, outbound } = deps;
    const { userAgent } = options;
    this.#deps = deps;
    this.#options = options;
    this.database = parts.database;
    this.#queryLog = new QueryLog({ disk: deps.disk, log, nowMs: () => clock.nowMs() });
    this.engine = this.#createEngine(parts);
    this.remoteReads = new RemoteReads(
      { outbound, clock, userAgent, meters: parts.meters },
      this.database,
      { limits: options.remoteRead, global: parts.global },
    );
    this.notifier = new Notifier(
      {
        openClient: (config) => createHttpClient(outbound, config, userAgent),
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
    this.sigma = new SigmaThresholds({
      engine: this.engine,
      storage: this.storage,
      appendable: this.database,
      clock,
      log: log.child({ component: "sigma" }),
      onBackTested: deps.onBackTested,
    });
    this.alertmanagers = parts.openFinder("notify discovery", (found) => {
      for (const [place, groups] of found) this.notifier.setTargets(Number(place), groups);
    });
  }

  /** Where queries read: the database, and the servers of `remote_read`. */
  get storage(): Queryable {
    return this.remoteReads.storage;
  }

  parts(): readonly RunningPart[] {
    return [
      { name: "notify discovery", run: (ending) => this.alertmanagers.run(ending) },
      { name: "rules", run: (ending) => this.rules.run(ending) },
      { name: "sigma policies", run: (ending) => this.sigma.run(ending) },
    ];
  }

  /**
   * Reads the rule files of a configuration, and rejects with what is wrong with them. Gives what puts
   * the configuration into force.
   */
  async prepare(config: PrometheusConfig): Promise<() => Promise<void>> {
    const { externalUrl, engine, features, policyFiles } = this.#options;
    const { disk } = this.#deps;
    const policies = await loadPolicies(disk, policyFiles);
    const ruleDeps = { disk, parser: engine.syntax, externalUrl };
    const rules = await loadRuleFiles(ruleDeps, config, policies);
    return async () => {
      this.database.reconfigure(changeableDatabaseOptions(config, features));
      await this.remoteReads.apply(config);
      await this.#queryLog.apply(config.global.queryLogFile);
      this.notifier.apply(notifierSettings(config, externalUrl));
      const { alertmanagers } = config.alerting;
      this.alertmanagers.apply(
        new Map(alertmanagers.map((one, index) => [String(index), one.discoveries])),
      );
      await this.rules.apply(rules);
      this.sigma.apply({
        policies: policies.flatMap((file) => file.policies),
        burnRates: policies.flatMap((file) => file.burnRates),
      });
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.remoteReads[Symbol.asyncDispose]();
    await this.#queryLog[Symbol.asyncDispose]();
  }

  #createEngine({ meters, activeQueries }: EvaluatorParts): QueryEngine {
    const { clock } = this.#deps;
    const log = this.#queryLog;
    const count = countQueries(meters, clock);
    const observer: QueryObserver = {
      running: (text) => activeQueries.enter(text),
      finished(query) {
        count(query);
        log.write(query);
      },
    };
    const engine = createEngine({ clock, observer }, this.#options.engine);
    showQueries(meters, engine, {
      runningMax: this.#options.engine.runningMax,
      isLogOn: () => log.isOn,
      logFailureCount: () => log.failureCount,
    });
    return engine;
  }
}
