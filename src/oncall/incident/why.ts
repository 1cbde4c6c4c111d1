/**
 * Why somebody was paged, and why somebody was not: an explanation from the log alone, in the words of
 * whoever asks the morning after.
 */
import type { LoggedEvent, PlannedMessage } from "./event.ts";

export interface Reason {
  readonly atMs: number;
  /** What happened. */
  readonly kind: LoggedEvent["kind"];
  /** A sentence without its full stop. */
  readonly text: string;
  /** Whether it tells of somebody who was not paged. */
  readonly isSuppression: boolean;
}

/** Explains what happened, event by event. `user` asks only for what concerns one person. */
export function explain(events: readonly LoggedEvent[], user?: string): readonly Reason[] {
  const planned = new Map<string, PlannedMessage>();
  return events.flatMap((event) => {
    for (const one of plannedBy(event)) planned.set(one.id, one);
    return reasonsOf(event, planned, user).map((reason) => ({
      atMs: event.atMs,
      kind: event.kind,
      ...reason,
    }));
  });
}

/** `nobody was paged: the severity info pages nobody in web`: the answer in one sentence. */
export function summarize(events: readonly LoggedEvent[]): string {
  const reached = new Set<string>();
  const planned = new Map<string, PlannedMessage>();
  let cause = "";
  for (const event of events) {
    for (const one of plannedBy(event)) if (one.purpose === "page") planned.set(one.id, one);
    const isEnd = event.kind === "attemptEnded" || event.kind === "receipt";
    const message = isEnd && event.outcome.kind !== "failed" ? event.message : "";
    const user = planned.get(message)?.user;
    if (user !== undefined) reached.add(user);
    cause = causeOf(event) ?? cause;
  }
  if (reached.size > 0) return `paged: ${[...reached].sort().join(", ")}`;
  return cause === "" ? "nobody was paged" : `nobody was paged: ${cause}`;
}

function plannedBy(event: LoggedEvent): readonly PlannedMessage[] {
  return event.kind === "stepStarted" || event.kind === "ticketed" ? event.messages : [];
}

/** Why an event reached nobody. */
function causeOf(event: LoggedEvent): string | undefined {
  switch (event.kind) {
    case "opened":
    case "raised":
      return event.quietCause?.detail;
    case "stepStarted":
      return event.leftOut.at(-1)?.detail;
    case "withheld":
      return event.leftOut.detail;
    case "suppressed":
      return `${event.cause}: ${event.detail}`;
    case "attemptEnded":
    case "receipt":
      return event.outcome.kind === "failed" ? event.outcome.error : undefined;
    default:
      return undefined;
  }
}

type Told = Omit<Reason, "atMs" | "kind">;

function told(text: string): Told {
  return { text, isSuppression: false };
}

function suppressed(text: string): Told {
  return { text, isSuppression: true };
}

function reasonsOf(
  event: LoggedEvent,
  planned: ReadonlyMap<string, PlannedMessage>,
  user: string | undefined,
): readonly Told[] {
  switch (event.kind) {
    case "opened":
      return openedReasons(event);
    case "repeated":
      return [suppressed("the alert came in again and was merged: duplicate")];
    case "raised":
      return raisedReasons(event);
    case "ticketed":
      return ticketReasons(event, user);
    case "stepStarted":
      return stepReasons(event, user);
    case "attemptStarted":
      return [];
    case "attemptEnded":
    case "receipt":
    case "withheld": {
      const message = planned.get(event.message);
      const isAsked = message !== undefined && (user === undefined || message.user === user);
      return isAsked ? [messageReason(message, event)] : [];
    }
    case "suppressed":
      return [suppressed(`${event.alert} reached nobody: ${event.cause}: ${event.detail}`)];
    default:
      return decisionReasons(event);
  }
}

function openedReasons(event: Extract<LoggedEvent, { readonly kind: "opened" }>): readonly Told[] {
  const { alert, service, team, snapshot, quietCause, number } = event;
  const opened = told(
    `incident #${number} was opened for ${service} by ${alert.source}: ${alert.title}`,
  );
  if (quietCause !== undefined) {
    return [opened, suppressed(`nobody is paged: ${quietCause.cause}: ${quietCause.detail}`)];
  }
  return [opened, told(`${service} belongs to ${team}; the policy is ${snapshot.policy.name}`)];
}

