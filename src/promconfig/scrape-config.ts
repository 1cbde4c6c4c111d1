import { quoteGo } from "#base";
import { escapingSchemes, type EscapingScheme, type NameScheme } from "#series";
import { discoveryPart, type DiscoveryConfig } from "./discovery/discovery-config.ts";
import { type GlobalConfig, nameScheme } from "./global-config.ts";
import { checkHttpClient, fillHttpClient, httpClientType } from "./http-client-config.ts";
import { type RelabelConfig, relabelConfigs, relabelProblem } from "./relabel-config.ts";
import { list, mapOf, optional } from "./schema/collection.ts";
import {
  field,
  shownField,
  struct,
  type StructType,
  type ValueOf,
} from "./schema/decode-struct.ts";
import { byteSize, durationMs, path } from "./schema/option-types.ts";
import { bool, float, text, unsigned } from "./schema/scalar.ts";
import type { Problem } from "./schema/yaml-type.ts";
import {
  defaultScrapeProtocols,
  isScrapeProtocol,
  protobufFirstProtocols,
  type ScrapeProtocol,
  scrapeProtocolProblem,
  scrapeProtocolsProblem,
  scrapeProtocolType,
} from "./scrape-protocol.ts";

const scrapeParts = {
  jobName: shownField("job_name", text),
  honorLabels: field("honor_labels", bool),
  honorTimestamps: shownField("honor_timestamps", bool, true),
  trackTimestampsStaleness: shownField("track_timestamps_staleness", bool),
  params: field("params", mapOf(list(text), "url.Values")),
  scrapeIntervalMs: field("scrape_interval", durationMs),
  scrapeTimeoutMs: field("scrape_timeout", durationMs),
  scrapeProtocols: field(
    "scrape_protocols",
    optional(list(scrapeProtocolType, { goType: "[]config.ScrapeProtocol" })),
  ),
  fallbackProtocol: field("fallback_scrape_protocol", scrapeProtocolType),
  scrapeNativeHistograms: field("scrape_native_histograms", optional(bool)),
  alwaysScrapeClassicHistograms: field("always_scrape_classic_histograms", optional(bool)),
  convertClassicHistograms: field("convert_classic_histograms_to_nhcb", optional(bool)),
  scrapeFailureLogFile: field("scrape_failure_log_file", path),
  metricsPath: field("metrics_path", text, "/metrics"),
  scheme: field("scheme", text, "http"),
  enableCompression: shownField("enable_compression", bool, true),
  bodySizeLimitBytes: field("body_size_limit", byteSize),
  sampleLimit: field("sample_limit", unsigned),
  targetLimit: field("target_limit", unsigned),
  labelLimit: field("label_limit", unsigned),
  labelNameLengthLimit: field("label_name_length_limit", unsigned),
  labelValueLengthLimit: field("label_value_length_limit", unsigned),
  nativeHistogramBucketLimit: field("native_histogram_bucket_limit", unsigned),
  nativeHistogramMinBucketFactor: field("native_histogram_min_bucket_factor", float),
  keepDroppedTargets: field("keep_dropped_targets", unsigned),
  nameScheme: field("metric_name_validation_scheme", nameScheme),
  escapingScheme: field("metric_name_escaping_scheme", text),
  extraScrapeMetrics: field("extra_scrape_metrics", optional(bool)),
  http: httpClientType.inline,
  relabelConfigs: field(
    "relabel_configs",
    relabelConfigs("empty or null target relabeling rule in scrape config"),
  ),
  metricRelabelConfigs: field(
    "metric_relabel_configs",
    relabelConfigs("empty or null metric relabeling rule in scrape config"),
  ),
  discoveries: discoveryPart,
} as const;

/** One of `scrape_configs` as it is written; what it leaves to the global section is empty. */
export type ScrapeSection = ValueOf<typeof scrapeParts>;
export const scrapeType: StructType<ScrapeSection> = struct("config.ScrapeConfig", scrapeParts, {
  check: (section) =>
    section.jobName === ""
      ? "job_name is empty"
      : (checkHttpClient(section.http) ?? staticTargetsProblem(section)),
  fill: (section) => ({ ...section, http: fillHttpClient(section.http) }),
});

/** What is wrong with the listed targets, which relabelling could still make right. */
export function staticTargetsProblem(section: {
  readonly relabelConfigs: readonly RelabelConfig[];
  readonly discoveries: readonly DiscoveryConfig[];
}): string | undefined {
  if (section.relabelConfigs.length > 0) return undefined;
  const bad = section.discoveries
    .flatMap((discovery) => (discovery.kind === "static" ? discovery.groups : []))
    .flatMap((group) => group.targets)
    .find((address) => address.includes("/"));
  return bad === undefined ? undefined : `${quoteGo(bad)} is not a valid hostname`;
}

/** How one job's targets are found and scraped; nothing is left open. */
export interface ScrapeConfig
  extends Omit<
    ScrapeSection,
    "nameScheme" | "escapingScheme" | "scrapeProtocols" | "fallbackProtocol"
  > {
  readonly scrapeProtocols: readonly ScrapeProtocol[];
  /** What a body is taken for whose content type says nothing; empty refuses it. */
  readonly fallbackProtocol: ScrapeProtocol | "";
  readonly scrapeNativeHistograms: boolean;
  readonly alwaysScrapeClassicHistograms: boolean;
  readonly convertClassicHistograms: boolean;
  readonly extraScrapeMetrics: boolean;
  readonly nameScheme: NameScheme;
  readonly escapingScheme: EscapingScheme;
}

