/** Matching nodes against node selectors and taints; as the scheduler and DaemonSets do. Pure. */

import type {
  NodeSelectorRequirement,
  NodeSelectorTerm,
  Taint,
  Toleration,
} from "./core/v1/index.ts";

/** What node selectors look at. */
export interface SelectableNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Terms are alternatives; requirements within one must all hold. An empty term matches nothing. */
export function matchesNodeTerms(
  node: SelectableNode,
  terms: readonly NodeSelectorTerm[],
): boolean {
  return terms.some((term) => matchesNodeTerm(node, term));
}

export function matchesNodeTerm(node: SelectableNode, term: NodeSelectorTerm): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) =>
      matchesRequirement(nodeLabelOf(node, requirement.key), requirement),
    ) &&
    matchFields.every((requirement) =>
      matchesRequirement(requirement.key === "metadata.name" ? node.name : undefined, requirement),
    )
  );
}

export function nodeLabelOf(node: SelectableNode, key: string): string | undefined {
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

export function toleratesTaint(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some(
    ({ key = "", operator = "Equal", value = "", effect = "" }) =>
      (effect === "" || effect === taint.effect) &&
      (key === "" ? operator === "Exists" : key === taint.key) &&
      (operator === "Exists" || value === (taint.value ?? "")),
  );
}
