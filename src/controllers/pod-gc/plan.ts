/** Which pods nobody will ever finish. Pure. Source of the rules: upstream's pod GC controller. */

import { compareText } from "#base";
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import { isBeingDeleted, isTerminal } from "../pod-facts.ts";

/** Ended pods kept for people to look at. */
const endedPodsMax = 12_500;

export interface PodGcInput {
  readonly pods: readonly Live<Pod>[];
  readonly hasNode: (name: string) => boolean;
  /** Nodes that have been gone for long enough to be sure. */
  readonly isLost: (name: string) => boolean;
}

export function planPodGc({ pods, hasNode, isLost }: PodGcInput): readonly Live<Pod>[] {
  const orphans = pods.filter(({ spec }) => {
    const name = spec.nodeName ?? "";
    return name !== "" && !hasNode(name) && isLost(name);
  });
  const unplaced = pods.filter((pod) => isBeingDeleted(pod) && (pod.spec.nodeName ?? "") === "");
  const ended = pods
    .filter((pod) => isTerminal(pod) && !isBeingDeleted(pod))
    .sort((left, right) =>
      compareText(left.metadata.creationTimestamp, right.metadata.creationTimestamp),
    );
  const surplus = ended.slice(0, Math.max(0, ended.length - endedPodsMax));
  return [...new Set([...orphans, ...unplaced, ...surplus])];
}
