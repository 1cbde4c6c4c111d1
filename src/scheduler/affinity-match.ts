/** Whether pod affinity terms match pods; used by the affinity filter and score. Pure. */

import { matchesLabels } from "#api";
import type { ClusterView } from "./cluster-state.ts";
import type { NodeState } from "./node-state.ts";
import type { AffinityTerm, PodNeeds } from "./pod-needs.ts";

export function termMatches(term: AffinityTerm, other: PodNeeds, cluster: ClusterView): boolean {
  if (!isNamespaceMeant(term, other.namespace, cluster)) return false;
  return matchesLabels(term.selector, other.labels);
}

function isNamespaceMeant(term: AffinityTerm, namespace: string, cluster: ClusterView): boolean {
  if (term.namespaces.has(namespace)) return true;
  if (term.namespaceSelector === undefined) return false;
  return matchesLabels(term.namespaceSelector, cluster.namespaceLabels(namespace));
}

/** Counts by topology key and value: `zone` → `a` → 3. */
export class TopologyCounts {
  readonly #counts = new Map<string, Map<string, number>>();

  add(node: NodeState, topologyKey: string, amount: number): void {
    const domain = domainOf(node, topologyKey);
    if (domain === undefined) return;
    const counts = this.#counts.get(topologyKey) ?? new Map<string, number>();
    counts.set(domain, (counts.get(domain) ?? 0) + amount);
    this.#counts.set(topologyKey, counts);
  }

  get(node: NodeState, topologyKey: string): number {
    const domain = domainOf(node, topologyKey);
    if (domain === undefined) return 0;
    return this.#counts.get(topologyKey)?.get(domain) ?? 0;
  }

  get keys(): readonly string[] {
    return [...this.#counts.keys()];
  }

  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }
}

export function domainOf(node: NodeState, topologyKey: string): string | undefined {
  return Object.hasOwn(node.labels, topologyKey) ? node.labels[topologyKey] : undefined;
}
