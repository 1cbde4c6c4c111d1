/** Where samples go: into a database, or, for an agent, into a log alone. */
import type { Meters } from "#base";
import type { PrometheusConfig } from "#promconfig";
import type { Appendable } from "#series";
import { type Database, openAgentStorage, openDatabase } from "#tsdb";
import { type ActiveQueryFile, openActiveQueryFile } from "./active-query-file.ts";
import type { MonitorDeps } from "./monitor.ts";
import { changeableDatabaseOptions, type MonitorOptions } from "./settings.ts";

export interface MonitorStorage extends AsyncDisposable {
  readonly store: Appendable;
  /** What was appended so far, and the newest time of it. */
  appended(): Appended;
  /** Undefined for an agent, which can be asked for nothing. */
  readonly queried: QueriedStorage | undefined;
  /** Does the upkeep until the signal aborts; `lowestSentMs` is up to when every receiver has all. */
  run(lowestSentMs: () => number, signal: AbortSignal): Promise<void>;
}

export interface Appended {
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
  readonly newestMs: number;
}

/** What queries need of it. */
interface QueriedStorage {
  readonly database: Database;
  readonly activeQueries: ActiveQueryFile;
}

export async function openStorage(
  deps: MonitorDeps,
  options: MonitorOptions,
  config: PrometheusConfig,
  meters: Meters,
): Promise<MonitorStorage> {
  const { disk, zstd, clock, random } = deps;
  const ports = { disk, zstd, clock, log: deps.log.child({ component: "tsdb" }), meters };
  if (options.mode === "agent") {
    const storage = await openAgentStorage(ports, options.storagePath, {
      ...options.agent,
      outOfOrderWindowMs: config.storage.tsdb.outOfOrderTimeWindowMs,
    });
    return {
      store: storage,
      appended: () => ({
        samples: storage.counters.floats,
        histograms: storage.counters.histograms,
        exemplars: storage.counters.exemplars,
        newestMs: storage.counters.newestMs,
      }),
      queried: undefined,
      run: (lowestSentMs, signal) => storage.run(lowestSentMs, signal),
      [Symbol.asyncDispose]: () => storage.close(),
    };
  }
  await using opened = new AsyncDisposableStack();
  const database = await openDatabase(
    { ...ports, random, onReplay: deps.onReplay },
    options.storagePath,
    {
      ...options.database,
      ...changeableDatabaseOptions(config, options.features),
    },
  );
  opened.use(database);
  const activeQueries = opened.use(
    await openActiveQueryFile(
      { disk, log: ports.log, clock },
      `${options.storagePath}/queries.active`,
      options.engine.runningMax,
    ),
  );
  const owned = opened.move();
  return {
    store: database,
    appended: () => {
      const { memory, counters } = database.head;
      return {
        samples: counters.floatsAppended,
        histograms: counters.histogramsAppended,
        exemplars: counters.exemplarsAppended,
        newestMs: memory.isEmpty ? 0 : memory.maxMs,
      };
    },
    queried: { database, activeQueries },
    run: (_, signal) => database.run(signal),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
