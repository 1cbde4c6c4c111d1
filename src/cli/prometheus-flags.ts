/** The flags of the monitoring engine: those of Prometheus 3.14, by the same names. */
import { quoteGo } from "#base";
import type { Flags, FlagValues } from "./flags.ts";
import { logFlags } from "./log-flags.ts";

const integersMax = 2 ** 53 - 1;

export const prometheusFlags = {
  "config.file": {
    type: "string",
    placeholder: "FILE",
    default: "prometheus.yml",
    help: "what to scrape, evaluate and send",
  },
  "config.auto-reload-interval": {
    type: "string",
    placeholder: "DURATION",
    default: "30s",
    help: "how often the files are looked at for changes (with auto-reload-config)",
  },
  "web.listen-address": {
    type: "list",
    placeholder: "ADDRESS",
    default: "0.0.0.0:9090",
    help: "where to serve; may be given several times",
  },
  "web.config.file": {
    type: "string",
    placeholder: "FILE",
    default: "",
    help: "TLS and authentication of the pages and the API",
  },
  "web.external-url": {
    type: "string",
    placeholder: "URL",
    default: "",
    help: "under which address others reach this server; part of links in alerts",
  },
  "web.route-prefix": {
    type: "string",
    placeholder: "PATH",
    help: "below which path to serve (default the path of --web.external-url)",
  },
  "web.page-title": {
    type: "string",
    placeholder: "TITLE",
    default: "Wherry",
    help: "of the pages",
  },
  "web.cors.origin": {
    type: "string",
    placeholder: "REGEX",
    default: ".*",
    help: "pages of which origins may read the API",
  },
  "web.max-connections": {
    type: "integer",
    placeholder: "N",
    min: 1,
    max: 65_535,
    default: 512,
    help: "connections at the same time",
  },
  "web.enable-lifecycle": { type: "boolean", help: "serve /-/reload and /-/quit" },
  "web.enable-admin-api": { type: "boolean", help: "serve deletion and snapshots" },
  "web.enable-remote-write-receiver": { type: "boolean", help: "take in remote write" },
  "web.enable-otlp-receiver": { type: "boolean", help: "take in OTLP metrics" },
  "storage.tsdb.path": {
    type: "string",
    placeholder: "DIR",
    default: "data/",
    help: "where samples are kept",
  },
  "storage.tsdb.retention.time": {
    type: "string",
    placeholder: "DURATION",
    default: "",
    help: "how long samples are kept (default 15d)",
  },
  "storage.tsdb.retention.size": {
    type: "string",
    placeholder: "SIZE",
    default: "",
    help: "how much space blocks may take",
  },
  "storage.tsdb.wal-compression": {
    type: "boolean",
    default: true,
    help: "compress the write-ahead log",
  },
  "storage.tsdb.wal-compression-type": {
    type: "string",
    placeholder: "NAME",
    choices: ["snappy", "zstd"],
    default: "snappy",
    help: "how the write-ahead log is compressed: snappy or zstd",
  },
  "storage.tsdb.no-lockfile": { type: "boolean", help: "do not lock the directory" },
  "storage.remote.read-sample-limit": {
    type: "integer",
    placeholder: "N",
    min: 0,
    max: integersMax,
    default: 50_000_000,
    help: "samples that a remote read may give, unless it is streamed; 0 is no limit",
  },
  "storage.remote.read-concurrent-limit": {
    type: "integer",
    placeholder: "N",
    min: 0,
    max: 10_000,
    default: 10,
    help: "remote reads at the same time; 0 is no limit",
  },
  "storage.remote.read-max-bytes-in-frame": {
    type: "integer",
    placeholder: "BYTES",
    min: 1,
    max: 1_073_741_824,
    default: 1_048_576,
    help: "size of the frames of streamed remote reads",
  },
  "storage.agent.path": {
    type: "string",
    placeholder: "DIR",
    default: "data-agent/",
    help: "where an agent keeps its log",
  },
  "storage.agent.wal-segment-size": {
    type: "string",
    placeholder: "SIZE",
    default: "128MB",
    help: "how long a file of an agent's log is, 10MB to 256MB",
  },
  "storage.agent.wal-compression": {
    type: "boolean",
    default: true,
    help: "compress an agent's log",
  },
  "storage.agent.wal-compression-type": {
    type: "string",
    placeholder: "NAME",
    choices: ["snappy", "zstd"],
    default: "snappy",
    help: "how an agent's log is compressed: snappy or zstd",
  },
  "storage.agent.wal-truncate-frequency": {
    type: "string",
    placeholder: "DURATION",
    default: "2h",
    help: "how often old samples are cut off an agent's log",
  },
  "storage.agent.retention.min-time": {
    type: "string",
    placeholder: "DURATION",
    default: "5m",
    help: "how long an agent keeps samples that were sent, at least",
  },
  "storage.agent.retention.max-time": {
    type: "string",
    placeholder: "DURATION",
    default: "4h",
    help: "how long an agent keeps samples that nobody takes, at most",
  },
  "storage.agent.checkpoint-from-in-memory-series": {
    type: "boolean",
    help: "make checkpoints of what is known of the series, without reading the log",
  },
  "storage.agent.checkpoint-batch-size": {
    type: "integer",
    placeholder: "N",
    min: -integersMax,
    max: integersMax,
    default: 1_000,
    help: "series in one record of such a checkpoint",
  },
  "storage.agent.no-lockfile": { type: "boolean", help: "do not lock an agent's directory" },
  "web.search.max-limit": {
    type: "integer",
    placeholder: "N",
    min: 0,
    max: integersMax,
    default: 10_000,
    help: "results that a search may ask for (with search-api); 0 is no limit",
  },
  "query.lookback-delta": {
    type: "string",
    placeholder: "DURATION",
    default: "5m",
    help: "how old the newest sample of a series may be",
  },
  "query.timeout": {
    type: "string",
    placeholder: "DURATION",
    default: "2m",
    help: "how long a query may take",
  },
  "query.max-concurrency": {
    type: "integer",
    placeholder: "N",
    min: 1,
    max: 10_000,
    default: 20,
    help: "queries at the same time",
  },
  "query.max-samples": {
    type: "integer",
    placeholder: "N",
    min: 1,
    max: integersMax,
    default: 50_000_000,
    help: "samples that a query may hold at once",
  },
  "rules.max-concurrent-evals": {
    type: "integer",
    placeholder: "N",
    min: 1,
    max: 1_000,
    default: 4,
    help: "rules at the same time (with concurrent-rule-eval)",
  },
  "rules.alert.for-outage-tolerance": {
    type: "string",
    placeholder: "DURATION",
    default: "1h",
    help: "how long an outage may be after which alerts go on waiting",
  },
  "rules.alert.for-grace-period": {
    type: "string",
    placeholder: "DURATION",
    default: "10m",
    help: "how much longer alerts wait after a restart, at least",
  },
  "rules.alert.resend-delay": {
    type: "string",
    placeholder: "DURATION",
    default: "1m",
    help: "how often a firing alert is sent again",
  },
  "alertmanager.notification-queue-capacity": {
    type: "integer",
    placeholder: "N",
    min: 1,
    max: 10_000_000,
    default: 10_000,
    help: "alerts that may wait to be sent",
  },
  "alertmanager.drain-notification-queue-on-shutdown": {
    type: "boolean",
    default: true,
    help: "send waiting alerts before ending",
  },
  "enable-feature": {
    type: "list",
    placeholder: "NAME",
    help: "a feature that is off by default; may be given several times",
  },
  "sigma.policy-file": {
    type: "list",
    placeholder: "FILE",
    help: "sigma and burn-rate policies to evaluate; a pattern, may be given several times",
  },
  agent: { type: "boolean", help: "scrape and send on, but answer no queries" },
  ...logFlags,
} as const satisfies Flags;

