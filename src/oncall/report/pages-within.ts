import { utc } from "#base";
import type { Incident, Message } from "../incident/incident.ts";
import type { Roster } from "../roster.ts";
import type { Span } from "../schedule/restriction.ts";
import { wallTimeAt } from "../schedule/wall-clock.ts";
import { isWorkingTime } from "../schedule/working-hours.ts";

/** The first message about an incident that left for a person. */
export interface PersonalPage {
  readonly user: string;
  readonly incident: Incident;
  readonly atMs: number;
  /** What their own clock showed; UTC for one who is gone. */
  readonly wallMs: number;
  readonly isOutOfHours: boolean;
}

/** Who was paged within a range, and about what, in the order of time. */
export function pagesWithin(
  incidents: Iterable<Incident>,
  roster: Roster,
  range: Span,
): readonly PersonalPage[] {
  const holidays = new Set(
    [...roster.schedules.values()].flatMap((schedule) => [...schedule.holidays]),
  );
  const pages: PersonalPage[] = [];
  for (const incident of incidents) {
    for (const [user, atMs] of firstPages(incident)) {
      if (atMs < range.fromMs || atMs >= range.untilMs) continue;
      const person = roster.users.get(user);
      const zone = person?.zone ?? utc;
      const isOutOfHours = !isWorkingTime({ zone, holidays }, atMs);
      pages.push({ user, incident, atMs, wallMs: wallTimeAt(zone, atMs), isOutOfHours });
    }
  }
  return pages.sort((left, right) => left.atMs - right.atMs);
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

function hasLeft({ purpose, state }: Message): boolean {
  return purpose === "page" && (state === "sent" || state === "delivered");
}
