import { defineCommand, defineFamily } from "../command-line/command.ts";
import { httpConfigFlag } from "../http/flags.ts";

const queryFlags = {
  format: {
    kind: "choice",
    choices: ["promql", "json"],
    default: "promql",
    short: "o",
    help: "Output format of the query.",
  },
  "http.config.file": httpConfigFlag,
} as const;

const server = { kind: "url", isRequired: true, help: "Prometheus server to query." } as const;
const expr = { kind: "text", isRequired: true, help: "PromQL query expression." } as const;
const header = { kind: "pairs", help: "Extra headers to send to server." } as const;
const start = { kind: "text", help: "Start time (RFC3339 or Unix timestamp)." } as const;
const end = { kind: "text", help: "End time (RFC3339 or Unix timestamp)." } as const;
const match = {
  kind: "texts",
  help: "Series selector. Can be specified multiple times.",
} as const;

const instantCommand = defineCommand({
  name: "instant",
  help: "Run instant query.",
  inherited: queryFlags,
  flags: {
    time: { kind: "text", help: "Query evaluation time (RFC3339 or Unix timestamp)." },
    header,
  },
  args: { server, expr },
  async run(values, surroundings) {
    const { queryInstant } = await import("./query.ts");
    return queryInstant(values.expr, values.time, { ...asked(values), surroundings });
  },
});

const rangeCommand = defineCommand({
  name: "range",
  help: "Run range query.",
  inherited: queryFlags,
  flags: {
    header,
    start: { kind: "text", help: "Query range start time (RFC3339 or Unix timestamp)." },
    end: { kind: "text", help: "Query range end time (RFC3339 or Unix timestamp)." },
    step: { kind: "duration", help: "Query step size (duration)." },
  },
  args: { server, expr },
  async run(values, surroundings) {
    const { queryRange } = await import("./query.ts");
    const range = { start: values.start, end: values.end, stepMs: values.step };
    return queryRange(values.expr, range, { ...asked(values), surroundings });
  },
});

const seriesCommand = defineCommand({
  name: "series",
  help: "Run series query.",
  inherited: queryFlags,
  flags: { match: { ...match, isRequired: true }, start, end },
  args: { server },
  async run(values, surroundings) {
    const { querySeries } = await import("./query.ts");
    return querySeries(values.match, values, { ...asked(values), surroundings });
  },
});

const labelsCommand = defineCommand({
  name: "labels",
  help: "Run labels query.",
  inherited: queryFlags,
  flags: { start, end, match },
  args: {
    server,
    name: { kind: "text", isRequired: true, help: "Label name to provide label values for." },
  },
  async run(values, surroundings) {
    const { queryLabels } = await import("./query.ts");
    return queryLabels(values, values, { ...asked(values), surroundings });
  },
});

const analyzeCommand = defineCommand({
  name: "analyze",
  help: "Run queries against your Prometheus to analyze the usage pattern of certain metrics.",
  inherited: queryFlags,
  flags: {
    server,
    type: { kind: "text", isRequired: true, help: "Type of metric: histogram." },
    duration: { kind: "duration", default: "1h", help: "Time frame to analyze." },
    time: { kind: "text", help: "Query time (RFC3339 or Unix timestamp), defaults to now." },
    match: { ...match, isRequired: true },
  },
  async run(values, surroundings) {
    const { analyzeHistograms } = await import("./analyze.ts");
    const { type, time, match: matchers, duration: durationMs } = values;
    const wanted = { type, time, matchers, durationMs };
    return analyzeHistograms(wanted, { ...asked(values), surroundings });
  },
});

/** `promtool query …`. */
export const queryFamily = defineFamily(
  { name: "query", help: "Run query against a Prometheus server.", flags: queryFlags },
  [instantCommand, rangeCommand, seriesCommand, labelsCommand, analyzeCommand],
);

interface QueryValues {
  readonly server: string;
  readonly "http.config.file": string;
  readonly format: string;
  readonly header?: ReadonlyMap<string, string>;
}

/** Whom to ask, how, and how to show the answer. */
function asked(values: QueryValues) {
  return {
    server: { url: values.server, httpConfigFile: values["http.config.file"] },
    headers: values.header ?? new Map<string, string>(),
    format: values.format === "json" ? ("json" as const) : ("promql" as const),
  };
}
