import { type Clock, sleep } from "#base";
import type { RuleGroup } from "./rule-group.ts";

/**
 * Evaluates a group at its moments until `signal` aborts: the start of each interval and an offset of
 * the group's own, so that not all groups work at once. Moments that pass while an evaluation is still
 * under way are missed. Alerts are restored after the second evaluation, when their expressions have
 * found what was scraped and recorded meanwhile.
 */
export async function runGroup(group: RuleGroup, clock: Clock, signal: AbortSignal): Promise<void> {
  const { intervalMs, isRestoring, rules } = group.options;
  const isAdded = !isRestoring && rules.addedGroups === "at once";
  if (isAdded && !signal.aborted) await group.evaluate(clock.nowMs(), signal);
  let atMs = nextMoment(group, clock.nowMs());
  let iteration = 0;
  while (await hasCome(clock, atMs, signal)) {
    const missed = iteration === 0 ? 0 : Math.floor((clock.nowMs() - atMs) / intervalMs);
    group.counts.iterationsMissed += missed;
    group.counts.iterationsScheduled += missed + 1;
    atMs += missed * intervalMs;
    await group.evaluate(atMs, signal);
    iteration++;
    if (iteration === 2 && isRestoring) await group.restore();
    atMs += intervalMs;
  }
}

/** The first moment of the group after `nowMs`. */
function nextMoment(group: RuleGroup, nowMs: number): number {
  const { file, intervalMs, spec } = group.options;
  const offsetMs = hashOf(`${file}\u0000${spec.name}`) % intervalMs;
  return Math.floor((nowMs - offsetMs) / intervalMs) * intervalMs + offsetMs + intervalMs;
}

/** Waits for a moment; false when the group is stopped first. */
async function hasCome(clock: Clock, atMs: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  try {
    await sleep(clock, Math.max(atMs - clock.nowMs(), 0), signal);
    return true;
  } catch (error) {
    // Being stopped is how a group ends.
    if (!signal.aborted) throw error;
    return false;
  }
}

/** FNV-1a: spreads names evenly over an interval, and the same name always to the same place. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}
