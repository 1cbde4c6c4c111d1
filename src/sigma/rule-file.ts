/** Policies as a rule file, which any Prometheus loads. */
import { writeYaml, type YamlValue } from "#promconfig";
import { burnRateRules } from "./burn-rate.ts";
import type { PolicyFile } from "./policy-file.ts";
import { policyRules, type SigmaRuleGroup } from "./policy-rules.ts";
import type { SigmaRule } from "./sigma-series.ts";

/** All groups of a file of policies. */
export function policyFileRules({ policies, burnRates }: PolicyFile): readonly SigmaRuleGroup[] {
  return [...policies.map(policyRules), ...burnRates.map(burnRateRules)];
}

/** The groups as YAML. */
export function formatRuleFile(groups: readonly SigmaRuleGroup[]): string {
  return writeYaml(mapOf([["groups", listOf(groups.map(groupOf))]]));
}

function groupOf({ name, interval, rules }: SigmaRuleGroup): YamlValue {
  return mapOf([
    ["name", textOf(name)],
    ["interval", textOf(interval)],
    ["rules", listOf(rules.map(ruleOf))],
  ]);
}

function ruleOf(rule: SigmaRule): YamlValue {
  const entries = Object.entries(rule).map(([key, value]: [string, unknown]) => {
    return [key, typeof value === "string" ? textOf(value) : textsOf(value)] as const;
  });
  return mapOf(entries);
}

/** Labels and annotations. */
function textsOf(value: unknown): YamlValue {
  return mapOf(Object.entries(value ?? {}).map(([key, text]) => [key, textOf(String(text))]));
}

function mapOf(entries: readonly (readonly [string, YamlValue])[]): YamlValue {
  return { kind: "map", entries };
}

function listOf(items: readonly YamlValue[]): YamlValue {
  return { kind: "list", items, flow: false };
}

function textOf(text: string): YamlValue {
  return { kind: "text", text };
}
