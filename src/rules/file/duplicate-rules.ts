import { compareText } from "#base";
import type { RuleGroupSpec, RuleSpec } from "./rule-spec.ts";

/** What `promtool check rules` says of them, or undefined when there are none. */
export function describeDuplicateRules(groups: readonly RuleGroupSpec[]): string | undefined {
  const duplicates = findDuplicateRules(groups);
  if (duplicates.length === 0) return undefined;
  const shown = duplicates.map(({ name, labels }) => {
    const lines = labels.map(([label, value]) => `\t${label}: ${value}\n`);
    return `Metric: ${name}\nLabel(s):\n${lines.join("")}`;
  });
  return `${duplicates.length} duplicate rule(s) found.\n${shown.join("")}Might cause inconsistency while recording expressions`;
}

/** Rules that write the same series, or raise the same alerts: one of each kind. */
function findDuplicateRules(groups: readonly RuleGroupSpec[]): readonly RuleSpec[] {
  const byIdentity = Map.groupBy(
    groups.flatMap(({ rules }) => rules),
    ({ name, labels }) => JSON.stringify([name, labels]),
  );
  return [...byIdentity.values()]
    .flatMap((same) => (same.length > 1 ? same.slice(0, 1) : []))
    .sort((left, right) => compareText(identityOf(left), identityOf(right)));
}

function identityOf({ name, labels }: RuleSpec): string {
  return [name, ...labels.flat()].join("\u0000");
}
