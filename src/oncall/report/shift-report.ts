/** What being on call cost whom: pages, wakes out of hours, time to acknowledge, false pages. */
import type { PersonalPage } from "./pages-within.ts";

export interface ShiftRow {
  readonly user: string;
  /** Incidents that paged them. */
  readonly pages: number;
  /** Those of which the first page came out of hours by their own clock. */
  readonly outOfHours: number;
  readonly acknowledged: number;
  /** The median, from the first page of an incident; undefined when they acknowledged none. */
  readonly acknowledgeMs: number | undefined;
  /** The share of false ones among their incidents that were rated; undefined when none was. */
  readonly falseShare: number | undefined;
}

/** A row for everybody who was paged, by name. */
export function shiftReport(pages: readonly PersonalPage[]): readonly ShiftRow[] {
  return [...Map.groupBy(pages, ({ user }) => user)]
    .map(([user, own]) => rowOf(user, own))
    .sort((left, right) => (left.user < right.user ? -1 : 1));
}

function rowOf(user: string, pages: readonly PersonalPage[]): ShiftRow {
  const own = pages.filter(({ incident }) => incident.acknowledgedBy === user);
  const times = own.flatMap(({ incident: { acknowledgedAtMs, pagedAtMs } }) =>
    acknowledgedAtMs === undefined || pagedAtMs === undefined ? [] : [acknowledgedAtMs - pagedAtMs],
  );
  const rated = pages.filter(({ incident }) => incident.verdict !== undefined);
  const wrong = rated.filter(({ incident }) => incident.verdict !== "actionable");
  return {
    user,
    pages: pages.length,
    outOfHours: pages.filter(({ isOutOfHours }) => isOutOfHours).length,
    acknowledged: times.length,
    acknowledgeMs: median(times),
    falseShare: rated.length === 0 ? undefined : wrong.length / rated.length,
  };
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
