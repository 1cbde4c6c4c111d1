import { type Labels, labelsKey } from "#series";

/**
 * How long after `nowMs` a target's first scrape is due: scrapes of many targets are spread evenly
 * over the interval, and each keeps its place in absolute time across restarts.
 */
export function firstScrapeDelayMs(
  target: { readonly labels: Labels; readonly url: string; readonly intervalMs: number },
  seed: number,
  nowMs: number,
): number {
  const place = hashOf(`${labelsKey(target.labels)}${target.url}`, seed) / 2 ** 32;
  const offsetMs = Math.floor(place * target.intervalMs);
  const untilNextMs = target.intervalMs - (nowMs % target.intervalMs);
  return (untilNextMs + offsetMs) % target.intervalMs;
}

/** Timers may be early or late by this much without the timestamps telling. */
const toleranceMaxMs = 2;

/**
 * The timestamp of a scrape: the one of the schedule when the timer was off by no more than the
 * tolerance (and 1 % of the interval), so that timestamps are evenly spaced and compress to nothing.
 */
export function alignedTimestamp(
  nowMs: number,
  schedule: { readonly firstMs: number; readonly intervalMs: number },
): number {
  const { firstMs, intervalMs } = schedule;
  const nearestMs = firstMs + Math.round((nowMs - firstMs) / intervalMs) * intervalMs;
  const toleranceMs = Math.min(intervalMs / 100, toleranceMaxMs);
  return Math.abs(nowMs - nearestMs) <= toleranceMs ? nearestMs : nowMs;
}

/** When the next scrape is due; intervals that a slow scrape used up are left out, but for the last. */
export function nextDueMs(dueMs: number, intervalMs: number, elapsedMs: number): number {
  const nextMs = dueMs + intervalMs;
  if (nextMs >= elapsedMs) return nextMs;
  return nextMs + Math.floor((elapsedMs - nextMs) / intervalMs) * intervalMs;
}

/** A hash of 32 bits (FNV-1a, finished so that similar texts end up far apart). */
function hashOf(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
