/** What is right by its form and would fail at night all the same. */
import type { Policy, Target } from "../escalation/policy.ts";
import type { Roster, User } from "../roster.ts";
import { finalSchedule, type Schedule } from "../schedule/schedule.ts";
import { dayMs, hourMs, minuteMs } from "../schedule/wall-clock.ts";

export interface PreFlightFinding {
  /** `schedule web-primary`. */
  readonly object: string;
  readonly problem: string;
}

const horizonMs = 30 * dayMs;
const gapsShownMax = 3;

/** Everything that should be looked at before somebody relies on it. */
export function preFlight(roster: Roster, nowMs: number): readonly PreFlightFinding[] {
  return [
    ...[...roster.schedules.values()].flatMap((schedule) => scheduleFindings(schedule, nowMs)),
    ...[...roster.policies.values()].flatMap((policy) => policyFindings(roster, policy)),
    ...[...roster.users.values()].flatMap(userFindings),
    ...ownerFindings(roster),
  ];
}

function scheduleFindings(schedule: Schedule, nowMs: number): readonly PreFlightFinding[] {
  const object = `schedule ${schedule.name}`;
  return scheduleProblems(schedule, nowMs).map((problem) => ({ object, problem }));
}

/** What is wrong with a schedule in the next 30 days, a sentence each. */
export function scheduleProblems(schedule: Schedule, nowMs: number): readonly string[] {
  const duties = finalSchedule(schedule, { fromMs: nowMs, untilMs: nowMs + horizonMs });
  const gaps = duties.filter(({ user }) => user === undefined);
  const [first] = duties;
  const members = new Set(schedule.layers.flatMap(({ rotation }) => rotation.members));
  const isEmptyNow = first !== undefined && first.user === undefined;
  return [
    ...(isEmptyNow ? ["nobody is on call now"] : []),
    ...(members.size === 1 ? [`${[...members].join("")} is the only one in the rota`] : []),
    ...gaps.slice(0, gapsShownMax).map((gap) => {
      const hours = Math.round(((gap.untilMs - gap.fromMs) / hourMs) * 10) / 10;
      return `nobody is on call from ${timeText(gap.fromMs)} for ${hours} hours`;
    }),
    ...(gaps.length > gapsShownMax
      ? [`and ${gaps.length - gapsShownMax} more gaps in 30 days`]
      : []),
  ];
}

/** Rules of those whom a step may page, and which come too late for it. */
function policyFindings(roster: Roster, policy: Policy): readonly PreFlightFinding[] {
  const object = `policy ${policy.name}`;
  const problems = new Set<string>();
  for (const [index, step] of policy.steps.entries()) {
    const next = policy.steps[index + 1];
    const lengthMs = next === undefined ? policy.repeatAfterMs : next.afterMs - step.afterMs;
    const users = step.targets.flatMap((target) => usersOf(roster, target));
    if (users.length === 0) problems.add(`step ${index + 1} can page nobody`);
    for (const problem of users.flatMap((user) => lateRules(user, index + 1, lengthMs))) {
      problems.add(problem);
    }
  }
  return [...problems].map((problem) => ({ object, problem }));
}

function lateRules({ id, rules }: User, step: number, lengthMs: number): readonly string[] {
  return rules
    .filter(({ afterMs }) => afterMs >= lengthMs)
    .map(({ contact, afterMs }) => {
      const [after, length] = [afterMs / minuteMs, lengthMs / minuteMs];
      return `step ${step} is over after ${length} min, before the rule of ${id} for ${contact} at ${after} min`;
    });
}

function usersOf(roster: Roster, target: Target): readonly User[] {
  const find = (ids: readonly string[]) => ids.flatMap((id) => roster.users.get(id) ?? []);
  switch (target.kind) {
    case "user":
      return find([target.user]);
    case "schedule":
    case "next": {
      const schedule = roster.schedules.get(target.schedule);
      return find((schedule?.layers ?? []).flatMap(({ rotation }) => rotation.members));
    }
    case "team":
      return find(roster.teams.get(target.team)?.members ?? []);
    case "managers":
      return find(roster.teams.get(target.team)?.managers ?? []);
  }
}

function userFindings({ id, contacts }: User): readonly PreFlightFinding[] {
  const object = `user ${id}`;
  if (contacts.length === 0) return [{ object, problem: "has no contact method" }];
  const unverified = contacts.filter(({ isVerified }) => !isVerified);
  if (unverified.length === contacts.length) {
    return [{ object, problem: "has no verified contact method: no page will arrive" }];
  }
  return unverified.map((contact) => ({ object, problem: `${contact.id} is not verified` }));
}

function ownerFindings({ ownService }: Roster): readonly PreFlightFinding[] {
  if (ownService !== undefined) return [];
  const problem = "nobody owns paging itself: set own_service, or a gap is noticed by nobody";
  return [{ object: "on-call", problem }];
}

function timeText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16)}Z`;
}
