/** What was decided about the sizes of groups, kept for people to read; and as objects of the API. */

import { type AnyKind, formatTime, type JsonObject, notFound } from "#api";
import { nodeScalingDecision } from "#api/explain/v1";

export interface NodeDecision {
  readonly atMs: number;
  /** Empty where no group helps. */
  readonly group: string;
  readonly from: number;
  readonly to: number;
  readonly outcome: "grown" | "shrunk" | "kept" | "failed";
  /** In a sentence. */
  readonly reason: string;
  readonly nodes: readonly string[];
  /** As `namespace/name`. */
  readonly pods: readonly string[];
  readonly options: readonly NodeOption[];
}

interface NodeOption {
  readonly group: string;
  readonly nodes: number;
  readonly pods: number;
  readonly unusedCPU: number;
  readonly unusedMemory: number;
}

const decisionsMax = 1_000;

/** The latest decisions, in memory. */
export class NodeDecisionLog {
  readonly #decisions: NodeDecision[] = [];

  /** No two decisions have the same moment, which names them. */
  add(decision: NodeDecision): void {
    const afterLast = (this.#decisions.at(-1)?.atMs ?? 0) + 1;
    this.#decisions.push({ ...decision, atMs: Math.max(decision.atMs, afterLast) });
    if (this.#decisions.length > decisionsMax) this.#decisions.shift();
  }

  /** Oldest first. */
  list(): readonly NodeDecision[] {
    return this.#decisions;
  }
}

export interface NodeDecisionObjects {
  readonly kind: AnyKind;
  list(): readonly JsonObject[];
  /** Throws NotFound. */
  get(namespace: string, name: string): JsonObject;
}

export function nodeDecisionObjects(log: NodeDecisionLog): NodeDecisionObjects {
  const list = () => log.list().map(objectOf);
  return {
    kind: nodeScalingDecision,
    list,
    get(_everywhere, name) {
      const found = log.list().find((decision) => nameOf(decision) === name);
      if (found !== undefined) return objectOf(found);
      throw notFound({ group: "explain.wherry", name: "nodescalingdecisions" }, name);
    },
  };
}

/** The group and the moment: sorted by name they are in the order of time. */
function nameOf({ group, atMs }: NodeDecision): string {
  return `${group === "" ? "none" : group}.${Math.round(atMs).toString(16)}`;
}

function objectOf(decision: NodeDecision): JsonObject {
  const { atMs, group, from, to, outcome, reason, nodes, pods, options } = decision;
  const at = formatTime(atMs);
  return {
    metadata: { name: nameOf(decision), creationTimestamp: at, labels: { group } },
    time: at,
    group,
    currentNodes: from,
    desiredNodes: to,
    outcome,
    reason,
    nodes: [...nodes],
    pods: [...pods],
    options: options.map((option) => ({ ...option })),
  };
}
