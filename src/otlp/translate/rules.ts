import type { OtlpConfig } from "#promconfig";
import type { LabelRules } from "../naming/label-name.ts";
import type { NameRules } from "../naming/metric-name.ts";

/** How metrics become series. */
export interface TranslationRules {
  readonly names: NameRules;
  readonly labels: LabelRules;
  readonly promotion: Promotion;
  /** Whether `target_info` keeps what `job` and `instance` are made of. */
  readonly identifyingAttributes: "kept" | "left out";
  readonly histogramsAs: "classic" | "custom buckets";
  readonly scopeMetadata: "promoted" | "left out";
  readonly typeAndUnitLabels: "added" | "left out";
  /** What becomes of points that only tell what happened since the one before. */
  readonly deltas: DeltaRule;
  /** How far queries look back: `target_info` has a sample in every half of it. */
  readonly lookbackMs: number;
}

/** "summed": as if the sender had added them up itself; "kept": stored as they are, type unknown. */
export type DeltaRule = "refused" | "summed" | "kept";

/** Which attributes of a source become labels of all its series. */
interface Promotion {
  readonly names: ReadonlySet<string>;
  /** Whether the names are those that are promoted, or those that are not. */
  readonly meaning: "only these" | "all but these";
}

/** What flags decide, and not the configuration file. */
export type TranslationFlags = Pick<
  TranslationRules,
  "typeAndUnitLabels" | "deltas" | "lookbackMs"
>;

export function translationRules(config: OtlpConfig, flags: TranslationFlags): TranslationRules {
  const { translationStrategy } = config;
  const escaping = translationStrategy.startsWith("Underscore") ? "escaped" : "as it is";
  const isAll = config.promoteAllResourceAttributes;
  return {
    ...flags,
    names: {
      escaping,
      suffixes: translationStrategy.endsWith("WithSuffixes") ? "added" : "left out",
    },
    labels: {
      escaping,
      leadingUnderscore: config.labelNameUnderscoreSanitization ? "prefixed" : "kept",
      underscoreRuns: config.labelNamePreserveMultipleUnderscores ? "kept" : "joined",
    },
    promotion: {
      names: new Set(isAll ? config.ignoreResourceAttributes : config.promoteResourceAttributes),
      meaning: isAll ? "all but these" : "only these",
    },
    identifyingAttributes: config.keepIdentifyingResourceAttributes ? "kept" : "left out",
    histogramsAs: config.convertHistogramsToNhcb ? "custom buckets" : "classic",
    scopeMetadata: config.promoteScopeMetadata ? "promoted" : "left out",
  };
}
