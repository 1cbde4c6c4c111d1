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
    return event.atMs >= oldestMs || isInForce(ledger, event, oldestMs);
  };
}

/** Whether an old event still changes something; one that was taken back does not. */
function isInForce(
  ledger: Ledger,
  event: Extract<LoggedEvent, { readonly incident?: undefined }>,
  oldestMs: number,
): boolean {
  switch (event.kind) {
    case "contactVerified":
      return true;
    case "overrideAdded": {
      const { id, untilMs } = event.override;
      const { overrides } = ledger.agreedOn(event.schedule);
      return untilMs >= oldestMs && overrides.some((one) => one.id === id);
    }
    case "swapAdded": {
      const { id, untilMs } = event.swap;
      const { swaps } = ledger.agreedOn(event.schedule);
      return untilMs >= oldestMs && swaps.some((one) => one.id === id);
    }
    case "contactAdded":
      return ledger.addedContacts(event.user).some(({ id }) => id === event.contact);
    default:
      return false;
  }
}
