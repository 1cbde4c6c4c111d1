/** Everybody and everything that configuration names: who there is, who owns what, who is told when. */
import type { TimeZone } from "#base";
import type { Policy } from "./escalation/policy.ts";
import type { Schedule } from "./schedule/schedule.ts";
import { hourMs } from "./schedule/wall-clock.ts";
import type { WorkingDays } from "./schedule/working-hours.ts";

/** The ways in which a person can be reached. */
export const contactKinds = [
  "email",
  "webhook",
  "web-push",
  "slack",
  "telegram",
  "sms",
  "voice",
  "ntfy",
] as const;
export type ContactKind = (typeof contactKinds)[number];

/** Those that ring nowhere, which is how tickets are told. */
export const quietKinds: readonly ContactKind[] = ["email", "slack", "telegram", "webhook"];

/** A way to reach one person. */
export interface ContactMethod {
  /** Unique within the user. */
  readonly id: string;
  readonly kind: ContactKind;
  /** What the kind goes by: an address, a number in E.164, a URL, a chat, a subscription. */
  readonly address: string;
  /** One that is not is never used for pages. */
  readonly isVerified: boolean;
}

/** When a user wants to be told by which contact method, counted from the step that pages them. */
export interface NotificationRule {
  readonly contact: string;
  readonly afterMs: number;
}

export interface User {
  readonly id: string;
  readonly fullName: string;
  readonly contacts: readonly ContactMethod[];
  /** None means every contact method at once. */
  readonly rules: readonly NotificationRule[];
  readonly zone: TimeZone;
  readonly zoneName: string;
}

export interface Team {
  readonly name: string;
  readonly members: readonly string[];
  readonly managers: readonly string[];
  /** Where its tickets go: ways that wake nobody. None means whoever is on call, by e-mail. */
  readonly tickets: readonly ContactMethod[];
  readonly workingDays: WorkingDays;
}

/** What a team owns, and how alerts of it are treated. */
export interface Service {
  readonly name: string;
  readonly team: string;
  /** The name of an escalation policy. */
  readonly policy: string;
  /** What senders of alerts prove themselves with; any of them. */
  readonly integrationKeys: readonly string[];
  /** Severities that are recorded and page nobody. */
  readonly quietSeverities: readonly string[];
  readonly pageBudget: PageBudget;
}

/**
 * How many incidents may page one person in a time. Beyond it an incident is a ticket, unless it is
 * one that must never wait.
 */
export interface PageBudget {
  readonly pages: number;
  readonly perMs: number;
}

/** What Google's site reliability engineers call the most that one shift can bear. */
export const pageBudgetDefault: PageBudget = { pages: 2, perMs: 12 * hourMs };

export interface Heartbeat {
  readonly name: string;
  readonly service: string;
  readonly intervalMs: number;
  readonly key: string;
}

export interface Roster {
  readonly users: ReadonlyMap<string, User>;
  readonly teams: ReadonlyMap<string, Team>;
  readonly schedules: ReadonlyMap<string, Schedule>;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly services: ReadonlyMap<string, Service>;
  readonly heartbeats: ReadonlyMap<string, Heartbeat>;
  /** The service whose owners hear of what is wrong with paging itself; undefined tells nobody. */
  readonly ownService: string | undefined;
}
