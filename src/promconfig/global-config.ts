import { quoteGo } from "#base";
import { byteSize, durationMs, labelNameProblem, labelsType, path } from "./schema/option-types.ts";
import type { NameScheme } from "#series";
import { list, optional } from "./schema/collection.ts";
import { field, struct, type StructType, type ValueOf } from "./schema/decode-struct.ts";
import { bool, choice, integer, text, unsigned } from "./schema/scalar.ts";
import { scrapeProtocolsProblem, scrapeProtocolType } from "./scrape-protocol.ts";

export const nameScheme = choice(
  ["utf8", "legacy"],
  (word) => `unrecognized ValidationScheme: ${quoteGo(word)}`,
  "model.ValidationScheme",
);

/** What of the defaults depends on flags of the program. */
export interface GlobalDefaults {
  readonly scrapeProtocols: readonly string[] | undefined;
  readonly scrapeNativeHistograms: boolean;
  readonly extraScrapeMetrics: boolean;
}

const defaultScrapeIntervalMs = 60_000;
const defaultScrapeTimeoutMs = 10_000;
const defaultEvaluationIntervalMs = 60_000;

const globalParts = {
  scrapeIntervalMs: field("scrape_interval", durationMs),
  scrapeTimeoutMs: field("scrape_timeout", durationMs),
  scrapeProtocols: field(
    "scrape_protocols",
    optional(list(scrapeProtocolType, { goType: "[]config.ScrapeProtocol" })),
  ),
  evaluationIntervalMs: field("evaluation_interval", durationMs),
  ruleQueryOffsetMs: field("rule_query_offset", durationMs),
  queryLogFile: field("query_log_file", path),
  scrapeFailureLogFile: field("scrape_failure_log_file", path),
  externalLabels: field(
    "external_labels",
    labelsType("map[string]string", () => undefined),
  ),
  bodySizeLimitBytes: field("body_size_limit", byteSize),
  sampleLimit: field("sample_limit", unsigned),
  targetLimit: field("target_limit", unsigned),
  labelLimit: field("label_limit", unsigned),
  labelNameLengthLimit: field("label_name_length_limit", unsigned),
  labelValueLengthLimit: field("label_value_length_limit", unsigned),
  keepDroppedTargets: field("keep_dropped_targets", unsigned),
  nameScheme: field("metric_name_validation_scheme", nameScheme),
  escapingScheme: field("metric_name_escaping_scheme", text),
  scrapeNativeHistograms: field("scrape_native_histograms", optional(bool)),
  convertClassicHistograms: field("convert_classic_histograms_to_nhcb", bool),
  alwaysScrapeClassicHistograms: field("always_scrape_classic_histograms", bool),
  extraScrapeMetrics: field("extra_scrape_metrics", optional(bool)),
} as const;

/** The section `global` as it is written; what it leaves out is empty. */
export type GlobalSection = ValueOf<typeof globalParts>;
export const globalType: StructType<GlobalSection> = struct("config.plain", globalParts, {
  check: (section) => {
    if (section.scrapeTimeoutMs > (section.scrapeIntervalMs || defaultScrapeIntervalMs)) {
      return "global scrape timeout greater than scrape interval";
    }
    const { scrapeProtocols } = section;
    if (scrapeProtocols === undefined) return externalLabelsProblem(section);
    const problem = scrapeProtocolsProblem(scrapeProtocols);
    return externalLabelsProblem(section) ?? (problem && `${problem} for global config`);
  },
});

function externalLabelsProblem({ externalLabels, nameScheme: scheme }: GlobalSection) {
  for (let index = 0; index < externalLabels.length; index += 2) {
    const problem = labelNameProblem(externalLabels[index] ?? "", scheme || "utf8");
    if (problem !== undefined) return problem;
    const value = externalLabels[index + 1] ?? "";
    if (!value.isWellFormed()) return `${quoteGo(value)} is not a valid label value`;
  }
  return undefined;
}

/** The section with its defaults, which every job starts from. */
export interface GlobalConfig extends Omit<GlobalSection, "nameScheme"> {
  readonly nameScheme: NameScheme;
  readonly scrapeNativeHistograms: boolean;
  readonly extraScrapeMetrics: boolean;
}

export function fillGlobal(section: GlobalSection, defaults: GlobalDefaults): GlobalConfig {
  const scrapeIntervalMs = section.scrapeIntervalMs || defaultScrapeIntervalMs;
  return {
    ...section,
    scrapeIntervalMs,
    scrapeTimeoutMs: section.scrapeTimeoutMs || Math.min(defaultScrapeTimeoutMs, scrapeIntervalMs),
    scrapeProtocols: section.scrapeProtocols ?? defaults.scrapeProtocols,
    evaluationIntervalMs: section.evaluationIntervalMs || defaultEvaluationIntervalMs,
    nameScheme: section.nameScheme || "utf8",
    scrapeNativeHistograms: section.scrapeNativeHistograms ?? defaults.scrapeNativeHistograms,
    extraScrapeMetrics: section.extraScrapeMetrics ?? defaults.extraScrapeMetrics,
  };
}

/** Go's garbage collector has no counterpart here; the option is accepted, shown and of no effect. */
export const runtimeType = struct("config.RuntimeConfig", { gogc: field("gogc", integer, 75) });
