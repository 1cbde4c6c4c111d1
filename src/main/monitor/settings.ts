/** The flags of the monitoring engine as the options of its parts. */
import { assert } from "#base";
import type { PrometheusFlagValues, PrometheusSettings } from "#cli";
import {
  type ConfigDefaults,
  configDefaults,
  joinPath,
  type PrometheusConfig,
  parseByteSize,
} from "#promconfig";
import { defaultEngineOptions, defaultParserOptions, type EngineOptions } from "#promql";
import type { ReadLimits } from "#remote";
import {
  defaultQueueOptions,
  defaultRuleOptions,
  type QueueOptions,
  type RuleOptions,
} from "#rules";
import { parseDuration } from "#series";
import { prometheusVersion } from "./prometheus-version.ts";
import {
  type AgentOptions,
  blockRangeMaxFor,
  type DatabaseOptions,
  databaseOptionsDefault,
} from "#tsdb";
import { externalUrlOf } from "./external-url.ts";

/** Features that `--enable-feature` may name, as upstream calls them. */
const knownFeatures = [
  "auto-reload-config",
  "concurrent-rule-eval",
  "created-timestamp-zero-ingestion",
  "delayed-compaction",
  "exemplar-storage",
  "extra-scrape-metrics",
  "memory-snapshot-on-shutdown",
  "metadata-wal-records",
  "native-histograms",
  "otlp-deltatocumulative",
  "otlp-native-delta-ingestion",
  "promql-at-modifier",
  "promql-binop-fill-modifiers",
  "promql-delayed-name-removal",
  "promql-duration-expr",
  "promql-experimental-functions",
  "promql-extended-range-selectors",
  "promql-negative-offset",
  "promql-per-step-stats",
  "remote-write-receiver",
  "search-api",
  "st-storage",
  "type-and-unit-labels",
  "use-start-timestamps",
] as const;
export type Feature = (typeof knownFeatures)[number];

/** All options, from the command line. `onUnknown` is told of features that mean nothing here. */
export function monitorOptions(
  settings: PrometheusSettings,
  surroundings: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly offsetSeed: number;
    readonly hostname: string;
    readonly addedRuleGroups: RuleOptions["addedGroups"];
    readonly workingDirectory: string;
  },
  onUnknown: (feature: string) => void,
): MonitorOptions {
  const { flags, configFile, storagePath } = settings;
  const mode = flags.agent ? "agent" : "server";
  const features = featuresOf(flags["enable-feature"], onUnknown);
  const defaults = configDefaultsOf(flags, features);
  const listenPort = listenAddressOf(flags["web.listen-address"][0] ?? ":0").port;
  const { hostname } = surroundings;
  return {
    mode,
    configFile,
    configDefaults: defaults,
    storagePath,
    externalUrl: externalUrlOf(flags["web.external-url"], { hostname, listenPort }),
    userAgent: `Prometheus/${prometheusVersion}`,
    listenPort,
    offsetSeed: surroundings.offsetSeed,
    env: surroundings.env,
    features,
    engine: engineOptions(flags, features),
    database: {
      blockRangeMaxMs: blockRangeMaxFor(defaults.retention.timeMs),
      lockfile: flags["storage.tsdb.no-lockfile"] ? "leave out" : "take",
      wal: {
        ...databaseOptionsDefault.wal,
        compression: flags["storage.tsdb.wal-compression"]
          ? flags["storage.tsdb.wal-compression-type"]
          : "none",
      },
    },
    remoteRead: {
      samplesMax: flags["storage.remote.read-sample-limit"],
      concurrentMax: flags["storage.remote.read-concurrent-limit"],
      frameBytesMax: flags["storage.remote.read-max-bytes-in-frame"],
    },
    agent: agentOptions(flags, features),
    rules: { ...ruleOptions(flags, features), addedGroups: surroundings.addedRuleGroups },
    policyFiles: flags["sigma.policy-file"].map((one) =>
      joinPath(surroundings.workingDirectory, one),
    ),
    queue: queueOptions(flags),
  };
}

/** The features that are on; `onUnknown` is told of names that mean nothing here. */
function featuresOf(
  names: readonly string[],
  onUnknown: (name: string) => void,
): ReadonlySet<Feature> {
  const found = names.flatMap((name) => {
    const known = knownFeatures.find((one) => one === name);
    if (known === undefined) onUnknown(name);
    return known === undefined ? [] : [known];
  });
  if (found.includes("otlp-deltatocumulative") && found.includes("otlp-native-delta-ingestion")) {
    throw new Error(
      "cannot enable otlp-deltatocumulative and otlp-native-delta-ingestion features at the same time",
    );
  }
  return new Set(found);
}

/** Everything that the monitoring engine is told at its start. Paths are absolute. */
export interface MonitorOptions {
  readonly mode: "server" | "agent";
  readonly configFile: string;
  readonly configDefaults: ConfigDefaults;
  readonly storagePath: string;
  readonly externalUrl: string;
  readonly userAgent: string;
  /** The first port that is listened on; 0 when that is not known yet. */
  readonly listenPort: number;
  /** Spreads the scrapes of several servers of one configuration over time. */
  readonly offsetSeed: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly features: ReadonlySet<Feature>;
  readonly engine: EngineOptions;
  /** Of a server. */
  readonly database: Partial<DatabaseOptions>;
  readonly agent: Partial<AgentOptions>;
  readonly remoteRead: ReadLimits;
  readonly rules: RuleOptions;
  /** Patterns of the paths of sigma policies. */
  readonly policyFiles: readonly string[];
  readonly queue: QueueOptions;
}

