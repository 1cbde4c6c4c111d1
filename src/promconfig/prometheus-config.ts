/** The whole of `prometheus.yml`: its sections, and what they take from each other. */
import { quoteGo } from "#base";
import { alertingProblem, alertingType } from "./alerting-config.ts";
import { ConfigError } from "./config-error.ts";
import { expandVariables } from "./expand-variables.ts";
import {
  fillGlobal,
  type GlobalConfig,
  type GlobalDefaults,
  globalType,
  runtimeType,
} from "./global-config.ts";
import { otlpType, translationProblem } from "./otlp-config.ts";
import { relabelProblem } from "./relabel-config.ts";
import { type RemoteWriteConfig, remoteReadType, remoteWriteType } from "./remote-config.ts";
import { list } from "./schema/collection.ts";
import { field, shownField, struct, type ValueOf } from "./schema/decode-struct.ts";
import { checkedPath } from "./schema/option-types.ts";
import { decodeDocument, Decoding, type Problem } from "./schema/yaml-type.ts";
import { fillScrape, type ScrapeConfig, type ScrapeSection, scrapeType } from "./scrape-config.ts";
import { type RetentionConfig, retentionType, storageType, tsdbType } from "./storage-config.ts";
import { tracingType } from "./tracing-config.ts";
import { labelPairs, labelsOf } from "#series";
import { readYaml } from "./yaml/read.ts";
import { writeYaml } from "./yaml/write.ts";

const scrapeConfigsType = list(scrapeType, {
  goType: "[]*config.ScrapeConfig",
  nullItem: "empty or null scrape config section",
});

const configParts = {
  global: shownField("global", globalType),
  runtime: field("runtime", runtimeType, runtimeType.initial),
  alerting: field("alerting", alertingType),
  ruleFiles: field("rule_files", list(patternOf("rule"))),
  scrapeConfigFiles: field("scrape_config_files", list(patternOf("scrape config"))),
  scrapeConfigs: field("scrape_configs", scrapeConfigsType),
  storage: field("storage", storageType),
  tracing: field("tracing", tracingType),
  remoteWrite: field(
    "remote_write",
    list(remoteWriteType, {
      goType: "[]*config.RemoteWriteConfig",
      nullItem: "empty or null remote write config section",
    }),
  ),
  remoteRead: field(
    "remote_read",
    list(remoteReadType, {
      goType: "[]*config.RemoteReadConfig",
      nullItem: "empty or null remote read config section",
    }),
  ),
  otlp: field("otlp", otlpType, otlpType.initial),
} as const;

type ConfigSections = ValueOf<typeof configParts>;
const configType = struct("config.plain", configParts);

function patternOf(what: string) {
  return checkedPath((pattern) =>
    /^[^*]*(\*[^/]*)?$/.test(pattern) ? undefined : `invalid ${what} file path ${quoteGo(pattern)}`,
  );
}

/** A configuration that is complete and checked. Nothing is ever changed in it. */
export interface PrometheusConfig extends Omit<ConfigSections, "global" | "storage"> {
  readonly global: GlobalConfig;
  readonly scrapeConfigs: readonly ScrapeConfig[];
  readonly storage: {
    readonly tsdb: NonNullable<ConfigSections["storage"]["tsdb"]> & {
      readonly retention: RetentionConfig;
    };
    /** Undefined leaves the number of exemplars to the program: 100,000. */
    readonly exemplars: ConfigSections["storage"]["exemplars"];
  };
}

/** What the program's flags say about a configuration. */
export interface ConfigDefaults extends GlobalDefaults {
  readonly gogc: number;
  /** For when the file sets no retention. */
  readonly retention: RetentionConfig;
}

export const configDefaults: ConfigDefaults = {
  scrapeProtocols: undefined,
  scrapeNativeHistograms: false,
  extraScrapeMetrics: false,
  gogc: 75,
  retention: retentionType.zero,
};

export interface ParseOptions {
  /** Where relative paths start; undefined leaves them as they are. */
  readonly directory: string | undefined;
  /** Variables that `external_labels` may refer to. */
  readonly env: (name: string) => string | undefined;
  readonly defaults: ConfigDefaults;
}

/** Parses the text of a configuration file. Throws a `ConfigError` in upstream's words. */
export function parseConfig(text: string, options: ParseOptions): PrometheusConfig {
  const decoding = new Decoding(options.directory);
  const root = readYaml(text);
  const sections = decodeDocument(configType, { root, whenEmpty: configType.initial }, decoding);
  return completeConfig(sections, options, decoding);
}