const agentOnly = ["storage.agent."] as const;
const serverOnly = [
  "alertmanager.",
  "query.",
  "rules.",
  "storage.remote.read-",
  "storage.tsdb.",
  "web.search.",
] as const;

/** Why flags cannot be given together, in upstream's words; undefined when they can. */
export function findModeProblem(
  { agent, ...flags }: Pick<PrometheusFlagValues, "agent" | "storage.agent.checkpoint-batch-size">,
  given: readonly string[],
): { readonly problem: string; readonly exitStatus: number } | undefined {
  const wrong = given.filter((name) =>
    (agent ? serverOnly : agentOnly).some((start) => name.startsWith(start)),
  );
  if (wrong.length > 0) {
    const names = wrong.map((name) => quoteGo(`--${name}`)).join(" ");
    const when = agent ? "can not be used in agent mode" : "can only be used in agent mode";
    return { problem: `The following flag(s) ${when}: [${names}]`, exitStatus: 3 };
  }
  if (agent && flags["storage.agent.checkpoint-batch-size"] <= 0) {
    const name = "--storage.agent.checkpoint-batch-size";
    return { problem: `${name} must be greater than 0.`, exitStatus: 1 };
  }
  return undefined;
}

export type PrometheusFlagValues = FlagValues<typeof prometheusFlags>;

/** What the monitoring engine is told on its command line. Paths are absolute. */
export interface PrometheusSettings {
  /** As given, or their defaults. */
  readonly flags: PrometheusFlagValues;
  readonly configFile: string;
  readonly storagePath: string;
  /** Empty when there is none. */
  readonly webConfigFile: string;
}
