import type { RouteOptions } from "../route/route.ts";
import { isWithin, type TimeInterval } from "./time-interval.ts";

/** The names of the times that keep a route quiet at a moment: those that mute it, or that it is outside of. */
export function quietTimes(
  { activeTimeIntervals, muteTimeIntervals }: RouteOptions,
  intervals: ReadonlyMap<string, readonly TimeInterval[]>,
  atMs: number,
): readonly string[] {
  const holds = (name: string) => (intervals.get(name) ?? []).some((one) => isWithin(one, atMs));
  const isInactive = activeTimeIntervals.length > 0 && !activeTimeIntervals.some(holds);
  return isInactive ? activeTimeIntervals : muteTimeIntervals.filter(holds);
}