/** The job with what it takes from the global section, or what is wrong with the two together. */
export function fillScrape(
  section: ScrapeSection,
  global: GlobalConfig,
): { readonly config: ScrapeConfig } | { readonly problem: Problem } {
  const problem = timingProblem(section, global);
  if (problem !== undefined) return { problem };
  const protocols = protocolsOf(section, global);
  if (typeof protocols === "string") return { problem: protocols };
  const names = namesOf(section, global);
  if (typeof names === "string") return { problem: names };
  for (const rule of [...section.relabelConfigs, ...section.metricRelabelConfigs]) {
    const message = relabelProblem(rule, names.nameScheme);
    if (message !== undefined) return { problem: { message, at: rule } };
  }
  return { config: { ...section, ...inherited(section, global), ...protocols, ...names } };
}

function timingProblem(section: ScrapeSection, global: GlobalConfig): string | undefined {
  const intervalMs = section.scrapeIntervalMs || global.scrapeIntervalMs;
  if (section.scrapeTimeoutMs <= intervalMs) return undefined;
  return `scrape timeout greater than scrape interval for scrape config with job name ${quoteGo(section.jobName)}`;
}

function inherited(section: ScrapeSection, global: GlobalConfig) {
  const scrapeIntervalMs = section.scrapeIntervalMs || global.scrapeIntervalMs;
  return {
    scrapeIntervalMs,
    scrapeTimeoutMs: section.scrapeTimeoutMs || Math.min(global.scrapeTimeoutMs, scrapeIntervalMs),
    bodySizeLimitBytes: section.bodySizeLimitBytes || global.bodySizeLimitBytes,
    sampleLimit: section.sampleLimit || global.sampleLimit,
    targetLimit: section.targetLimit || global.targetLimit,
    labelLimit: section.labelLimit || global.labelLimit,
    labelNameLengthLimit: section.labelNameLengthLimit || global.labelNameLengthLimit,
    labelValueLengthLimit: section.labelValueLengthLimit || global.labelValueLengthLimit,
    keepDroppedTargets: section.keepDroppedTargets || global.keepDroppedTargets,
    scrapeFailureLogFile: section.scrapeFailureLogFile || global.scrapeFailureLogFile,
    scrapeNativeHistograms: section.scrapeNativeHistograms ?? global.scrapeNativeHistograms,
    alwaysScrapeClassicHistograms:
      section.alwaysScrapeClassicHistograms ?? global.alwaysScrapeClassicHistograms,
    convertClassicHistograms: section.convertClassicHistograms ?? global.convertClassicHistograms,
    extraScrapeMetrics: section.extraScrapeMetrics ?? global.extraScrapeMetrics,
  };
}

function protocolsOf(section: ScrapeSection, global: GlobalConfig) {
  const job = quoteGo(section.jobName);
  const wantsNative = section.scrapeNativeHistograms ?? global.scrapeNativeHistograms;
  const words =
    section.scrapeProtocols ??
    global.scrapeProtocols ??
    (wantsNative ? protobufFirstProtocols : defaultScrapeProtocols);
  const problem = scrapeProtocolsProblem(words);
  if (problem !== undefined) return `${problem} for scrape config with job name ${job}`;
  const fallback = section.fallbackProtocol;
  const scrapeProtocols = words.filter(isScrapeProtocol);
  if (fallback === "") return { scrapeProtocols, fallbackProtocol: "" } as const;
  if (isScrapeProtocol(fallback)) return { scrapeProtocols, fallbackProtocol: fallback };
  return `invalid fallback_scrape_protocol for scrape config with job name ${job}: ${scrapeProtocolProblem(fallback)}`;
}

const schemeWords = "'allow-utf-8', 'underscores', 'dots', or 'values'";

/** Which names are valid and how they are asked for; a job's own choice of names decides for both. */
function namesOf(section: ScrapeSection, global: GlobalConfig) {
  if (global.escapingScheme !== "" && findEscaping(global.escapingScheme) === undefined) {
    return `unknown global name escaping method specified, must be one of ${schemeWords}, got ${quoteGo(global.escapingScheme)}`;
  }
  const scheme = section.nameScheme || global.nameScheme;
  const fitting = scheme === "legacy" ? "underscores" : "allow-utf-8";
  const inheritedEscaping = section.nameScheme === "" ? global.escapingScheme : "";
  const word = section.escapingScheme || inheritedEscaping || fitting;
  const escapingScheme = findEscaping(word);
  if (escapingScheme === undefined) {
    return `unknown scrape config name escaping method specified, must be one of ${schemeWords}, got ${quoteGo(word)}`;
  }
  if (escapingScheme === "allow-utf-8" && scheme === "legacy") {
    return "utf8 metric names requested but validation scheme is not set to UTF8";
  }
  return { nameScheme: scheme, escapingScheme };
}

function findEscaping(word: string): EscapingScheme | undefined {
  return escapingSchemes.find((scheme) => scheme === word);
}
