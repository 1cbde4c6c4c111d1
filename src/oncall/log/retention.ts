import type { LoggedEvent } from "../incident/event.ts";
import type { Ledger } from "../incident/ledger.ts";
import { dayMs } from "../schedule/wall-clock.ts";

/** How long incidents are kept after their end, for reports and for those who ask why. */
export const retentionDefaultMs = 90 * dayMs;

/** What a log still needs: all of what is open or recent, and whatever still changes schedules. */
export function keptAfter(
  ledger: Ledger,
  nowMs: number,
  retentionMs: number,
): (event: LoggedEvent) => boolean {
  const oldestMs = nowMs - retentionMs;
  return (event) => {
    if (event.incident !== undefined) {
      const incident = ledger.find(event.incident);
      return incident !== undefined && (incident.resolvedAtMs ?? nowMs) >= oldestMs;
    }
    switch (event.kind) {
      case "contactVerified":
        return true;
      case "overrideAdded":
        return event.override.untilMs >= oldestMs;
      case "swapAdded":
        return event.swap.untilMs >= oldestMs;
      default:
        return event.atMs >= oldestMs;
    }
  };
}
