/**
 * What an incident takes with it from the moment it opens: its policy, the final schedules that the
 * policy asks, and how to reach everybody it may page. Whatever is changed later, an incident
 * goes on as it began; and it can be told afterwards why it did.
 */
import type { ContactMethod, NotificationRule, Roster, User } from "../roster.ts";
import { type Duty, finalSchedule } from "../schedule/schedule.ts";
import { dayMs } from "../schedule/wall-clock.ts";
import type { Policy, Target } from "./policy.ts";

/** How far ahead schedules are known; whoever is on call at the end stays so for the incident. */
const horizonMs = 14 * dayMs;

export interface Snapshot {
  readonly takenAtMs: number;
  readonly policy: Policy;
  readonly schedules: readonly { readonly name: string; readonly duties: readonly Duty[] }[];
  readonly teams: readonly {
    readonly name: string;
    readonly members: readonly string[];
    readonly managers: readonly string[];
  }[];
  readonly users: readonly SnapshotUser[];
}

export interface SnapshotUser {
  readonly id: string;
  readonly fullName: string;
  readonly contacts: readonly ContactMethod[];
  readonly rules: readonly NotificationRule[];
}

export function takeSnapshot(roster: Roster, policy: Policy, nowMs: number): Snapshot {
  const targets = policy.steps.flatMap((step) => step.targets);
  const range = { fromMs: nowMs, untilMs: nowMs + horizonMs };
  const named = (names: readonly string[]) => [...new Set(names)].sort();
  const schedules = named(targets.flatMap(scheduleNamed)).flatMap((name) => {
    const schedule = roster.schedules.get(name);
    return schedule === undefined ? [] : [{ name, duties: finalSchedule(schedule, range) }];
  });
  const teams = named(targets.flatMap(teamNamed)).flatMap((name) => {
    const team = roster.teams.get(name);
    if (team === undefined) return [];
    const { members, managers } = team;
    return [{ name, members, managers }];
  });
  const ids = [
    ...targets.flatMap((target) => (target.kind === "user" ? [target.user] : [])),
    ...schedules.flatMap(({ duties }) => duties.flatMap(({ user }) => user ?? [])),
    ...teams.flatMap(({ members, managers }) => [...members, ...managers]),
  ];
  const users = named(ids).flatMap((id) => {
    const user = roster.users.get(id);
    return user === undefined ? [] : [snapshotUser(user)];
  });
  return { takenAtMs: nowMs, policy, schedules, teams, users };
}

/** Somebody a step pages, and on what grounds. */
interface Recipient {
  readonly user: SnapshotUser;
  /** `on call in web`, `in the team web`. */
  readonly reason: string;
}

export interface ResolvedStep {
  readonly recipients: readonly Recipient[];
  /** Targets that stand for nobody: `nobody is on call in web`. */
  readonly missing: readonly string[];
}

/** Who a step pages at a moment, each once. */
export function resolveStep(snapshot: Snapshot, step: number, atMs: number): ResolvedStep {
  const recipients = new Map<string, Recipient>();
  const missing: string[] = [];
  for (const target of snapshot.policy.steps[step]?.targets ?? []) {
    const { ids, reason, otherwise } = resolveTarget(snapshot, target, atMs);
    const users = ids.flatMap((id) => snapshot.users.find((user) => user.id === id) ?? []);
    if (users.length === 0) missing.push(otherwise);
    for (const user of users) {
      if (!recipients.has(user.id)) recipients.set(user.id, { user, reason });
    }
  }
  return { recipients: [...recipients.values()], missing };
}

interface ResolvedTarget {
  readonly ids: readonly string[];
  readonly reason: string;
  /** What to say when it stands for nobody. */
  readonly otherwise: string;
}

function resolveTarget(snapshot: Snapshot, target: Target, atMs: number): ResolvedTarget {
  switch (target.kind) {
    case "user":
      return {
        ids: [target.user],
        reason: "named by the policy",
        otherwise: `there is no user ${target.user}`,
      };
    case "schedule": {
      const user = dutyAt(dutiesOf(snapshot, target.schedule), atMs)?.user;
      return {
        ids: user === undefined ? [] : [user],
        reason: `on call in ${target.schedule}`,
        otherwise: `nobody is on call in ${target.schedule}`,
      };
    }
    case "next": {
      const user = nextAfter(dutiesOf(snapshot, target.schedule), atMs);
      return {
        ids: user === undefined ? [] : [user],
        reason: `next on call in ${target.schedule}`,
        otherwise: `nobody is next on call in ${target.schedule}`,
      };
    }
    case "team":
    case "managers": {
      const team = snapshot.teams.find(({ name }) => name === target.team);
      const isTeam = target.kind === "team";
      return {
        ids: (isTeam ? team?.members : team?.managers) ?? [],
        reason: isTeam ? `in the team ${target.team}` : `manages the team ${target.team}`,
        otherwise: isTeam
          ? `nobody is in the team ${target.team}`
          : `nobody manages the team ${target.team}`,
      };
    }
  }
}

function dutiesOf({ schedules }: Snapshot, schedule: string): readonly Duty[] {
  return schedules.find(({ name }) => name === schedule)?.duties ?? [];
}

/** The duty of a moment; before the first one the first, after the last one the last. */
function dutyAt(duties: readonly Duty[], atMs: number): Duty | undefined {
  return duties.find(({ untilMs }) => atMs < untilMs) ?? duties.at(-1);
}

/** The first one to be on call after whoever is, and not the same. */
function nextAfter(duties: readonly Duty[], atMs: number): string | undefined {
  const current = dutyAt(duties, atMs);
  return duties.find(
    ({ fromMs, user }) => fromMs > atMs && user !== undefined && user !== current?.user,
  )?.user;
}

function scheduleNamed(target: Target): readonly string[] {
  return target.kind === "schedule" || target.kind === "next" ? [target.schedule] : [];
}

function teamNamed(target: Target): readonly string[] {
  return target.kind === "team" || target.kind === "managers" ? [target.team] : [];
}

function snapshotUser({ id, fullName, contacts, rules }: User): SnapshotUser {
  const everything = contacts.map((contact) => ({ contact: contact.id, afterMs: 0 }));
  return { id, fullName, contacts, rules: rules.length === 0 ? everything : rules };
}