function raisedReasons({
  quietCause,
  snapshot,
}: Extract<LoggedEvent, { readonly kind: "raised" }>): readonly Told[] {
  if (quietCause === undefined) {
    return [told(`the alert got worse; rounds begin by the policy ${snapshot.policy.name}`)];
  }
  return [
    suppressed(
      `the alert got worse, and nobody is paged: ${quietCause.cause}: ${quietCause.detail}`,
    ),
  ];
}

function ticketReasons(
  { messages, leftOut }: Extract<LoggedEvent, { readonly kind: "ticketed" }>,
  user: string | undefined,
): readonly Told[] {
  const isAsked = (one: string | undefined) => user === undefined || one === user;
  const tickets = messages
    .filter((message) => isAsked(message.user))
    .map(({ user: who, contact, dueMs }) =>
      told(`the ticket goes to ${who} by ${contact.kind} at ${timeText(dueMs)}`),
    );
  const others = leftOut
    .filter((one) => isAsked(one.user))
    .map(({ user: who, cause, detail }) =>
      suppressed(`${who} is not told of the ticket: ${cause}: ${detail}`),
    );
  return [...tickets, ...others];
}

function stepReasons(
  event: Extract<LoggedEvent, { readonly kind: "stepStarted" }>,
  user: string | undefined,
): readonly Told[] {
  const isAsked = (one: string | undefined) => user === undefined || one === user;
  const where = `step ${event.step + 1} of round ${event.round + 1}`;
  const people = new Map<string, PlannedMessage[]>();
  for (const message of event.messages) {
    if (!isAsked(message.user)) continue;
    people.set(message.user, [...(people.get(message.user) ?? []), message]);
  }
  const pages = [...people].map(([name, messages]) => {
    const ways = messages.map(({ contact }) => contact.kind).join(", ");
    return told(`${name} is paged by ${ways}: ${messages[0]?.reason} (${where})`);
  });
  const others = event.leftOut
    .filter((one) => one.user === undefined || isAsked(one.user))
    .map((one) => {
      const who = one.user === undefined ? "nobody is paged" : `${one.user} is left out`;
      return suppressed(`${who}: ${one.cause}: ${one.detail} (${where})`);
    });
  return [...pages, ...others];
}

function messageReason(
  { user, contact }: PlannedMessage,
  event: Extract<LoggedEvent, { readonly kind: "attemptEnded" | "receipt" | "withheld" }>,
): Told {
  const way = `${contact.kind} to ${user}`;
  if (event.kind === "withheld") {
    const { cause, detail } = event.leftOut;
    return suppressed(`${way} was withheld: ${cause}: ${detail}`);
  }
  const { outcome } = event;
  if (outcome.kind !== "failed") return told(`${way} was ${outcome.kind}`);
  const retryAtMs = event.kind === "attemptEnded" ? event.retryAtMs : undefined;
  const retry = retryAtMs === undefined ? "" : `; it is tried again at ${timeText(retryAtMs)}`;
  return suppressed(`${way} failed: ${outcome.error}${retry}`);
}

function decisionReasons(event: LoggedEvent): readonly Told[] {
  switch (event.kind) {
    case "exhausted":
      return [suppressed("all rounds are over and nobody acknowledged")];
    case "acknowledged":
      return [told(`${event.by} acknowledged by ${event.via}; nobody else is paged`)];
    case "unacknowledged":
      return [told(`${event.by} took the acknowledgement back; rounds begin again`)];
    case "snoozed":
      return [suppressed(`${event.by} snoozed it until ${timeText(event.untilMs)}`)];
    case "woken":
      return [told("the acknowledgement or the snooze is over; rounds begin again")];
    case "resolved":
      return [told(`${event.by} resolved it by ${event.via}`)];
    case "reassigned":
      return [told(`${event.by} reassigned it to ${event.to}`)];
    case "escalated":
      return [told(`${event.by} escalated it; the next step is due at once`)];
    case "rated":
      return [told(`${event.by} called it ${event.verdict}`)];
    case "noted":
      return [told(`${event.by}: ${event.text}`)];
    default:
      return [];
  }
}

function timeText(atMs: number): string {
  return new Date(atMs).toISOString();
}
