import { quoteGo } from "#base";
import { isValidLabelName, type NameScheme } from "./names.ts";
import { compileRegex, type Regex } from "./regex.ts";

export type RelabelAction =
  | "replace"
  | "keep"
  | "drop"
  | "keepequal"
  | "dropequal"
  | "hashmod"
  | "labelmap"
  | "labeldrop"
  | "labelkeep"
  | "lowercase"
  | "uppercase";

/** One step of relabelling, complete and valid. */
export interface RelabelRule {
  readonly action: RelabelAction;
  /** Their values, joined by `separator`, are what the rule looks at. */
  readonly sourceLabels: readonly string[];
  readonly separator: string;
  readonly regex: Regex;
  /** For "hashmod": how many numbers there are to choose from. */
  readonly modulus: bigint;
  readonly targetLabel: string;
  readonly replacement: string;
  readonly nameScheme: NameScheme;
}

/** A rule as a configuration file gives it; what is absent has its default. */
export interface RelabelConfig {
  /** In any case; "replace" when absent. */
  readonly action?: string | undefined;
  readonly sourceLabels?: readonly string[] | undefined;
  readonly separator?: string | undefined;
  readonly regex?: string | undefined;
  readonly modulus?: number | bigint | undefined;
  readonly targetLabel?: string | undefined;
  readonly replacement?: string | undefined;
}

/** A rule that makes no sense, in upstream's words. */
export class RelabelError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "RelabelError";
  }
}

const defaults = { separator: ";", regex: "(.*)", replacement: "$1" };

export const relabelActions: readonly RelabelAction[] = [
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
];

/** Fills in defaults and checks. Throws `RelabelError`, or `RegexError` for a bad expression. */
export function createRelabelRule(config: RelabelConfig, nameScheme: NameScheme): RelabelRule {
  const rule = {
    action: parseAction(config.action ?? "replace"),
    sourceLabels: config.sourceLabels ?? [],
    separator: config.separator ?? defaults.separator,
    regex: compileRegex(config.regex ?? defaults.regex, "anchored"),
    modulus: BigInt(config.modulus ?? 0),
    targetLabel: config.targetLabel ?? "",
    replacement: config.replacement ?? defaults.replacement,
    nameScheme,
  };
  const problem = requiredProblem(rule) ?? nameProblem(rule) ?? surplusProblem(rule, config);
  if (problem !== undefined) throw new RelabelError(problem);
  return rule;
}

/** Whether a template refers to groups of the expression. */
export function hasReference(template: string): boolean {
  return template.includes("$");
}

function parseAction(text: string): RelabelAction {
  if (text === "") throw new RelabelError("relabel action cannot be empty");
  const action = relabelActions.find((one) => one === text.toLowerCase());
  if (action === undefined) throw new RelabelError(`unknown relabel action ${quoteGo(text)}`);
  return action;
}

const targetActions: ReadonlySet<RelabelAction> = new Set([
  "replace",
  "hashmod",
  "lowercase",
  "uppercase",
  "keepequal",
  "dropequal",
]);
/** Actions that write or read one label and know no template. */
const plainActions: ReadonlySet<RelabelAction> = new Set([
  "lowercase",
  "uppercase",
  "keepequal",
  "dropequal",
]);

function requiredProblem(rule: RelabelRule): string | undefined {
  const { action, modulus, targetLabel } = rule;
  if (action === "hashmod" && modulus === 0n) {
    return "relabel configuration for hashmod requires non-zero modulus";
  }
  if (!targetActions.has(action) || targetLabel !== "") return undefined;
  return `relabel configuration for ${action} action requires 'target_label' value`;
}

function nameProblem(rule: RelabelRule): string | undefined {
  const { action, targetLabel, replacement, nameScheme } = rule;
  const invalidTarget = `${quoteGo(targetLabel)} is invalid 'target_label' for ${action} action`;
  if (action === "replace") return isTargetTemplate(rule) ? undefined : invalidTarget;
  if (plainActions.has(action)) {
    if (!isValidLabelName(targetLabel, nameScheme)) return invalidTarget;
    if (replacement === defaults.replacement) return undefined;
    return `'replacement' can not be set for ${action} action`;
  }
  if (action === "labelmap" && !isNameTemplate(replacement, nameScheme)) {
    return `${quoteGo(replacement)} is invalid 'replacement' for ${action} action`;
  }
  const isHashTarget = action !== "hashmod" || isValidLabelName(targetLabel, nameScheme);
  return isHashTarget ? undefined : invalidTarget;
}

function isTargetTemplate({ targetLabel, nameScheme }: RelabelRule): boolean {
  if (!hasReference(targetLabel)) return isValidLabelName(targetLabel, nameScheme);
  return isNameTemplate(targetLabel, nameScheme);
}

/** A legacy name in which `$1`, `$name` or `${name}` may stand for letters. */
const legacyTemplate = /^(?:[a-zA-Z_]|\$\w|\$\{\w+\})(?:\w|\$\w|\$\{\w+\})*$/;

function isNameTemplate(template: string, nameScheme: NameScheme): boolean {
  // Other names may hold the characters of references anyway.
  if (nameScheme === "utf8") return isValidLabelName(template, nameScheme);
  return legacyTemplate.test(template);
}

/** Fields that were given although the action does not look at them. */
function surplusProblem(rule: RelabelRule, config: RelabelConfig): string | undefined {
  const { action } = rule;
  const hasOwnTexts =
    rule.separator !== defaults.separator || rule.replacement !== defaults.replacement;
  const hasCommon = hasOwnTexts || rule.modulus !== 0n;
  if (action === "keepequal" || action === "dropequal") {
    if (!hasCommon && config.regex === undefined) return undefined;
    return `${action} action requires only 'source_labels' and \`target_label\`, and no other fields`;
  }
  if (action !== "labeldrop" && action !== "labelkeep") return undefined;
  if (!hasCommon && config.sourceLabels === undefined && rule.targetLabel === "") return undefined;
  return `${action} action requires only 'regex', and no other fields`;
}
