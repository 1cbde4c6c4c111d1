/** What alerts and people cause: decisions on what is known, as events that are yet to be logged. */
import { takeSnapshot } from "../escalation/snapshot.ts";
import type { Policy } from "../escalation/policy.ts";
import type { Roster, Team } from "../roster.ts";
import { dayMs, hourMs, minuteMs } from "../schedule/wall-clock.ts";
import { isWorkingTime } from "../schedule/working-hours.ts";
import { demandOf, isMore } from "./demand.ts";
import type { AlertSummary, EventDraft, IncidentEvent, SuppressionCause } from "./event.ts";
import { type Incident, isOpen } from "./incident.ts";
import type { Ledger } from "./ledger.ts";
import { type Owned, planTicket, treat } from "./treatment.ts";

/** Something that went wrong in what a service does, told by whoever noticed. */
export interface AlertReport {
  readonly service: string;
  /** What makes reports the same; reports of an open incident with this key are merged into it. */
  readonly dedupKey: string;
  readonly alert: AlertSummary;
}

type RefusalReason = "not found" | "conflict" | "invalid" | "unauthorized" | "forbidden";

/** The request cannot be followed; the message says why. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export interface Known {
  readonly ledger: Ledger;
  /** With what people agreed on. */
  readonly roster: Roster;
  readonly nowMs: number;
}

/** An alert that says the same again within this time leaves no trace. */
const repeatMs = minuteMs;
/** That a note was left out is noted again after this time. */
const noteAgainMs = hourMs;

/** Opens an incident, or merges the alert into the open one. `newId` names a new incident. */
export function decideTrigger(
  known: Known,
  { service: name, dedupKey, alert }: AlertReport,
  newId: string,
): readonly EventDraft[] {
  const { ledger, roster } = known;
  const owned = ownedBy(roster, name);
  const existing = ledger.findOpen(name, dedupKey);
  if (existing !== undefined) return decideAgain(known, owned, existing, alert);
  const early = notedOnly(known, owned, { dedupKey, alert });
  if (early !== undefined) return early;
  const { isTicket, ...treatment } = treat(known, owned, alert);
  const { team } = owned;
  const opened = {
    kind: "opened",
    incident: newId,
    number: ledger.nextNumber,
    dedupKey,
    service: name,
    team: team.name,
    alert,
    ...treatment,
  } as const;
  return isTicket ? [opened, ticketOf(known, team, { incident: newId, ...treatment })] : [opened];
}

/** Merges an alert into the incident that it has; one that got worse may page somebody anew. */
function decideAgain(
  known: Known,
  owned: Owned,
  existing: Incident,
  alert: AlertSummary,
): readonly EventDraft[] {
  const { id: incident, alert: before, urgency, alertedAtMs } = existing;
  const isAsSevere = alert.severity === before.severity && alert.heldBack === before.heldBack;
  const isNews = alert.title !== before.title || !isAsSevere;
  if (!isNews && known.nowMs - alertedAtMs < repeatMs) return [];
  const repeated = { kind: "repeated", incident, alert } as const;
  if (isAsSevere) return [repeated];
  const demand = (severity: string) => demandOf(severity, owned.service.quietSeverities);
  const { isTicket, ...treatment } = treat(known, owned, alert);
  const isWorse =
    isMore(demand(alert.severity), demand(existing.peakSeverity)) ||
    (urgency === "low" && treatment.urgency === "high");
  if (!isWorse) return [repeated];
  const raised = { kind: "raised", incident, ...treatment } as const;
  const isQuiet = isTicket && urgency === "low";
  const ticket = isQuiet ? [ticketOf(known, owned.team, { incident, ...treatment })] : [];
  return [repeated, raised, ...ticket];
}

