import { quoteGo } from "#base";
import type { NameScheme } from "#series";
import { list } from "./schema/collection.ts";
import { field, struct, type StructType, type ValueOf } from "./schema/decode-struct.ts";
import { bool, choice, text } from "./schema/scalar.ts";

const translationStrategies = [
  "UnderscoreEscapingWithSuffixes",
  "UnderscoreEscapingWithoutSuffixes",
  "NoUTF8EscapingWithSuffixes",
  "NoTranslation",
] as const;
export type TranslationStrategy = (typeof translationStrategies)[number];

const translationStrategy = choice(
  translationStrategies,
  (word) => `unsupported OTLP translation strategy ${quoteGo(word)}`,
);

const otlpParts = {
  promoteAllResourceAttributes: field("promote_all_resource_attributes", bool),
  promoteResourceAttributes: field("promote_resource_attributes", list(text)),
  ignoreResourceAttributes: field("ignore_resource_attributes", list(text)),
  translationStrategy: field(
    "translation_strategy",
    translationStrategy,
    "UnderscoreEscapingWithSuffixes",
  ),
  keepIdentifyingResourceAttributes: field("keep_identifying_resource_attributes", bool),
  convertHistogramsToNhcb: field("convert_histograms_to_nhcb", bool),
  promoteScopeMetadata: field("promote_scope_metadata", bool),
  labelNameUnderscoreSanitization: field("label_name_underscore_sanitization", bool, true),
  labelNamePreserveMultipleUnderscores: field(
    "label_name_preserve_multiple_underscores",
    bool,
    true,
  ),
} as const;

/** How metrics that come by OTLP become series. */
export type OtlpConfig = ValueOf<typeof otlpParts>;
export const otlpType: StructType<OtlpConfig> = struct("config.plain", otlpParts, {
  check: (config) => {
    if (!config.promoteAllResourceAttributes) {
      return config.ignoreResourceAttributes.length > 0
        ? "'ignore_resource_attributes' cannot be configured unless 'promote_all_resource_attributes' is true"
        : attributesProblem("promote_resource_attributes", config.promoteResourceAttributes);
    }
    return config.promoteResourceAttributes.length > 0
      ? "'promote_all_resource_attributes' and 'promote_resource_attributes' cannot be configured simultaneously"
      : attributesProblem("ignore_resource_attributes", config.ignoreResourceAttributes);
  },
  fill: (config) => ({
    ...config,
    promoteResourceAttributes: config.promoteResourceAttributes.map((name) => name.trim()),
    ignoreResourceAttributes: config.ignoreResourceAttributes.map((name) => name.trim()),
  }),
});

function attributesProblem(key: string, names: readonly string[]): string | undefined {
  const adjective = key.startsWith("ignore") ? "ignored" : "promoted";
  const seen = new Set<string>();
  const problems = names.flatMap((name) => {
    const trimmed = name.trim();
    if (trimmed === "") return [`empty ${adjective} OTel resource attribute`];
    if (seen.has(trimmed)) {
      return [`duplicated ${adjective} OTel resource attribute ${quoteGo(trimmed)}`];
    }
    seen.add(trimmed);
    return [];
  });
  return problems.length === 0 ? undefined : `invalid '${key}': ${problems.join("\n")}`;
}

/** What is wrong with keeping names that the configuration does not allow. */
export function translationProblem(config: OtlpConfig, scheme: NameScheme): string | undefined {
  return scheme === "legacy" && config.translationStrategy.startsWith("No")
    ? `OTLP translation strategy ${quoteGo(config.translationStrategy)} is not allowed when UTF8 is disabled`
    : undefined;
}
