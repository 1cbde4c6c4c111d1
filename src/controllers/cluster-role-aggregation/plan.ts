import { compileLabelSelector, matchesLabels } from "#api";
import type { ClusterRole, PolicyRule } from "#api/rbac/v1";
import { compareText } from "#base";

/**
 * The rules of an aggregated role: those of every other role that one of its selectors picks, by name,
 * each rule once. Undefined when it has them already, or takes none from others. Pure.
 */
export function planRules(
  role: ClusterRole,
  all: readonly ClusterRole[],
): readonly PolicyRule[] | undefined {
  if (role.aggregationRule === undefined) return undefined;
  const selectors = (role.aggregationRule.clusterRoleSelectors ?? []).map(compileLabelSelector);
  const sources = all
    .filter((other) => nameOf(other) !== nameOf(role))
    .filter(({ metadata }) => selectors.some((one) => matchesLabels(one, metadata?.labels)))
    .sort((left, right) => compareText(nameOf(left), nameOf(right)));
  const rules = new Map<string, PolicyRule>();
  for (const rule of sources.flatMap((source) => source.rules ?? [])) {
    const text = textOf(rule);
    if (!rules.has(text)) rules.set(text, rule);
  }
  const present = (role.rules ?? []).map(textOf);
  const isCurrent = present.join("\n") === [...rules.keys()].join("\n");
  return isCurrent ? undefined : [...rules.values()];
}

function nameOf({ metadata }: ClusterRole): string {
  return metadata?.name ?? "";
}

/** Rules that say the same have the same text. */
function textOf(rule: PolicyRule): string {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  return JSON.stringify([verbs, apiGroups, resources, resourceNames, nonResourceURLs]);
}
