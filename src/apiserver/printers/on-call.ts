/** What a glance at alerting policies and on-call objects tells. */

import type { Condition } from "#api/meta/v1";
import {
  burnRatePolicy,
  escalationPolicy,
  onCallConfig,
  onCallHeartbeat,
  onCallSchedule,
  onCallService,
  onCallTeam,
  onCallUser,
  sigmaPolicy,
  type OnCallConfig,
  type OnCallUser,
} from "#api/oncall/v1";
import {
  ageColumn,
  ageOf,
  type Column,
  column,
  integerColumn,
  nameColumn,
  printerOf,
  wide,
} from "./column.ts";
import { conditionStatus, firstOf, orNone } from "./text.ts";

export const sigmaPolicyPrinter = printerOf(sigmaPolicy, [
  nameColumn,
  column("Mode", "Whether it may do anything.", ({ spec }) => spec.mode ?? "shadow"),
  conditionColumn("Accepted", "Whether it is in force."),
  column("May Page", "Whether it may wake somebody.", ({ status }) => {
    return conditionStatus(status?.conditions, "MayPage") ?? "";
  }),
  column("Pages", "How often it would have paged, in how long.", ({ status }) => {
    const backTest = status?.backTest;
    return backTest === undefined ? "" : `${backTest.pages} in ${backTest.history}`;
  }),
  column("Series", "Series that may page, of all.", ({ status }) => {
    const backTest = status?.backTest;
    return backTest === undefined ? "" : `${backTest.pagingSeriesCount}/${backTest.seriesCount}`;
  }),
  column("Team", "Who owns the series.", ({ spec }) => orNone(spec.team)),
  wide(
    column("Back-Tested", "Time since the past was looked through.", ({ status }, nowMs) => {
      const at = status?.backTest?.time;
      return at === undefined ? "<never>" : ageOf(at, nowMs);
    }),
  ),
  wide(messageColumn("Why", "Why it may page nobody.", "MayPage")),
  ageColumn,
]);

export const burnRatePolicyPrinter = printerOf(burnRatePolicy, [
  nameColumn,
  column("Objective", "The share of good events.", ({ spec }) => String(spec.objective)),
  column("Period", "Time for which it holds.", ({ spec }) => spec.period ?? "30d"),
  conditionColumn("Accepted", "Whether it is in force."),
  column("Team", "Who owns the service.", ({ spec }) => orNone(spec.team)),
  wide(messageColumn("Why", "Why it is not in force.", "Accepted")),
  ageColumn,
]);

export const onCallUserPrinter = printerOf(onCallUser, [
  nameColumn,
  column("Full Name", "What people call them.", ({ spec }) => orNone(spec.fullName)),
  column("Contacts", "Ways to reach them.", ({ spec }) => {
    return orNone(spec.contacts?.flatMap(contactKindsOf).join(","));
  }),
  column("Time Zone", "Zone of their times.", ({ spec }) => spec.timeZone ?? "UTC"),
  conditionColumn("Accepted", "Whether it is in force."),
  wide(messageColumn("Why", "Why it is not in force.", "Accepted")),
  ageColumn,
]);

export const onCallTeamPrinter = printerOf(onCallTeam, [
  nameColumn,
  column("Members", "Users who belong to it.", ({ spec }) => namesText(spec.members)),
  column("Managers", "Who hears of what nobody answers.", ({ spec }) => namesText(spec.managers)),
  column("Primary", "Schedule of who is paged first.", ({ spec }) => orNone(spec.primary)),
  column("Backup", "Schedule of who is paged next.", ({ spec }) => orNone(spec.backup)),
  conditionColumn("Accepted", "Whether it is in force."),
  wide(messageColumn("Why", "Why it is not in force.", "Accepted")),
  ageColumn,
]);

export const onCallSchedulePrinter = printerOf(onCallSchedule, [
  nameColumn,
  column("On Call", "Who is on call.", ({ status }) => orNone(status?.onCall)),
  column("Until", "When that changes.", ({ status }) => orNone(status?.until)),
  column("Next", "Who is on call then.", ({ status }) => orNone(status?.next)),
  column("Time Zone", "Zone of its times.", ({ spec }) => spec.timeZone ?? "UTC"),
  conditionColumn("Accepted", "Whether it is in force."),
  wide(messageColumn("Why", "Why it is not in force.", "Accepted")),
  ageColumn,
]);

export const escalationPolicyPrinter = printerOf(escalationPolicy, [
  nameColumn,
  column("Steps", "When somebody is paged, in a round.", ({ spec }) => {
    return spec.steps.map(({ after }) => after).join(",");
  }),
  integerColumn("Repeat", "Rounds after the first.", ({ spec }) => spec.repeat ?? 3),
  conditionColumn("Accepted", "Whether it is in force."),
  wide(messageColumn("Why", "Why it is not in force.", "Accepted")),
  ageColumn,
]);

export const onCallServicePrinter = printerOf(onCallService, [
  nameColumn,
  column("Team", "Who owns it.", ({ spec }) => spec.team),
  column("Policy", "Who is paged for it, and when.", ({ spec }) => orNone(spec.policy)),
  conditionColumn("Accepted", "Whether it is in force."),
  wide(messageColumn("Why", "Why it is not in force.", "Accepted")),
  ageColumn,
]);

export const onCallHeartbeatPrinter = printerOf(onCallHeartbeat, [
  nameColumn,
  column("Service", "Whose owners hear of its silence.", ({ spec }) => spec.service),
  column("Interval", "How often it beats.", ({ spec }) => spec.interval ?? "5m"),
  conditionColumn("Accepted", "Whether it is in force."),
  wide(messageColumn("Why", "Why it is not in force.", "Accepted")),
  ageColumn,
]);

export const onCallConfigPrinter = printerOf(onCallConfig, [
  nameColumn,
  column("Ways", "What pages can go out by.", ({ spec }) => orNone(waysOf(spec).join(","))),
  column("Owner", "Who hears of what is wrong with paging.", ({ spec }) => orNone(spec.ownService)),
  conditionColumn("Accepted", "Whether it is in force."),
  wide(messageColumn("Why", "Why it is not in force.", "Accepted")),
  ageColumn,
]);

interface Conditioned {
  readonly status?: { readonly conditions?: readonly Condition[] | undefined } | undefined;
}

function conditionColumn(type: string, description: string): Column<Conditioned> {
  return column(type, description, ({ status }) => conditionStatus(status?.conditions, type) ?? "");
}

function messageColumn(name: string, description: string, type: string): Column<Conditioned> {
  return column(name, description, ({ status }) => {
    return status?.conditions?.find((one) => one.type === type)?.message ?? "";
  });
}

function namesText(names: readonly string[] | undefined): string {
  return orNone(firstOf(names ?? [], 3, ","));
}

type Contact = NonNullable<OnCallUser["spec"]["contacts"]>[number];

const contactKinds = [
  "email",
  "sms",
  "voice",
  "slack",
  "telegram",
  "ntfy",
  "webhook",
  "webPush",
] as const satisfies readonly (keyof Contact)[];

function contactKindsOf(contact: Contact): readonly string[] {
  return contactKinds.filter((kind) => contact[kind] !== undefined);
}

const ways = [
  "smtp",
  "slack",
  "telegram",
  "twilio",
  "webPush",
] as const satisfies readonly (keyof OnCallConfig["spec"])[];

function waysOf(spec: OnCallConfig["spec"]): readonly string[] {
  return ways.filter((way) => spec[way] !== undefined);
}
