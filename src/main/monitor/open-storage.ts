/** Where samples go: into a database, or, for an agent, into a log alone. */
import type { Meters } from "#base";
import type { PrometheusConfig } from "#promconfig";
import type { Appendable } from "#series";
import { type Database, openAgentStorage, openDatabase, registerAgentMetrics } from "#tsdb";
import type { MonitorDeps } from "./monitor.ts";
import { changeableDatabaseOptions, type MonitorOptions } from "./settings.ts";

export interface MonitorStorage extends AsyncDisposable {
  readonly store: Appendable;
  /** Undefined for an agent, which can be asked for nothing. */
  readonly database: Database | undefined;
  /** Does the upkeep until the signal aborts; `lowestSentMs` is up to when every receiver has all. */
  run(lowestSentMs: () => number, signal: AbortSignal): Promise<void>;
}

export async function openStorage(
  deps: MonitorDeps,
  options: MonitorOptions,
  config: PrometheusConfig,
  meters: Meters,
): Promise<MonitorStorage> {
  const { disk, zstd, clock, random } = deps;
  const ports = { disk, zstd, clock, log: deps.log.child({ component: "tsdb" }) };
  if (options.mode === "agent") {
    const storage = await openAgentStorage(ports, options.storagePath, {
      ...options.agent,
      outOfOrderWindowMs: config.storage.tsdb.outOfOrderTimeWindowMs,
    });
    registerAgentMetrics(meters, storage);
    return {
      store: storage,
      database: undefined,
      run: (lowestSentMs, signal) => storage.run(lowestSentMs, signal),
      [Symbol.asyncDispose]: () => storage.close(),
    };
  }
  const database = await openDatabase({ ...ports, random, meters }, options.storagePath, {
    ...options.database,
    ...changeableDatabaseOptions(config, options.features),
  });
  return {
    store: database,
    database,
    run: (_, signal) => database.run(signal),
    [Symbol.asyncDispose]: () => database.close(),
  };
}
