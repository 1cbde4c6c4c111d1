import { quoteGo } from "#base";
import {
  compileRegex,
  createRelabelRule,
  type NameScheme,
  type RelabelAction,
  relabelActions,
  RelabelError,
  type RelabelRule,
} from "#series";
import { list } from "./schema/collection.ts";
import {
  field,
  shownField,
  struct,
  type StructType,
  type ValueOf,
} from "./schema/decode-struct.ts";
import { labelName } from "./schema/option-types.ts";
import { parsed, text, unsigned64 } from "./schema/scalar.ts";
import type { YamlType } from "./schema/yaml-type.ts";

const action: YamlType<RelabelAction | ""> = parsed<RelabelAction | "">({
  goType: "string",
  zero: "",
  parse: (word) => {
    const known = relabelActions.find((one) => one === word.toLowerCase());
    if (known === undefined) throw new Error(`unknown relabel action ${quoteGo(word)}`);
    return known;
  },
  format: (word) => word,
  isEmpty: (word) => word === "",
});

/** The expression that matches everything; upstream does not show it. */
const defaultRegex = "(.*)";

/** The source of an anchored regular expression that compiles. */
const regex: YamlType<string> = parsed({
  goType: "string",
  zero: "",
  parse: (source) => compileRegex(source, "anchored").source,
  format: (source) => source,
  isEmpty: (source) => source === defaultRegex,
});

const relabelParts = {
  sourceLabels: field("source_labels", list(labelName, { goType: "model.LabelNames", flow: true })),
  separator: shownField("separator", text, ";"),
  regex: field("regex", regex, defaultRegex),
  modulus: field("modulus", unsigned64),
  targetLabel: field("target_label", text),
  replacement: shownField("replacement", text, "$1"),
  action: field("action", action, "replace"),
} as const;

/** One step of relabelling, as configured. */
export type RelabelConfig = ValueOf<typeof relabelParts>;
const relabelType: StructType<RelabelConfig> = struct("relabel.plain", relabelParts);

/** A list of relabelling steps; `nullItem` is what is said of a step that is written without content. */
export function relabelConfigs(nullItem: string): YamlType<readonly RelabelConfig[]> {
  return list(relabelType, { goType: "[]*relabel.Config", nullItem });
}

/** What is wrong with a step, given which names are valid where it applies. */
export function relabelProblem(config: RelabelConfig, scheme: NameScheme): string | undefined {
  try {
    compileRule(config, scheme);
    return undefined;
  } catch (error) {
    if (!(error instanceof RelabelError)) throw error;
    return error.message;
  }
}

/** The steps in the form in which they are applied. They were checked when they were read. */
export function relabelRules(
  configs: readonly RelabelConfig[],
  scheme: NameScheme,
): readonly RelabelRule[] {
  return configs.map((config) => compileRule(config, scheme));
}

/** Some actions allow no other field: for these a default counts as not given. */
function compileRule(config: RelabelConfig, scheme: NameScheme): RelabelRule {
  const { regex: source, sourceLabels } = config;
  const given = {
    ...config,
    regex: source === defaultRegex ? undefined : source,
    sourceLabels: sourceLabels.length === 0 ? undefined : sourceLabels,
  };
  return createRelabelRule(given, scheme);
}
