/** `inhibit_rules`. */
import { field, list, struct, text, type ValueOf, type YamlType } from "#promconfig";
import type { MatcherSyntax } from "../match/parse-matchers.ts";
import type { InhibitRule } from "../suppress/inhibitor.ts";
import { equalMatchersType, matchersType, regexMatchersType } from "./matcher-types.ts";

function parts(syntax: MatcherSyntax) {
  return {
    name: field("name", text),
    sourceMatch: field("source_match", equalMatchersType),
    sourceMatchRegex: field("source_match_re", regexMatchersType),
    sourceMatchers: field("source_matchers", matchersType(syntax)),
    targetMatch: field("target_match", equalMatchersType),
    targetMatchRegex: field("target_match_re", regexMatchersType),
    targetMatchers: field("target_matchers", matchersType(syntax)),
    equal: field("equal", list(text, { goType: "[]string", flow: true })),
  } as const;
}

export type InhibitConfig = ValueOf<ReturnType<typeof parts>>;

export function inhibitType(syntax: MatcherSyntax): YamlType<InhibitConfig> {
  return struct("config.InhibitRule", parts(syntax));
}

/** The rule; one without a name is called by its place in the file. */
export function inhibitRuleOf(config: InhibitConfig, index: number): InhibitRule {
  return {
    name: config.name === "" ? `inhibit rule ${index + 1}` : config.name,
    sourceMatchers: [...config.sourceMatch, ...config.sourceMatchRegex, ...config.sourceMatchers],
    targetMatchers: [...config.targetMatch, ...config.targetMatchRegex, ...config.targetMatchers],
    equal: config.equal,
  };
}
