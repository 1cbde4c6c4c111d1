/** What being on call cost whom: pages, wakes out of hours, time to acknowledge, false pages. */
import type { Incident, Message } from "../incident/incident.ts";
import type { Roster, User } from "../roster.ts";
import type { Span } from "../schedule/restriction.ts";
import {
  dateOf,
  dayMs,
  hourMs,
  startOfDay,
  wallTimeAt,
  weekdayOf,
} from "../schedule/wall-clock.ts";

export interface ShiftRow {
  readonly user: string;
  /** Incidents that paged them. */
  readonly pages: number;
  /** Those of which the first page came out of hours by their own clock. */
  readonly outOfHours: number;
  readonly acknowledged: number;
  /** The median, from the opening of an incident; undefined when they acknowledged none. */
  readonly acknowledgeMs: number | undefined;
  /** The share of false ones among their incidents that were rated; undefined when none was. */
  readonly falseShare: number | undefined;
}

/** A row for everybody who was paged within the range, by name. */
export function shiftReport(
  incidents: Iterable<Incident>,
  roster: Roster,
  range: Span,
): readonly ShiftRow[] {
  const paged = new Map<string, Paged[]>();
  for (const incident of incidents) {
    for (const [user, atMs] of firstPages(incident)) {
      if (atMs < range.fromMs || atMs >= range.untilMs) continue;
      paged.set(user, [...(paged.get(user) ?? []), { incident, atMs }]);
    }
  }
  const holidays = new Set(
    [...roster.schedules.values()].flatMap((schedule) => [...schedule.holidays]),
  );
  return [...paged]
    .map(([user, pages]) => rowOf(user, pages, { person: roster.users.get(user), holidays }))
    .sort((left, right) => (left.user < right.user ? -1 : 1));
}

interface Paged {
  readonly incident: Incident;
  readonly atMs: number;
}

/** When each user was first sent something about an incident. */
function firstPages({ messages }: Incident): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const message of messages.values()) {
    const { user, startedAtMs } = message;
    if (startedAtMs === undefined || !hasLeft(message)) continue;
    first.set(user, Math.min(first.get(user) ?? startedAtMs, startedAtMs));
  }
  return first;
}

function hasLeft({ state }: Message): boolean {
  return state === "sent" || state === "delivered";
}

function rowOf(
  user: string,
  pages: readonly Paged[],
  {
    person,
    holidays,
  }: { readonly person: User | undefined; readonly holidays: ReadonlySet<string> },
): ShiftRow {
  const own = pages.filter(({ incident }) => incident.acknowledgedBy === user);
  const times = own.flatMap(({ incident: { acknowledgedAtMs, openedAtMs } }) =>
    acknowledgedAtMs === undefined ? [] : [acknowledgedAtMs - openedAtMs],
  );
  const rated = pages.filter(({ incident }) => incident.verdict !== undefined);
  const wrong = rated.filter(({ incident }) => incident.verdict !== "actionable");
  return {
    user,
    pages: pages.length,
    outOfHours: pages.filter(({ atMs }) => isOutOfHours(person, holidays, atMs)).length,
    acknowledged: times.length,
    acknowledgeMs: median(times),
    falseShare: rated.length === 0 ? undefined : wrong.length / rated.length,
  };
}

const workdayFromMs = 8 * hourMs;
const workdayUntilMs = 18 * hourMs;

/** Nights, week-ends and holidays, by the clock of the person; by UTC for one who is gone. */
function isOutOfHours(
  person: User | undefined,
  holidays: ReadonlySet<string>,
  atMs: number,
): boolean {
  const wallMs = person === undefined ? atMs : wallTimeAt(person.zone, atMs);
  const timeOfDay = (wallMs - startOfDay(wallMs)) % dayMs;
  const isWorkday =
    weekdayOf(wallMs) >= 1 && weekdayOf(wallMs) <= 5 && !holidays.has(dateOf(wallMs));
  return !isWorkday || timeOfDay < workdayFromMs || timeOfDay >= workdayUntilMs;
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
