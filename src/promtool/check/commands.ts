import { defineCommand, defineFamily } from "../command-line/command.ts";
import { httpConfigFlag, serverUrlFlag } from "../http/flags.ts";

const lookbackFlags = {
  "query.lookback-delta": {
    kind: "duration",
    default: "5m",
    help: "The server's maximum query lookback duration.",
  },
} as const;

const lintFatalFlag = { kind: "switch", help: "Make lint errors exit with exit code 3." } as const;

const discoveryCommand = defineCommand({
  name: "service-discovery",
  help: "Perform service discovery for the given job name and report the results, including relabeling.",
  flags: {
    timeout: {
      kind: "duration",
      default: "30s",
      help: "The time to wait for discovery results.",
    },
  },
  args: {
    "config-file": { kind: "file", isRequired: true, help: "The prometheus config file." },
    job: { kind: "text", isRequired: true, help: "The job to run service discovery for." },
  },
  async run(values, surroundings) {
    const { checkDiscovery } = await import("./service-discovery.ts");
    const { job, timeout: timeoutMs } = values;
    return checkDiscovery({ file: values["config-file"], job, timeoutMs }, surroundings);
  },
});

const configCommand = defineCommand({
  name: "config",
  help: "Check if the config files are valid or not.",
  inherited: lookbackFlags,
  flags: {
    "syntax-only": {
      kind: "switch",
      help: "Only check the config file syntax, ignoring file and content validation referenced in the config",
    },
    lint: {
      kind: "text",
      default: "duplicate-rules",
      help: "Linting checks to apply to the rules/scrape configs specified in the config. Available options are: all, duplicate-rules, none, too-long-scrape-interval. Use --lint=none to disable linting",
    },
    "lint-fatal": lintFatalFlag,
    "ignore-unknown-fields": {
      kind: "switch",
      help: "Ignore unknown fields in the rule groups read by the config files. This is useful when you want to extend rule files with custom metadata. Ensure that those fields are removed before loading them into the Prometheus server as it performs strict checks by default.",
    },
    agent: { kind: "switch", help: "Check config file for Prometheus in Agent mode." },
  },
  args: {
    "config-files": { kind: "files", isRequired: true, help: "The config files to check." },
  },
  async run(values, surroundings) {
    const { checkConfigs } = await import("./config.ts");
    return checkConfigs(
      values["config-files"],
      {
        mode: values.agent ? "agent" : "server",
        depth: values["syntax-only"] ? "syntax" : "files",
        lint: values.lint,
        lintFindings: values["lint-fatal"] ? "fatal" : "told",
        unknownFields: values["ignore-unknown-fields"] ? "ignore" : "refuse",
        lookbackMs: values["query.lookback-delta"],
      },
      surroundings,
    );
  },
});

const webConfigCommand = defineCommand({
  name: "web-config",
  help: "Check if the web config files are valid or not.",
  args: {
    "web-config-files": { kind: "files", isRequired: true, help: "The config files to check." },
  },
  async run(values, surroundings) {
    const { checkWebConfigs } = await import("./web-config.ts");
    return checkWebConfigs(values["web-config-files"], surroundings);
  },
});

const serverFlags = { "http.config.file": httpConfigFlag, url: serverUrlFlag } as const;

const healthyCommand = defineCommand({
  name: "healthy",
  help: "Check if the Prometheus server is healthy.",
  flags: serverFlags,
  async run(values, surroundings) {
    const { checkServer } = await import("./server-status.ts");
    const server = { url: values.url, httpConfigFile: values["http.config.file"] };
    return checkServer(server, "/-/healthy", surroundings);
  },
});

const readyCommand = defineCommand({
  name: "ready",
  help: "Check if the Prometheus server is ready.",
  flags: serverFlags,
  async run(values, surroundings) {
    const { checkServer } = await import("./server-status.ts");
    const server = { url: values.url, httpConfigFile: values["http.config.file"] };
    return checkServer(server, "/-/ready", surroundings);
  },
});

const rulesCommand = defineCommand({
  name: "rules",
  help: "Check if the rule files are valid or not.",
  flags: {
    lint: {
      kind: "text",
      default: "duplicate-rules",
      help: "Linting checks to apply. Available options are: all, duplicate-rules, none. Use --lint=none to disable linting",
    },
    "lint-fatal": lintFatalFlag,
    "ignore-unknown-fields": {
      kind: "switch",
      help: "Ignore unknown fields in the rule files. This is useful when you want to extend rule files with custom metadata. Ensure that those fields are removed before loading them into the Prometheus server as it performs strict checks by default.",
    },
  },
  args: {
    "rule-files": {
      kind: "files",
      help: "The rule files to check, default is read from standard input.",
    },
  },
  async run(values, surroundings) {
    const { checkRules } = await import("./rules.ts");
    return checkRules(
      values["rule-files"],
      {
        lint: values.lint,
        lintFindings: values["lint-fatal"] ? "fatal" : "told",
        unknownFields: values["ignore-unknown-fields"] ? "ignore" : "refuse",
      },
      surroundings,
    );
  },
});

const metricsCommand = defineCommand({
  name: "metrics",
  help: `Pass Prometheus metrics over stdin to lint them for consistency and correctness, and optionally perform cardinality analysis.

examples:

$ cat metrics.prom | promtool check metrics

$ curl -s http://localhost:9090/metrics | promtool check metrics --extended

$ curl -s http://localhost:9100/metrics | promtool check metrics --extended --lint=none`,
  flags: {
    extended: {
      kind: "switch",
      help: "Print extended information related to the cardinality of the metrics.",
    },
    lint: {
      kind: "text",
      default: "all",
      help: "Linting checks to apply for metrics. Available options are: all, none. Use --lint=none to disable metrics linting.",
    },
  },
  async run(values, surroundings) {
    const { checkMetrics } = await import("./metrics.ts");
    const asked = { lints: values.lint !== "none", isExtended: values.extended };
    return checkMetrics(asked, surroundings);
  },
});

/** `promtool check …`. */
export const checkFamily = defineFamily(
  { name: "check", help: "Check the resources for validity.", flags: lookbackFlags },
  [
    discoveryCommand,
    configCommand,
    webConfigCommand,
    healthyCommand,
    readyCommand,
    rulesCommand,
    metricsCommand,
  ],
);
