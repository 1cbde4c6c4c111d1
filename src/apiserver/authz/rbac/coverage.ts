/** Whether what a user has been granted includes what the user is about to grant. Pure. */

import { compareText } from "#base";
import type { PolicyRule } from "#api/rbac/v1";
import { coversUrl, everything } from "./rule-match.ts";

/**
 * The part of `wanted` that no rule of `held` covers, as rules that each name one resource or path;
 * empty when everything is covered. Rules that differ in their verbs alone are joined.
 */
export function uncoveredRules(
  held: readonly PolicyRule[],
  wanted: readonly PolicyRule[],
): readonly PolicyRule[] {
  const missing = wanted
    .flatMap(atomsOf)
    .filter((atom) => !held.some((rule) => covers(rule, atom)));
  return joinVerbs(missing);
}

/** A rule as upstream shows it: `{APIGroups:["apps"], Resources:["deployments"], Verbs:["get"]}`. */
export function formatRule(rule: PolicyRule): string {
  const parts = [
    ["APIGroups", rule.apiGroups],
    ["Resources", rule.resources],
    ["NonResourceURLs", rule.nonResourceURLs],
    ["ResourceNames", rule.resourceNames],
    ["Verbs", rule.verbs],
  ] as const;
  const shown = parts.flatMap(([name, list = []]) =>
    list.length === 0 ? [] : [`${name}:${formatTexts(list)}`],
  );
  return `{${shown.join(", ")}}`;
}

/** A list of texts as Go's `%q` shows it. */
export function formatTexts(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(" ")}]`;
}

/** A rule that stands for more single permissions than this is looked at as a whole. */
const atomCountMax = 100_000;

/** The same permissions with one verb and one resource or path to a rule. */
function atomsOf(rule: PolicyRule): readonly PolicyRule[] {
  const { verbs, apiGroups = [], resources = [], resourceNames = [] } = rule;
  const names = Math.max(resourceNames.length, 1);
  if (verbs.length * apiGroups.length * resources.length * names > atomCountMax) return [rule];
  return rule.verbs.flatMap((verb) => {
    const paths = (rule.nonResourceURLs ?? []).map((url) => ({
      verbs: [verb],
      nonResourceURLs: [url],
    }));
    const resources = (rule.apiGroups ?? []).flatMap((group) =>
      (rule.resources ?? []).flatMap((resource) => resourceAtoms(rule, { verb, group, resource })),
    );
    return [...resources, ...paths];
  });
}

function resourceAtoms(
  { resourceNames = [] }: PolicyRule,
  atom: { readonly verb: string; readonly group: string; readonly resource: string },
): readonly PolicyRule[] {
  const rule = { verbs: [atom.verb], apiGroups: [atom.group], resources: [atom.resource] };
  if (resourceNames.length === 0) return [rule];
  return resourceNames.map((name) => ({ ...rule, resourceNames: [name] }));
}

function covers(held: PolicyRule, wanted: PolicyRule): boolean {
  if (!hasAll(held.verbs, wanted.verbs)) return false;
  const urls = wanted.nonResourceURLs ?? [];
  if (!urls.every((url) => (held.nonResourceURLs ?? []).some((one) => coversUrl(one, url)))) {
    return false;
  }
  const resources = wanted.resources ?? [];
  if (resources.length === 0) return true;
  return (
    hasAll(held.apiGroups, wanted.apiGroups) &&
    resources.every((resource) => coversResource(held.resources ?? [], resource)) &&
    coversNames(held.resourceNames ?? [], wanted.resourceNames ?? [])
  );
}

function coversResource(held: readonly string[], resource: string): boolean {
  if (held.includes(everything) || held.includes(resource)) return true;
  const slash = resource.indexOf("/");
  return slash >= 0 && held.includes(`*${resource.slice(slash)}`);
}

/** A rule without names is about all objects, which no list of names covers. */
function coversNames(held: readonly string[], names: readonly string[]): boolean {
  if (held.length === 0) return true;
  return names.length > 0 && names.every((name) => held.includes(name));
}

function hasAll(held: readonly string[] | undefined, wanted: readonly string[] | undefined) {
  const list = held ?? [];
  return list.includes(everything) || (wanted ?? []).every((one) => list.includes(one));
}

function joinVerbs(atoms: readonly PolicyRule[]): readonly PolicyRule[] {
  const byTarget = new Map<string, PolicyRule>();
  for (const atom of atoms) {
    const target = formatRule({ ...atom, verbs: [] });
    const verbs = new Set([...(byTarget.get(target)?.verbs ?? []), ...atom.verbs]);
    byTarget.set(target, { ...atom, verbs: [...verbs] });
  }
  return [...byTarget.values()].sort((left, right) =>
    compareText(formatRule(left), formatRule(right)),
  );
}