function engineOptions(flags: PrometheusFlagValues, features: ReadonlySet<Feature>): EngineOptions {
  return {
    ...defaultEngineOptions,
    samplesMax: flags["query.max-samples"],
    timeoutMs: parseDuration(flags["query.timeout"]),
    runningMax: flags["query.max-concurrency"],
    lookbackMs: parseDuration(flags["query.lookback-delta"]),
    nameRemoval: features.has("promql-delayed-name-removal") ? "delayed" : "immediate",
    counterSign: features.has("type-and-unit-labels") ? "type label" : "name",
    startTimestamps: features.has("use-start-timestamps") ? "used" : "ignored",
    perStepStatistics: features.has("promql-per-step-stats") ? "available" : "off",
    syntax: {
      ...defaultParserOptions,
      experimentalFunctions: features.has("promql-experimental-functions"),
      extendedRangeSelectors: features.has("promql-extended-range-selectors"),
      binopFillModifiers: features.has("promql-binop-fill-modifiers"),
    },
  };
}

/** What the flags give the configuration file as defaults. */
function configDefaultsOf(
  flags: PrometheusFlagValues,
  features: ReadonlySet<Feature>,
): ConfigDefaults {
  const time = flags["storage.tsdb.retention.time"];
  const size = flags["storage.tsdb.retention.size"];
  const isSet = time !== "" || size !== "";
  return {
    ...configDefaults,
    extraScrapeMetrics: features.has("extra-scrape-metrics"),
    scrapeNativeHistograms: features.has("native-histograms"),
    retention: {
      ...configDefaults.retention,
      timeMs: time === "" ? (isSet ? 0 : retentionDefaultMs) : parseDuration(time),
      sizeBytes: size === "" ? configDefaults.retention.sizeBytes : parseByteSize(size),
    },
  };
}

const retentionDefaultMs = 15 * 24 * 3_600_000;
const exemplarsDefault = 100_000;

/** What of the database's options the configuration file decides, and a reload may change. */
export function changeableDatabaseOptions(
  config: PrometheusConfig,
  features: ReadonlySet<Feature>,
): Pick<DatabaseOptions, "retention" | "outOfOrderWindowMs" | "exemplarsMax"> {
  const { tsdb, exemplars } = config.storage;
  const { timeMs, sizeBytes, percentage } = tsdb.retention;
  return {
    retention: { durationMs: timeMs, bytesMax: Number(sizeBytes), percentMax: percentage },
    outOfOrderWindowMs: tsdb.outOfOrderTimeWindowMs,
    exemplarsMax: features.has("exemplar-storage")
      ? Number(exemplars?.maxExemplars ?? exemplarsDefault)
      : 0,
  };
}

function agentOptions(
  flags: PrometheusFlagValues,
  features: ReadonlySet<Feature>,
): Partial<AgentOptions> {
  const isCompressed = flags["storage.agent.wal-compression"];
  return {
    wal: {
      ...databaseOptionsDefault.wal,
      compression: isCompressed ? flags["storage.agent.wal-compression-type"] : "none",
      segmentBytesMax: agentSegmentBytes(flags["storage.agent.wal-segment-size"]),
    },
    truncateIntervalMs: parseDuration(flags["storage.agent.wal-truncate-frequency"]),
    keepMsMin: parseDuration(flags["storage.agent.retention.min-time"]),
    keepMsMax: parseDuration(flags["storage.agent.retention.max-time"]),
    startTimestamps: features.has("st-storage") ? "keep" : "drop",
    lockfile: flags["storage.agent.no-lockfile"] ? "leave out" : "take",
    checkpoints: flags["storage.agent.checkpoint-from-in-memory-series"]
      ? "from series"
      : "from log",
    checkpointSeriesPerRecord: flags["storage.agent.checkpoint-batch-size"],
  };
}

function agentSegmentBytes(text: string): number {
  const bytes = Number(parseByteSize(text));
  if (bytes >= 10 * 2 ** 20 && bytes <= 256 * 2 ** 20) return bytes;
  throw new Error("flag 'storage.agent.wal-segment-size' must be set between 10MB and 256MB");
}

function ruleOptions(flags: PrometheusFlagValues, features: ReadonlySet<Feature>): RuleOptions {
  return {
    ...defaultRuleOptions,
    outageToleranceMs: parseDuration(flags["rules.alert.for-outage-tolerance"]),
    forGracePeriodMs: parseDuration(flags["rules.alert.for-grace-period"]),
    resendDelayMs: parseDuration(flags["rules.alert.resend-delay"]),
    concurrentEvaluationsMax: features.has("concurrent-rule-eval")
      ? flags["rules.max-concurrent-evals"]
      : 0,
  };
}

function queueOptions(flags: PrometheusFlagValues): QueueOptions {
  return {
    ...defaultQueueOptions,
    capacity: flags["alertmanager.notification-queue-capacity"],
    atShutdown: flags["alertmanager.drain-notification-queue-on-shutdown"] ? "drain" : "drop",
  };
}

/** Host and port of a listen address: `0.0.0.0:9090`, `:9090`, `[::1]:9090`. */
export function listenAddressOf(
  text: string,
  what = "listen address",
): { readonly address: string; readonly port: number } {
  const found = /^(.*):(\d{1,5})$/.exec(text);
  if (found === null) throw new Error(`${what} ${text} is not HOST:PORT`);
  const [, host = "", port = ""] = found;
  assert(Number(port) <= 65_535, "a port has 16 bits");
  return { address: host === "" ? "::" : host.replace(/^\[|\]$/g, ""), port: Number(port) };
}
