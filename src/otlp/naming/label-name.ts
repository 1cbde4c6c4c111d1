/** Names of attributes as names of labels. */
import { quoteGo } from "#base";
import { NameError } from "./metric-name.ts";

export interface LabelRules {
  readonly escaping: "escaped" | "as it is";
  /** Whether `key` goes before names that begin with one underscore. */
  readonly leadingUnderscore: "prefixed" | "kept";
  /** What becomes of several underscores in a row. */
  readonly underscoreRuns: "kept" | "joined";
}

/** Throws a `NameError` when the name is empty, or nothing but underscores would be left. */
export function labelName(attribute: string, rules: LabelRules): string {
  if (attribute === "") throw new NameError("label name is empty");
  if (rules.escaping === "as it is") {
    if (!/^_+$/.test(attribute)) return attribute;
    throw new NameError(`label name ${quoteGo(attribute)} contains only underscores`);
  }
  const name = prefixed(escaped(attribute, rules.underscoreRuns), rules.leadingUnderscore);
  if (!/^_+$/.test(name)) return name;
  throw new NameError(
    `normalization for label name ${quoteGo(attribute)} resulted in invalid name ${quoteGo(name)}`,
  );
}

function escaped(attribute: string, underscoreRuns: LabelRules["underscoreRuns"]): string {
  if (underscoreRuns === "kept") return attribute.replace(/[^a-zA-Z0-9]/gu, "_");
  const reserved = /^__(.*)__$/su.exec(attribute)?.[1];
  const joined = (reserved ?? attribute).replace(/[^a-zA-Z0-9]+/gu, "_");
  return reserved === undefined ? joined : `__${joined}__`;
}

function prefixed(name: string, leadingUnderscore: LabelRules["leadingUnderscore"]): string {
  if (/^[0-9]/.test(name)) return `key_${name}`;
  return leadingUnderscore === "prefixed" && /^_(?!_)/.test(name) ? `key${name}` : name;
}
