/**
 * The way of a node that goes: marked, so that nobody comes any more; drained, where there are pods that move;
 * deleted. Pure: what is next at a moment. Periods and words are upstream's.
 */

import { checkDrain, RemainingBudgets } from "./drain.ts";
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";

export interface Removal {
  readonly node: string;
  readonly group: string;
  readonly kind: "empty" | "drain";
  /** Why the node goes, in a sentence. */
  readonly why: string;
  /** The pods that had to move, as `namespace/name`. */
  readonly pods: readonly string[];
  /** When the node was marked. */
  readonly sinceMs: number;
  /** When eviction was tried last. */
  readonly triedAtMs: number | undefined;
  /** What the last refusal said. */
  readonly lastError: string;
  /** The node was deleted, and is still to be seen. */
  readonly isDeleted: boolean;
}

export type RemovalStep =
  | { readonly kind: "wait" }
  | { readonly kind: "evict"; readonly pods: readonly Live<Pod>[] }
  | { readonly kind: "delete" }
  | { readonly kind: "give up"; readonly why: string };

/** For pods that were bound when the node was marked to be seen. */
const settleMs = 5_000;
const retryMs = 10_000;
const evictionMsMax = 120_000;
/** From the end of the evictions until every pod has to be gone. */
const terminationMsMax = 630_000;

/** `pods`: all that are on the node. */
export function nextStep(removal: Removal, pods: readonly Live<Pod>[], nowMs: number): RemovalStep {
  const { sinceMs, triedAtMs } = removal;
  const markedForMs = nowMs - sinceMs;
  if (markedForMs < settleMs) return { kind: "wait" };
  // Whether budgets allow it says the server, at each eviction.
  const check = checkDrain(pods, new RemainingBudgets([]), nowMs);
  if (check.kind === "blocked") return { kind: "give up", why: check.why };
  if (removal.kind === "empty" && check.pods.length > 0) {
    return {
      kind: "give up",
      why: `failed to delete empty node "${removal.node}", new pods scheduled`,
    };
  }
  if (check.pods.length > 0) {
    if (triedAtMs !== undefined && nowMs < triedAtMs + retryMs) return { kind: "wait" };
    if (markedForMs < settleMs + evictionMsMax) return { kind: "evict", pods: check.pods };
    return { kind: "give up", why: timeoutText(check.pods, removal.lastError) };
  }
  const isLeaving = pods.some(({ metadata }) => metadata.deletionTimestamp !== undefined);
  if (removal.kind === "empty" || !isLeaving) return { kind: "delete" };
  if (markedForMs < settleMs + evictionMsMax + terminationMsMax) return { kind: "wait" };
  return { kind: "give up", why: "pods remaining after timeout" };
}

function timeoutText(pods: readonly Live<Pod>[], lastError: string): string {
  const [first] = pods;
  const { namespace = "", name = "" } = first?.metadata ?? {};
  return `failed to evict pod ${namespace}/${name} within allowed timeout (last error: ${lastError})`;
}
