/** How long a pod may stay on a node with these taints. Pure. */

import { toleratesTaint } from "#api";
import type { Taint, Toleration } from "#api/core/v1";

/**
 * Milliseconds until the pod has to leave: 0 at once, undefined never. Each taint's time runs from
 * when it was added; a toleration without a time lasts for ever.
 */
export function planEviction(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  nowMs: number,
): number | undefined {
  const leaves = taints
    .filter(({ effect }) => effect === "NoExecute")
    .map((taint) => leaveAtMs(taint, tolerations, nowMs));
  const earliest = Math.min(...leaves);
  return earliest === Number.POSITIVE_INFINITY ? undefined : Math.max(0, earliest - nowMs);
}

function leaveAtMs(taint: Taint, tolerations: readonly Toleration[], nowMs: number): number {
  const matching = tolerations.filter((toleration) => toleratesTaint([toleration], taint));
  if (matching.length === 0) return nowMs;
  const seconds = matching.map(({ tolerationSeconds }) => tolerationSeconds);
  const limited = seconds.filter((limit) => limit !== undefined);
  if (limited.length === 0) return Number.POSITIVE_INFINITY;
  const sinceMs = taint.timeAdded === undefined ? nowMs : Date.parse(taint.timeAdded);
  return sinceMs + Math.max(0, Math.min(...limited)) * 1000;
}