/** Of a note nothing is made while nobody works, and no more than one ticket a day. */
function notedOnly(
  { ledger, nowMs }: Known,
  { service, team }: Owned,
  { dedupKey, alert }: { readonly dedupKey: string; readonly alert: AlertSummary },
): readonly EventDraft[] | undefined {
  if (demandOf(alert.severity, service.quietSeverities) !== "note") return undefined;
  const suppressed = (cause: SuppressionCause, detail: string): readonly EventDraft[] => {
    if (ledger.wasSuppressed(dedupKey, cause, nowMs - noteAgainMs)) return [];
    const name = `[${service.name}] ${alert.title}`;
    return [{ kind: "suppressed", alert: name, key: dedupKey, cause, detail }];
  };
  if (!isWorkingTime(team.workingDays, nowMs)) {
    return suppressed("out of hours", `a note is a ticket only while ${team.name} works`);
  }
  const last = ledger.findLast(service.name, dedupKey);
  if (last === undefined || last.openedAtMs <= nowMs - dayMs) return undefined;
  return suppressed("duplicate", `it was a ticket today already: #${last.number}`);
}

function ticketOf(known: Known, team: Team, ticket: Parameters<typeof planTicket>[2]): EventDraft {
  return { kind: "ticketed", incident: ticket.incident, ...planTicket(known, team, ticket) };
}

function ownedBy(roster: Roster, name: string): Owned {
  const service = roster.services.get(name);
  if (service === undefined) throw new RefusedError("not found", `there is no service ${name}`);
  const team = roster.teams.get(service.team);
  if (team === undefined) throw new RefusedError("not found", `there is no team ${service.team}`);
  return { service, team, policy: getPolicy(roster, service.policy) };
}

/** Tells the owners of paging that paging itself is in trouble; nothing without such owners. */
export function decideOwnAlert(
  known: Known,
  {
    key,
    title,
    details,
  }: { readonly key: string; readonly title: string; readonly details: string },
  newId: string,
): readonly EventDraft[] {
  const { ownService } = known.roster;
  if (ownService === undefined) return [];
  const alert = { title, details, severity: "critical", source: "own", links: [], heldBack: "" };
  return decideTrigger(known, { service: ownService, dedupKey: key, alert }, newId);
}

/** What people may do to an incident. */
export type Command =
  | Extract<
      IncidentEvent,
      {
        readonly kind:
          | "acknowledged"
          | "unacknowledged"
          | "snoozed"
          | "resolved"
          | "escalated"
          | "rated"
          | "noted";
      }
    >
  | { readonly kind: "reassign"; readonly by: string; readonly to: Reassignment };

type Reassignment =
  | { readonly kind: "user"; readonly user: string }
  | { readonly kind: "policy"; readonly policy: string };

/** Does it to one incident. What is so already adds nothing. */
export function decideCommand(
  known: Known,
  incident: Incident | undefined,
  command: Command,
): readonly EventDraft[] {
  if (incident === undefined) throw new RefusedError("not found", "there is no such incident");
  const { id, status } = incident;
  if (command.kind === "noted" || command.kind === "rated") return [{ incident: id, ...command }];
  if (!isOpen(incident)) {
    if (command.kind === "resolved") return [];
    throw new RefusedError("conflict", `incident #${incident.number} is resolved`);
  }
  if (command.kind === "acknowledged" && status === "acknowledged") return [];
  if (command.kind === "unacknowledged" && status === "triggered") return [];
  if (command.kind === "snoozed" && command.untilMs <= known.nowMs) {
    throw new RefusedError("invalid", "a snooze ends in the future");
  }
  if (command.kind !== "reassign") return [{ incident: id, ...command }];
  const { by, to } = command;
  const policy = reassignedPolicy(known.roster, incident, to);
  const snapshot = takeSnapshot(known.roster, policy, known.nowMs);
  return [{ kind: "reassigned", incident: id, by, to: policy.name, snapshot }];
}

function reassignedPolicy(roster: Roster, { snapshot }: Incident, to: Reassignment): Policy {
  if (to.kind === "policy") return getPolicy(roster, to.policy);
  if (!roster.users.has(to.user)) {
    throw new RefusedError("not found", `there is no user ${to.user}`);
  }
  // The one who is asked takes the place of the first step; whoever comes later still does.
  const [, ...later] = snapshot.policy.steps;
  const first = { afterMs: 0, targets: [{ kind: "user", user: to.user }] } as const;
  return { ...snapshot.policy, name: to.user, steps: [first, ...later] };
}

function getPolicy(roster: Roster, name: string): Policy {
  const policy = roster.policies.get(name);
  if (policy === undefined) throw new RefusedError("not found", `there is no policy ${name}`);
  return policy;
}
