import { defineCommand, defineFamily } from "../command-line/command.ts";
import { httpConfigFlag, serverUrlFlag } from "../http/flags.ts";

const defaultPath = "data/";

const dbPath = {
  kind: "text",
  default: defaultPath,
  help: `Database path (default is ${defaultPath}).`,
} as const;

const benchWriteCommand = defineCommand({
  name: "write",
  help: "Run a write performance benchmark.",
  flags: {
    out: { kind: "text", default: "benchout", help: "Set the output path." },
    metrics: { kind: "integer", default: "10000", help: "Number of metrics to read." },
    scrapes: { kind: "integer", default: "3000", help: "Number of scrapes to simulate." },
  },
  args: { file: { kind: "text", help: "Input file with samples data." } },
  run: () => {
    const way = "the project measures itself with its own benchmarks";
    return Promise.reject(new Error(`tsdb bench write is not supported: ${way}`));
  },
});

const analyzeCommand = defineCommand({
  name: "analyze",
  help: "Analyze churn, label pair cardinality and compaction efficiency.",
  flags: {
    limit: { kind: "integer", default: "20", help: "How many items to show in each list." },
    extended: { kind: "switch", help: "Run extended analysis." },
    match: {
      kind: "text",
      help: "Series selector to analyze. Only 1 set of matchers is supported now.",
    },
  },
  args: {
    "db path": dbPath,
    "block id": { kind: "text", help: "Block to analyze (default is the last block)." },
  },
  async run(values, surroundings) {
    const { analyzeBlock } = await import("./analyze.ts");
    const { limit, extended, match } = values;
    return analyzeBlock(
      values["db path"],
      { ulid: values["block id"], limit, depth: extended ? "chunks" : "index", match },
      surroundings,
    );
  },
});

const listCommand = defineCommand({
  name: "list",
  help: "List tsdb blocks.",
  flags: {
    "human-readable": { kind: "switch", short: "r", help: "Print human readable values." },
  },
  args: { "db path": dbPath },
  async run(values, surroundings) {
    const { listBlocks } = await import("./list.ts");
    return listBlocks(values["db path"], formOf(values), surroundings);
  },
});

const dumpFlags = {
  "sandbox-dir-root": {
    kind: "text",
    help: "Root directory where a sandbox directory will be created, this sandbox is used in case WAL replay generates chunks (default is the database path). The sandbox is cleaned up at the end.",
  },
  "min-time": {
    kind: "integer",
    default: "-9223372036854775808",
    help: "Minimum timestamp to dump, in milliseconds since the Unix epoch.",
  },
  "max-time": {
    kind: "integer",
    default: "9223372036854775807",
    help: "Maximum timestamp to dump, in milliseconds since the Unix epoch.",
  },
  match: {
    kind: "texts",
    default: "{__name__=~'(?s:.*)'}",
    help: "Series selector. Can be specified multiple times.",
  },
} as const;

const dumpCommand = defineCommand({
  name: "dump",
  help: "Dump data (series+samples or optionally just series) from a TSDB.",
  flags: {
    ...dumpFlags,
    format: {
      kind: "choice",
      choices: ["prom", "seriesjson"],
      default: "prom",
      help: "Output format of the dump (prom (default) or seriesjson).",
    },
  },
  args: { "db path": dbPath },
  async run(values, surroundings) {
    const { dumpDatabase } = await import("./dump.ts");
    const format = values.format === "seriesjson" ? "series" : "samples";
    return dumpDatabase(values["db path"], { ...dumpOf(values), format }, surroundings);
  },
});

const dumpOpenMetricsCommand = defineCommand({
  name: "dump-openmetrics",
  help: "[Experimental] Dump samples from a TSDB into OpenMetrics text format, excluding native histograms and staleness markers, which are not representable in OpenMetrics.",
  flags: dumpFlags,
  args: { "db path": dbPath },
  async run(values, surroundings) {
    const { dumpDatabase } = await import("./dump.ts");
    const dump = { ...dumpOf(values), format: "openmetrics" } as const;
    return dumpDatabase(values["db path"], dump, surroundings);
  },
});

