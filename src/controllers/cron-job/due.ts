/** Which start of a schedule is due, however many were missed. Pure. */

import type { Schedule } from "#api";

/** More missed starts than this are reported, as upstream. */
const missedManyCount = 100;
/** Most moments looked at between an estimate and now. */
const stepsMax = 100_000;

export interface Due {
  /** The latest start that is due by now. */
  readonly atMs: number | undefined;
  readonly missed: "few" | "many";
}

/**
 * `sinceMs` is the last start, or the creation of the CronJob. The times between the first two starts
 * tell how far to jump, so that a year without a controller costs no more than a day.
 */
export function findDue(schedule: Schedule, sinceMs: number, nowMs: number): Due {
  const firstMs = schedule.next(sinceMs);
  if (firstMs === undefined || nowMs < firstMs) return { atMs: undefined, missed: "few" };
  const secondMs = schedule.next(firstMs);
  if (secondMs === undefined || nowMs < secondMs) return { atMs: firstMs, missed: "few" };
  const stepMs = secondMs - firstMs;
  const missedCount = Math.floor((nowMs - firstMs) / stepMs) + 1;
  let atMs = latestBetween(schedule, firstMs + (missedCount - 2) * stepMs, nowMs);
  // Uneven schedules may have none after the estimate.
  atMs ??= latestBetween(schedule, firstMs, nowMs);
  return { atMs, missed: missedCount > missedManyCount ? "many" : "few" };
}

function latestBetween(schedule: Schedule, afterMs: number, nowMs: number): number | undefined {
  let latest: number | undefined;
  let atMs = schedule.next(afterMs);
  for (let step = 0; step < stepsMax && atMs !== undefined && atMs <= nowMs; step++) {
    latest = atMs;
    atMs = schedule.next(atMs);
  }
  return latest;
}
