/** Which pods count for a metric, and how. Pure. Source: upstream's `replica_calculator.go`. */

import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import { findCondition, isBeingDeleted } from "../pod-facts.ts";
import type { PodReading, PodReadings } from "./metrics-source.ts";
import type { AutoscalerOptions } from "./options.ts";

export interface PodGroups {
  readonly readyCount: number;
  /** Not ready, so that their figures say nothing. */
  readonly unready: readonly string[];
  /** Without figures. */
  readonly missing: readonly string[];
  /** On their way out, or failed. */
  readonly ignored: readonly string[];
}

export interface GroupingFacts {
  readonly pods: readonly Live<Pod>[];
  readonly readings: PodReadings;
  /** `cpu` is told from the rest: starting up takes processor time. */
  readonly resource: string;
  readonly nowMs: number;
  readonly options: AutoscalerOptions;
}

export function groupPods(facts: GroupingFacts): PodGroups {
  const unready: string[] = [];
  const missing: string[] = [];
  const ignored: string[] = [];
  let readyCount = 0;
  for (const pod of facts.pods) {
    const { name } = pod.metadata;
    const reading = facts.readings.get(name);
    if (isBeingDeleted(pod) || pod.status.phase === "Failed") ignored.push(name);
    else if (pod.status.phase === "Pending") unready.push(name);
    else if (reading === undefined) missing.push(name);
    else if (facts.resource === "cpu" && isStartingUp(pod, reading, facts)) unready.push(name);
    else readyCount++;
  }
  return { readyCount, unready, missing, ignored };
}

/** Whether the pod's processor time may be that of its start rather than of its work. */
function isStartingUp(
  pod: Live<Pod>,
  { atMs, windowMs }: PodReading,
  { nowMs, options }: GroupingFacts,
): boolean {
  const ready = findCondition(pod, "Ready");
  const { startTime } = pod.status;
  if (ready === undefined || startTime === undefined) return true;
  const isUnready = ready.status === "False";
  const startedAtMs = Date.parse(startTime);
  const changedAtMs = Date.parse(ready.lastTransitionTime ?? "") || 0;
  if (startedAtMs + options.cpuInitializationMs > nowMs) {
    // A figure counts once a whole window lies behind the pod's last change.
    return isUnready || atMs < changedAtMs + windowMs;
  }
  // It has been ready at some time, unless it was found unready right after its start.
  return isUnready && startedAtMs + options.initialReadinessDelayMs > changedAtMs;
}