const importFlags = {
  "human-readable": { kind: "switch", short: "r", help: "Print human readable values." },
  quiet: { kind: "switch", short: "q", help: "Do not print created blocks." },
  "max-block-duration": {
    kind: "duration",
    placeholder: "<duration>",
    isHidden: true,
    help: "Maximum duration created blocks may span. Anything less than 2h is ignored.",
  },
} as const;

const fromOpenMetricsCommand = defineCommand({
  name: "openmetrics",
  help: "Import samples from OpenMetrics input and produce TSDB blocks. Please refer to the storage docs for more details.",
  inherited: importFlags,
  flags: {
    label: {
      kind: "pairs",
      help: "Label to attach to metrics. Can be specified multiple times. Example --label=label_name=label_value",
    },
  },
  args: {
    "input file": {
      kind: "text",
      isRequired: true,
      help: "OpenMetrics file to read samples from.",
    },
    "output directory": {
      kind: "text",
      default: defaultPath,
      help: "Output directory for generated blocks.",
    },
  },
  async run(values, surroundings) {
    const { importOpenMetrics } = await import("./import-openmetrics.ts");
    return importOpenMetrics(
      values["input file"],
      {
        directory: values["output directory"],
        form: formOf(values),
        told: values.quiet ? "nothing" : "blocks",
        blockMsMax: values["max-block-duration"],
        labels: values.label,
      },
      surroundings,
    );
  },
});

const fromRulesCommand = defineCommand({
  name: "rules",
  help: "Create blocks of data for new recording rules.",
  inherited: importFlags,
  flags: {
    "http.config.file": httpConfigFlag,
    url: {
      ...serverUrlFlag,
      help: "The URL for the Prometheus API with the data where the rule will be backfilled from.",
    },
    start: {
      kind: "text",
      isRequired: true,
      help: "The time to start backfilling the new rule from. Must be a RFC3339 formatted date or Unix timestamp. Required.",
    },
    end: {
      kind: "text",
      help: "If an end time is provided, all recording rules in the rule files provided will be backfilled to the end time. Default will backfill up to 3 hours ago. Must be a RFC3339 formatted date or Unix timestamp.",
    },
    "output-dir": {
      kind: "text",
      default: defaultPath,
      help: "Output directory for generated blocks.",
    },
    "eval-interval": {
      kind: "duration",
      default: "60s",
      help: "How frequently to evaluate rules when backfilling if a value is not set in the recording rule files.",
    },
  },
  args: {
    "rule-files": {
      kind: "files",
      isRequired: true,
      help: "A list of one or more files containing recording rules to be backfilled. All recording rules listed in the files will be backfilled. Alerting rules are not evaluated.",
    },
  },
  async run(values, surroundings) {
    const { importRules } = await import("./import-rules.ts");
    return importRules(
      values["rule-files"],
      {
        server: { url: values.url, httpConfigFile: values["http.config.file"] },
        start: values.start,
        end: values.end,
        directory: values["output-dir"],
        intervalMs: values["eval-interval"],
        blockMsMax: values["max-block-duration"],
      },
      surroundings,
    );
  },
});

/** `promtool tsdb …`. */
export const tsdbFamily = defineFamily({ name: "tsdb", help: "Run tsdb commands." }, [
  defineFamily({ name: "bench", help: "Run benchmarks." }, [benchWriteCommand]),
  analyzeCommand,
  listCommand,
  dumpCommand,
  dumpOpenMetricsCommand,
  defineFamily(
    {
      name: "create-blocks-from",
      help: "[Experimental] Import samples from input and produce TSDB blocks. Please refer to the storage docs for more details.",
      flags: importFlags,
    },
    [fromOpenMetricsCommand, fromRulesCommand],
  ),
]);

function formOf(values: { readonly "human-readable": boolean }): "exact" | "readable" {
  return values["human-readable"] ? "readable" : "exact";
}

interface DumpValues {
  readonly "min-time": number;
  readonly "max-time": number;
  readonly match: readonly string[];
}

function dumpOf(values: DumpValues) {
  const { match: selectors } = values;
  return { minMs: values["min-time"], maxMs: values["max-time"], selectors };
}
