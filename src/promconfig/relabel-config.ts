import { quoteGo } from "#base";
import { compileRegex, isValidLabelName, type NameScheme } from "#series";
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

const relabelActions = [
  "replace",
  "keep",
  "drop",
  "keepequal",
  "dropequal",
  "hashmod",
  "labelmap",
  "labeldrop",
  "labelkeep",
  "lowercase",
  "uppercase",
] as const;
export type RelabelAction = (typeof relabelActions)[number];

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
export function relabelProblem(rule: RelabelConfig, scheme: NameScheme): string | undefined {
  const ofAction = rule.action === "" ? undefined : actionProblems[rule.action];
  if (ofAction === undefined) return "relabel action cannot be empty";
  return ofAction(rule, scheme);
}

type ActionProblem = (rule: RelabelConfig, scheme: NameScheme) => string | undefined;

const actionProblems: Readonly<Record<RelabelAction, ActionProblem>> = {
  replace: (rule, scheme) => {
    if (rule.targetLabel === "") return targetMissing(rule);
    const isTemplate = /\$(?:\{\w+\}|\w+)/.test(rule.targetLabel);
    const isValid = isTemplate
      ? isValidTemplate(rule.targetLabel, scheme)
      : isValidLabelName(rule.targetLabel, scheme);
    return isValid ? undefined : targetInvalid(rule);
  },
  keep: () => undefined,
  drop: () => undefined,
  keepequal: (rule, scheme) => caseProblem(rule, scheme) ?? equalProblem(rule),
  dropequal: (rule, scheme) => caseProblem(rule, scheme) ?? equalProblem(rule),
  hashmod: (rule, scheme) => {
    if (rule.modulus === 0) return "relabel configuration for hashmod requires non-zero modulus";
    if (rule.targetLabel === "") return targetMissing(rule);
    return isValidLabelName(rule.targetLabel, scheme) ? undefined : targetInvalid(rule);
  },
  labelmap: (rule, scheme) =>
    isValidTemplate(rule.replacement, scheme)
      ? undefined
      : `${quoteGo(rule.replacement)} is invalid 'replacement' for labelmap action`,
  labeldrop: onlyRegexProblem,
  labelkeep: onlyRegexProblem,
  lowercase: caseProblem,
  uppercase: caseProblem,
};

function targetMissing(rule: RelabelConfig): string {
  return `relabel configuration for ${rule.action} action requires 'target_label' value`;
}

function targetInvalid(rule: RelabelConfig): string {
  return `${quoteGo(rule.targetLabel)} is invalid 'target_label' for ${rule.action} action`;
}

/** Legacy names may hold references to groups, which `$` and braces would make invalid. */
function isValidTemplate(template: string, scheme: NameScheme): boolean {
  if (scheme === "utf8") return isValidLabelName(template, scheme);
  return /^(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))(?:\w|\$(?:\{\w+\}|\w+))*$/.test(template);
}

function caseProblem(rule: RelabelConfig, scheme: NameScheme): string | undefined {
  if (rule.targetLabel === "") return targetMissing(rule);
  if (!isValidLabelName(rule.targetLabel, scheme)) return targetInvalid(rule);
  if (rule.replacement === "$1") return undefined;
  return `'replacement' can not be set for ${rule.action} action`;
}

function equalProblem(rule: RelabelConfig): string | undefined {
  if (rule.regex === defaultRegex && rule.modulus === 0 && rule.separator === ";") return undefined;
  return `${rule.action} action requires only 'source_labels' and \`target_label\`, and no other fields`;
}

function onlyRegexProblem(rule: RelabelConfig): string | undefined {
  const isAlone =
    rule.sourceLabels.length === 0 &&
    rule.targetLabel === "" &&
    rule.modulus === 0 &&
    rule.separator === ";" &&
    rule.replacement === "$1";
  return isAlone ? undefined : `${rule.action} action requires only 'regex', and no other fields`;
}
