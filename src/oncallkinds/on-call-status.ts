/** What the status of an object of on-call says. */
import { formatTime } from "#api";
import type { OnCallScheduleStatus } from "#api/oncall/v1";
import { finalSchedule, type PreFlightFinding, type Schedule } from "#oncall";
import { acceptedCondition, type WantedCondition } from "./conditions.ts";
import type { OnCallSection } from "./on-call-objects.ts";
import type { OnCallVerdict } from "./translate-on-call.ts";

/**
 * - `Accepted`: whether it is in force as it is.
 * - `ResolvedRefs`: whether everybody it names is there.
 * - `PreFlight`: whether nothing is known of it that would fail at night.
 */
export function onCallConditions(
  verdict: OnCallVerdict,
  findings: readonly PreFlightFinding[],
): readonly WantedCondition[] {
  const own = findings.filter(({ object }) => object === findingName(verdict));
  const { unresolved } = verdict;
  return [
    acceptedCondition(verdict),
    unresolved.length === 0
      ? { type: "ResolvedRefs", status: "True", reason: "Resolved", message: "" }
      : {
          type: "ResolvedRefs",
          status: "False",
          reason: "NotFound",
          message: unresolved.join("; "),
        },
    own.length === 0
      ? { type: "PreFlight", status: "True", reason: "NothingFound", message: "" }
      : {
          type: "PreFlight",
          status: "False",
          reason: "WouldFail",
          message: own.map(({ problem }) => problem).join("; "),
        },
  ];
}

/** What the pre-flight check calls the objects of each list. */
const findingWords: Readonly<Record<OnCallSection, string>> = {
  users: "user",
  teams: "team",
  schedules: "schedule",
  policies: "policy",
  services: "service",
  heartbeats: "heartbeat",
  configs: "on-call",
};

function findingName({ section, object }: OnCallVerdict): string {
  const word = findingWords[section];
  return section === "configs" ? word : `${word} ${object.metadata.name}`;
}

/** How far ahead the next hand-over is looked for. */
const horizonMs = 30 * 86_400_000;

/** Who is on call at a moment, until when, and who after that: what the status of a schedule shows. */
export function dutyStatus(
  schedule: Schedule,
  nowMs: number,
): Pick<OnCallScheduleStatus, "onCall" | "until" | "next"> {
  const untilMs = nowMs + horizonMs;
  const duties = finalSchedule(schedule, { fromMs: nowMs, untilMs });
  // One user's duties in a row are one, whatever each of them was decided by.
  const change = duties.find(({ user }) => user !== duties[0]?.user);
  return {
    onCall: duties[0]?.user,
    until: change && formatTime(change.fromMs),
    next: change?.user,
  };
}
