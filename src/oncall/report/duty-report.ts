/** What each shift was like, from the schedules as they are known now. */
import type { Roster } from "../roster.ts";
import { isInside, type Span } from "../schedule/restriction.ts";
import { finalSchedule } from "../schedule/schedule.ts";
import type { PersonalPage } from "./pages-within.ts";

export interface DutyRow extends Span {
  readonly schedule: string;
  readonly user: string;
  /** Incidents that paged whoever was on call, within the shift. */
  readonly pages: number;
  readonly outOfHours: number;
}

/** The shifts of all schedules within a range, the latest first; cut off where the range ends. */
export function dutyReport(
  pages: readonly PersonalPage[],
  { schedules }: Roster,
  range: Span,
): readonly DutyRow[] {
  const rows = [...schedules.values()].flatMap((schedule) =>
    finalSchedule(schedule, range).flatMap(({ user, fromMs, untilMs }): readonly DutyRow[] => {
      if (user === undefined) return [];
      const own = pages.filter(
        (page) => page.user === user && isInside({ fromMs, untilMs }, page.atMs),
      );
      const outOfHours = own.filter(({ isOutOfHours }) => isOutOfHours).length;
      return [{ schedule: schedule.name, user, fromMs, untilMs, pages: own.length, outOfHours }];
    }),
  );
  return rows.sort((left, right) => right.fromMs - left.fromMs);
}
