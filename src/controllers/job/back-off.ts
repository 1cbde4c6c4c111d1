/** How long a Job waits before it replaces failed pods: 10 s, doubled by each failure, 10 min at most. */

import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import { finishedAtMs, isSucceeded } from "./pod-facts.ts";

const firstDelayMs = 10_000;
const delayMsMax = 600_000;

/** Failures since the last success. */
export interface FailureStreak {
  readonly failureCount: number;
  readonly lastFailureMs: number;
}

export const noFailures: FailureStreak = { failureCount: 0, lastFailureMs: 0 };

/** The streak after these pods, which ended and were not counted before. Pure. */
export function extendStreak(streak: FailureStreak, ended: readonly Live<Pod>[]): FailureStreak {
  const ordered = [...ended].sort((left, right) => finishedAtMs(left) - finishedAtMs(right));
  return ordered.reduce<FailureStreak>(
    (before, pod) =>
      isSucceeded(pod)
        ? noFailures
        : { failureCount: before.failureCount + 1, lastFailureMs: finishedAtMs(pod) },
    streak,
  );
}

/** Milliseconds until the next pod may be created; 0 for now. Pure. */
export function remainingDelayMs(
  { failureCount, lastFailureMs }: FailureStreak,
  nowMs: number,
): number {
  if (failureCount === 0) return 0;
  const delayMs = Math.min(delayMsMax, firstDelayMs * 2 ** (failureCount - 1));
  return Math.max(0, lastFailureMs + delayMs - nowMs);
}