/** Parses a file of `scrape_config_files`, which takes its defaults from `global`. */
export function parseScrapeConfigs(
  text: string,
  { global, directory }: { readonly global: GlobalConfig; readonly directory: string },
): readonly ScrapeConfig[] {
  const decoding = new Decoding(directory);
  const fileType = struct("config.ScrapeConfigs", {
    scrapeConfigs: field("scrape_configs", scrapeConfigsType),
  });
  const root = readYaml(text);
  const file = decodeDocument(fileType, { root, whenEmpty: fileType.initial }, decoding);
  return file.scrapeConfigs.map((section) => completeScrape(section, global, decoding));
}

/** The configuration as `/api/v1/status/config` shows it: defaults filled in, secrets hidden. */
export function formatConfig(config: PrometheusConfig): string {
  return writeYaml(configType.encode(config));
}

/** One job of it, as `/api/v1/scrape_pools/config` shows it. */
export function formatScrapeConfig(config: ScrapeConfig): string {
  return writeYaml(scrapeType.encode(config));
}

/** What the configuration asks for that is not done, one sentence each. */
export function unsupportedOptions(config: PrometheusConfig): readonly string[] {
  const { tracing, storage } = config;
  const options: string[] = [];
  if (tracing.endpoint !== "") {
    options.push(`tracing is not supported: no spans are sent to ${tracing.endpoint}`);
  }
  if (storage.tsdb.staleSeriesCompactionThreshold > 0) {
    options.push(
      "stale_series_compaction_threshold is not supported: the head is compacted as a whole",
    );
  }
  return options;
}

function completeConfig(
  sections: ConfigSections,
  options: ParseOptions,
  decoding: Decoding,
): PrometheusConfig {
  const { defaults } = options;
  const unset = fillGlobal(sections.global, defaults);
  const scrapeConfigs = sections.scrapeConfigs.map((one) => completeScrape(one, unset, decoding));
  refuseAt(duplicateJob(sections.scrapeConfigs), decoding);
  refuseAt(alertingProblem(sections.alerting, unset.nameScheme), decoding);
  refuseAt(remoteProblem(sections, unset), decoding);
  refuseAt(translationProblem(sections.otlp, unset.nameScheme), decoding);
  const labels = labelPairs(unset.externalLabels);
  const externalLabels = labelsOf(
    Array.from(labels, ([name, value]) => [name, expandVariables(value, options.env)] as const),
  );
  const tsdb = sections.storage.tsdb ?? tsdbType.initial;
  const { runtime } = sections;
  return {
    ...sections,
    global: { ...unset, externalLabels },
    runtime: runtimeType.isEmpty(runtime) ? { gogc: defaults.gogc } : runtime,
    scrapeConfigs,
    storage: {
      ...sections.storage,
      tsdb: { ...tsdb, retention: tsdb.retention ?? defaults.retention },
    },
  };
}

function completeScrape(
  section: ScrapeSection,
  global: GlobalConfig,
  decoding: Decoding,
): ScrapeConfig {
  const filled = fillScrape(section, global);
  if ("config" in filled) return filled.config;
  const { problem } = filled;
  refuseAt(typeof problem === "string" ? { message: problem, at: section } : problem, decoding);
}

function duplicateJob(sections: readonly ScrapeSection[]): Problem | undefined {
  const seen = new Set<string>();
  for (const section of sections) {
    if (seen.has(section.jobName)) {
      const message = `found multiple scrape configs with job name ${quoteGo(section.jobName)}`;
      return { message, at: section };
    }
    seen.add(section.jobName);
  }
  return undefined;
}

function remoteProblem(
  { remoteWrite, remoteRead }: ConfigSections,
  { nameScheme }: GlobalConfig,
): Problem | undefined {
  const writeDuplicate = duplicateName("remote write", remoteWrite);
  if (writeDuplicate !== undefined) return writeDuplicate;
  for (const rule of remoteWrite.flatMap((one: RemoteWriteConfig) => one.writeRelabelConfigs)) {
    const message = relabelProblem(rule, nameScheme);
    if (message !== undefined) return { message, at: rule };
  }
  return duplicateName("remote read", remoteRead);
}

/** Those without a name are named by what they contain, later. */
function duplicateName(
  kind: string,
  sections: readonly { readonly name: string }[],
): Problem | undefined {
  const seen = new Set<string>();
  for (const section of sections) {
    if (section.name !== "" && seen.has(section.name)) {
      const message = `found multiple ${kind} configs with job name ${quoteGo(section.name)}`;
      return { message, at: section };
    }
    seen.add(section.name);
  }
  return undefined;
}

function refuseAt(problem: Problem, decoding: Decoding): never;
function refuseAt(problem: Problem | undefined, decoding: Decoding): void;
function refuseAt(problem: Problem | undefined, decoding: Decoding): void {
  if (problem === undefined) return;
  if (typeof problem === "string") throw new ConfigError(problem);
  throw new ConfigError(problem.message, { position: decoding.placeOf(problem.at) });
}
