/** Why a pod was not scheduled, in upstream's words. Pure. */

import { compareText } from "#base";
import type { NodeRefusal } from "./cycle.ts";

/** For example `0/2 nodes are available: 2 Insufficient cpu.` */
export function describeRefusals(nodeCount: number, refusals: readonly NodeRefusal[]): string {
  if (nodeCount === 0) return "no nodes available to schedule pods";
  const reasons = countedReasons(refusals.flatMap(({ refusal }) => refusal.reasons));
  return `0/${nodeCount} nodes are available: ${reasons}.`;
}

/** What preemption had to say, appended to the sentence above. */
export function describePreemption(nodeCount: number, refusals: readonly NodeRefusal[]): string {
  const reasons = countedReasons(
    refusals.map(({ refusal }) =>
      refusal.resolvable
        ? "No preemption victims found for incoming pod"
        : "Preemption is not helpful for scheduling",
    ),
  );
  return `preemption: 0/${nodeCount} nodes are available: ${reasons}.`;
}

function countedReasons(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort(compareText)
    .join(", ");
}
