/** How an alert is treated: whether it pages, or what keeps it from that and what becomes of it then. */
import { bothAtOnce, type Policy } from "../escalation/policy.ts";
import { resolveStep, type Snapshot, takeSnapshot } from "../escalation/snapshot.ts";
import type { Roster, Service, Team, User } from "../roster.ts";
import { nextWorkingTime } from "../schedule/working-hours.ts";
import { demandOf } from "./demand.ts";
import type { AlertSummary, LeftOut, PlannedMessage } from "./event.ts";
import type { Ledger } from "./ledger.ts";
import { ticketId } from "./message-id.ts";
import { beyondBudget } from "./page-budget.ts";

export interface Treatment {
  readonly urgency: "high" | "low";
  /** Why nobody is paged; undefined when somebody is. */
  readonly quietCause: LeftOut | undefined;
  /** Whether somebody is told of what pages nobody. */
  readonly isTicket: boolean;
  readonly snapshot: Snapshot;
}

export interface Owned {
  readonly service: Service;
  readonly team: Team;
  readonly policy: Policy;
}

export function treat(
  known: { readonly ledger: Ledger; readonly roster: Roster; readonly nowMs: number },
  { service, team, policy }: Owned,
  alert: AlertSummary,
): Treatment {
  const { severity, heldBack } = alert;
  const demand = demandOf(severity, service.quietSeverities);
  const followed = demand === "page both" ? bothAtOnce(policy, team) : policy;
  const snapshot = takeSnapshot(known.roster, followed, known.nowMs);
  const quietly = (cause: LeftOut["cause"], detail: string): Treatment => ({
    urgency: "low",
    quietCause: { user: undefined, cause, detail },
    isTicket: demand !== "record",
    snapshot,
  });
  if (heldBack !== "") return quietly("not eligible", heldBack);
  if (demand === "record" || demand === "note" || demand === "ticket") {
    return quietly("severity", `the severity ${severity} pages nobody in ${service.name}`);
  }
  const spent = mustNotWait(alert, demand)
    ? undefined
    : beyondBudget(known.ledger.pageCounts, snapshot, service.pageBudget);
  if (spent !== undefined) return quietly(spent.cause, spent.detail);
  return { urgency: "high", quietCause: undefined, isTicket: false, snapshot };
}

/** What no budget keeps back: the worst there is, who has fallen silent, and trouble with paging. */
function mustNotWait({ severity, source }: AlertSummary, demand: "page" | "page both"): boolean {
  return (
    demand === "page both" || severity === "critical" || source === "heartbeat" || source === "own"
  );
}

interface TicketContent {
  readonly messages: readonly PlannedMessage[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Who is told of a ticket: the place where the team has its tickets, at once; without one whoever the
 * incident would have paged, by e-mail and when they work.
 */
export function planTicket(
  { roster, nowMs }: { readonly roster: Roster; readonly nowMs: number },
  team: Team,
  ticket: {
    readonly incident: string;
    readonly snapshot: Snapshot;
    readonly quietCause: LeftOut | undefined;
  },
): TicketContent {
  const reason = ticket.quietCause?.detail ?? "";
  const plain = { purpose: "ticket", reason } as const;
  if (team.tickets.length > 0) {
    const user = `team:${team.name}`;
    const messages = team.tickets.map((contact, rule) => {
      const id = ticketId(ticket.incident, user, contact);
      return { ...plain, id, user, rule, contact, dueMs: nowMs };
    });
    return { messages, leftOut: [] };
  }
  const users = resolveStep(ticket.snapshot, 0, nowMs).recipients.flatMap(
    ({ user }) => roster.users.get(user.id) ?? [],
  );
  const parts = users.map((user) => lettersTo(user, team, { ...ticket, nowMs, plain }));
  return {
    messages: parts.flatMap(({ messages }) => messages),
    leftOut: parts.flatMap(({ leftOut }) => leftOut),
  };
}

function lettersTo(
  user: User,
  { workingDays }: Team,
  ticket: {
    readonly incident: string;
    readonly nowMs: number;
    readonly plain: Pick<PlannedMessage, "purpose" | "reason">;
  },
): TicketContent {
  const { incident, nowMs, plain } = ticket;
  const dueMs = nextWorkingTime({ ...workingDays, zone: user.zone }, nowMs);
  const messages = user.contacts.flatMap((contact, rule) => {
    if (contact.kind !== "email" || !contact.isVerified) return [];
    return [
      { ...plain, id: ticketId(incident, user.id, contact), user: user.id, rule, contact, dueMs },
    ];
  });
  const detail = "has no verified e-mail address, which is how tickets are told";
  const leftOut = { user: user.id, cause: "unverified", detail } as const;
  return messages.length > 0 ? { messages, leftOut: [] } : { messages, leftOut: [leftOut] };
}
