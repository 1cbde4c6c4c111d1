/** Matching nodes against node selectors and taints; used by several plugins. Pure. */

import type { NodeSelectorTerm, NodeSelectorRequirement, Taint, Toleration } from "#api/core/v1";
import type { NodeState } from "./node-state.ts";

/** Terms are alternatives; requirements within one must all hold. An empty term matches nothing. */
export function matchesAnyTerm(node: NodeState, terms: readonly NodeSelectorTerm[]): boolean {
  return terms.some((term) => matchesTerm(node, term));
}

export function matchesTerm(node: NodeState, term: NodeSelectorTerm): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) =>
      matchesRequirement(labelOf(node, requirement.key), requirement),
    ) &&
    matchFields.every((requirement) =>
      matchesRequirement(requirement.key === "metadata.name" ? node.name : undefined, requirement),
    )
  );
}

export function labelOf(node: NodeState, key: string): string | undefined {
  return Object.hasOwn(node.labels, key) ? node.labels[key] : undefined;
}

function matchesRequirement(
  label: string | undefined,
  { operator, values = [] }: NodeSelectorRequirement,
): boolean {
  switch (operator) {
    case "In":
      return label !== undefined && values.includes(label);
    case "NotIn":
      return label === undefined || !values.includes(label);
    case "Exists":
      return label !== undefined;
    case "DoesNotExist":
      return label === undefined;
    case "Gt":
      return compares(label, values, (left, right) => left > right);
    case "Lt":
      return compares(label, values, (left, right) => left < right);
    default:
      return false;
  }
}

function compares(
  label: string | undefined,
  [bound]: readonly string[],
  holds: (left: bigint, right: bigint) => boolean,
): boolean {
  const integer = /^-?\d{1,19}$/;
  if (label === undefined || bound === undefined) return false;
  if (!integer.test(label) || !integer.test(bound)) return false;
  return holds(BigInt(label), BigInt(bound));
}

export function tolerates(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some(
    ({ key = "", operator = "Equal", value = "", effect = "" }) =>
      (effect === "" || effect === taint.effect) &&
      (key === "" ? operator === "Exists" : key === taint.key) &&
      (operator === "Exists" || value === (taint.value ?? "")),
  );
}
