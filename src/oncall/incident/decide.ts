/** What alerts and people cause: decisions on what is known, as events that are yet to be logged. */
import { takeSnapshot } from "../escalation/snapshot.ts";
import type { Policy } from "../escalation/policy.ts";
import type { Roster, Service } from "../roster.ts";
import { hourMs, minuteMs } from "../schedule/wall-clock.ts";
import type { AlertSummary, EventDraft, IncidentEvent, LeftOut } from "./event.ts";
import { type Incident, isOpen } from "./incident.ts";
import type { Ledger } from "./ledger.ts";

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

/** Opens an incident, or merges the alert into the open one. `newId` names a new incident. */
export function decideTrigger(
  known: Known,
  { service: name, dedupKey, alert }: AlertReport,
  newId: string,
): readonly EventDraft[] {
  const { ledger, roster, nowMs } = known;
  const service = roster.services.get(name);
  if (service === undefined) throw new RefusedError("not found", `there is no service ${name}`);
  const existing = ledger.findOpen(name, dedupKey);
  if (existing !== undefined) {
    const isNews =
      alert.title !== existing.alert.title || alert.severity !== existing.alert.severity;
    if (!isNews && nowMs - existing.alertedAtMs < repeatMs) return [];
    return [{ kind: "repeated", incident: existing.id, alert }];
  }
  const policy = getPolicy(roster, service.policy);
  const quietCause = quietCauseOf(known, service, alert);
  return [
    {
      kind: "opened",
      incident: newId,
      number: ledger.nextNumber,
      dedupKey,
      service: name,
      team: service.team,
      alert,
      urgency: quietCause === undefined ? "high" : "low",
      quietCause,
      snapshot: takeSnapshot(roster, policy, nowMs),
    },
  ];
}

/** Why an incident is recorded and pages nobody. */
function quietCauseOf(
  { ledger, nowMs }: Known,
  service: Service,
  { severity, source }: AlertSummary,
): LeftOut | undefined {
  if (service.quietSeverities.includes(severity)) {
    const detail = `the severity ${severity} pages nobody in ${service.name}`;
    return { user: undefined, cause: "severity", detail };
  }
  const { budget } = service;
  if (budget === undefined || severity === "critical" || source === "own") return undefined;
  let paged = 0;
  for (const one of ledger.list()) {
    const isRecent = one.openedAtMs > nowMs - budget.perMs;
    if (isRecent && one.service === service.name && one.urgency === "high") paged++;
  }
  if (paged < budget.incidents) return undefined;
  const detail = `${paged} incidents paged within ${budget.perMs / hourMs} hours, which is the budget of ${service.name}`;
  return { user: undefined, cause: "budget", detail };
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
  const alert = { title, details, severity: "critical", source: "own", links: [] };
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
