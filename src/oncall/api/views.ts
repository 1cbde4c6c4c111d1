/** What the API shows of what is known, as JSON. Times are RFC 3339 in UTC. */
import { resolveStep, takeSnapshot } from "../escalation/snapshot.ts";
import type { PageCounts } from "../incident/page-budget.ts";
import type { DutyRow } from "../report/duty-report.ts";
import type { PersonalPage } from "../report/pages-within.ts";
import type { ContactMethod, Roster, Service, User } from "../roster.ts";
import type { Span } from "../schedule/restriction.ts";
import {
  type Duty,
  finalSchedule,
  type Override,
  type Schedule,
  type Swap,
} from "../schedule/schedule.ts";

/** A schedule within a range: each layer by itself, what people agreed on, and what comes of it. */
export function scheduleView(
  schedule: Schedule,
  agreed: { readonly overrides: readonly Override[]; readonly swaps: readonly Swap[] },
  range: Span,
) {
  // What the file says is changed there.
  const isAgreed = (list: readonly { readonly id: string }[], id: string) =>
    list.some((one) => one.id === id);
  return {
    name: schedule.name,
    timeZone: schedule.zoneName,
    layers: schedule.layers.map((layer) => ({
      name: layer.name,
      members: layer.rotation.members,
      duties: finalSchedule({ ...schedule, layers: [layer], overrides: [], swaps: [] }, range)
        .filter(({ user }) => user !== undefined)
        .map(dutyView),
    })),
    overrides: schedule.overrides.map(({ id, user, replaces, ...span }) => ({
      id,
      user,
      replaces,
      isRemovable: isAgreed(agreed.overrides, id),
      ...spanView(span),
    })),
    swaps: schedule.swaps.map(({ id, users, ...span }) => ({
      id,
      users,
      isRemovable: isAgreed(agreed.swaps, id),
      ...spanView(span),
    })),
    final: finalSchedule(schedule, range).map(dutyView),
  };
}

export function dutyView({ user, by, ...span }: Duty) {
  return { user: user ?? null, by, ...spanView(span) };
}

export function userView(user: User, added: readonly ContactMethod[]) {
  const { id: name, fullName, zoneName: timeZone, contacts } = user;
  return {
    name,
    fullName,
    timeZone,
    contacts: contacts.map(({ id, kind, isVerified }) => ({
      id,
      kind,
      isVerified,
      isRemovable: added.some((one) => one.id === id),
    })),
  };
}

/**
 * Whom an incident of a service would page if it opened now, step by step, and what those whom it would
 * page first have used of their budget.
 */
export function serviceView(
  roster: Roster,
  { name, team, policy: named, pageBudget }: Service,
  { nowMs, pageCounts }: { readonly nowMs: number; readonly pageCounts: PageCounts },
) {
  const policy = roster.policies.get(named);
  const snapshot = policy && takeSnapshot(roster, policy, nowMs);
  const steps = (policy?.steps ?? []).map(({ afterMs }, index) => {
    if (snapshot === undefined) return { afterMs, people: [], missing: [] };
    const { recipients, missing } = resolveStep(snapshot, index, nowMs + afterMs);
    return {
      afterMs,
      people: recipients.map(({ user, reason }) => ({ user: user.id, reason })),
      missing,
    };
  });
  const { pages, perMs } = pageBudget;
  const used = (steps[0]?.people ?? []).map(({ user }) => ({
    user,
    pages: pageCounts.countSince(user, nowMs - perMs),
  }));
  const budget = { pages, perMs, used };
  return { name, team, policy: named, steps, repeatCount: policy?.repeatCount ?? 0, budget };
}

export function dutyReportView({ schedule, user, pages, outOfHours, ...span }: DutyRow) {
  return { schedule, user, pages, outOfHours, ...spanView(span) };
}

export function pageView({ user, atMs, incident, isOutOfHours, wallMs }: PersonalPage) {
  return {
    user,
    at: timeText(atMs),
    /** What their own clock showed. */
    wallTime: timeText(wallMs).slice(0, 16),
    incident: incident.number,
    title: incident.alert.title,
    isOutOfHours,
  };
}

function spanView({ fromMs, untilMs }: Span) {
  return { from: timeText(fromMs), until: timeText(untilMs) };
}

export function timeText(atMs: number): string {
  return new Date(atMs).toISOString();
}

export function optionalTime(atMs: number | undefined): string | undefined {
  return atMs === undefined ? undefined : timeText(atMs);
}
