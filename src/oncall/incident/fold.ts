/** What is known of an incident after one more event. */
import { assert } from "#base";
import type { EventDraft, LoggedEvent, PlannedMessage } from "./event.ts";
import type { Incident, Message, Upcoming } from "./incident.ts";

type Logged<Kind extends EventDraft["kind"]> = Extract<LoggedEvent, { readonly kind: Kind }>;
export type LoggedIncidentEvent = Extract<LoggedEvent, { readonly incident: string }>;

/** Folds one event into an incident. Pure; an event that comes too late changes nothing. */
export function fold(
  incident: Incident | undefined,
  event: LoggedIncidentEvent,
): Incident | undefined {
  if (event.kind === "opened") return incident ?? opened(event);
  // The log was compacted behind this incident, or the event belongs to none.
  if (incident === undefined) return undefined;
  return foldKnown(incident, event);
}

function foldKnown(
  incident: Incident,
  event: Exclude<LoggedIncidentEvent, { readonly kind: "opened" }>,
): Incident {
  switch (event.kind) {
    case "repeated":
      return repeated(incident, event);
    case "ticketed":
      return ticketed(incident, event);
    case "stepStarted":
      return stepStarted(incident, event);
    case "exhausted":
      return { ...incident, upcoming: undefined, isExhausted: true };
    case "attemptStarted":
    case "attemptEnded":
    case "receipt":
    case "withheld":
      return withMessage(incident, event);
    case "rated":
      return { ...incident, verdict: event.verdict };
    case "noted":
      return incident;
    default:
      return incident.status === "resolved" ? incident : foldDecision(incident, event);
  }
}

/** What people decide, as long as the incident is open. */
function foldDecision(
  incident: Incident,
  event: Logged<
    | "acknowledged"
    | "unacknowledged"
    | "snoozed"
    | "woken"
    | "resolved"
    | "reassigned"
    | "escalated"
    | "raised"
  >,
): Incident {
  const { atMs } = event;
  switch (event.kind) {
    case "acknowledged": {
      const timeoutMs = incident.snapshot.policy.acknowledgeTimeoutMs;
      return {
        ...quiet(incident),
        status: "acknowledged",
        quietUntilMs: timeoutMs === 0 ? undefined : atMs + timeoutMs,
        acknowledgedAtMs: incident.acknowledgedAtMs ?? atMs,
        acknowledgedBy: event.by,
      };
    }
    case "snoozed":
      return { ...quiet(incident), status: "snoozed", quietUntilMs: event.untilMs };
    case "resolved":
      return {
        ...quiet(incident),
        status: "resolved",
        quietUntilMs: undefined,
        resolvedAtMs: atMs,
        resolvedBy: event.by,
      };
    case "unacknowledged":
    case "woken":
      return triggeredAgain(incident, atMs);
    case "reassigned":
      return triggeredAgain(
        { ...quiet(incident), snapshot: event.snapshot, urgency: "high" },
        atMs,
      );
    case "raised": {
      const { urgency, quietCause, snapshot } = event;
      const peakSeverity = incident.alert.severity;
      const raised = { ...incident, urgency, quietCause, peakSeverity };
      // What pages somebody already goes on when the worse of it pages nobody.
      if (urgency === "low") return incident.urgency === "high" ? incident : raised;
      return triggeredAgain({ ...quiet(raised), snapshot }, atMs);
    }
    case "escalated":
      return escalated(incident, atMs);
  }
}

function opened(event: Logged<"opened">): Incident {
  const { atMs, snapshot, urgency } = event;
  return {
    id: event.incident,
    number: event.number,
    dedupKey: event.dedupKey,
    service: event.service,
    team: event.team,
    alert: event.alert,
    peakSeverity: event.alert.severity,
    alertCount: 1,
    alertedAtMs: atMs,
    urgency,
    quietCause: event.quietCause,
    status: "triggered",
    openedAtMs: atMs,
    pagedAtMs: undefined,
    snapshot,
    firstRound: 0,
    lastStep: undefined,
    upcoming: urgency === "high" ? firstStep({ snapshot }, 0, atMs) : undefined,
    isExhausted: false,
    quietUntilMs: undefined,
    acknowledgedAtMs: undefined,
    acknowledgedBy: "",
    resolvedAtMs: undefined,
    resolvedBy: "",
    verdict: undefined,
    messages: new Map(),
  };
}

function repeated(incident: Incident, { alert, atMs }: Logged<"repeated">): Incident {
  return { ...incident, alert, alertCount: incident.alertCount + 1, alertedAtMs: atMs };
}

function firstStep(
  { snapshot }: Pick<Incident, "snapshot">,
  round: number,
  startMs: number,
): Upcoming {
  const afterMs = snapshot.policy.steps[0]?.afterMs ?? 0;
  return { kind: "step", round, step: 0, dueMs: startMs + afterMs };
}

function stepStarted(incident: Incident, event: Logged<"stepStarted">): Incident {
  const { upcoming } = incident;
  const { round, step, atMs } = event;
  const isExpected =
    upcoming?.kind === "step" && upcoming.round === round && upcoming.step === step;
  if (!isExpected) return incident;
  const messages = new Map(incident.messages);
  for (const planned of event.messages) messages.set(planned.id, queued(planned, round, step));
  const started = { round, step, dueMs: upcoming.dueMs };
  const next = upcomingAfter(incident, started);
  // Where nobody can be paged, nobody is waited for; but a round of nobody at all takes its time.
  const fallsThrough = event.messages.length === 0 && next.kind === "step" && next.step > 0;
  return {
    ...incident,
    messages,
    pagedAtMs: incident.pagedAtMs ?? atMs,
    lastStep: started,
    upcoming: fallsThrough ? { ...next, dueMs: Math.min(next.dueMs, atMs) } : next,
  };
}

/** What follows a step, in its time: a step that was started late delays nothing after it. */
export function upcomingAfter(
  { snapshot, firstRound }: Pick<Incident, "snapshot" | "firstRound">,
  { round, step, dueMs }: { readonly round: number; readonly step: number; readonly dueMs: number },
): Upcoming {
  const { steps, repeatCount, repeatAfterMs } = snapshot.policy;
  const started = steps[step];
  assert(started !== undefined, "a step of the policy was started");
  const next = steps[step + 1];
  if (next !== undefined) {
    const nextDueMs = dueMs + next.afterMs - started.afterMs;
    return { kind: "step", round, step: step + 1, dueMs: nextDueMs };
  }
  const overMs = dueMs + repeatAfterMs;
  if (round - firstRound >= repeatCount) return { kind: "exhaust", dueMs: overMs };
  return firstStep({ snapshot }, round + 1, overMs);
}

function ticketed(incident: Incident, event: Logged<"ticketed">): Incident {
  const messages = new Map(incident.messages);
  for (const planned of event.messages) {
    if (!messages.has(planned.id)) messages.set(planned.id, queued(planned, 0, 0));
  }
  return { ...incident, messages };
}

function queued(planned: PlannedMessage, round: number, step: number): Message {
  return {
    ...planned,
    round,
    step,
    state: "queued",
    attemptCount: 0,
    startedAtMs: undefined,
    endedAtMs: undefined,
    retryAtMs: undefined,
    reference: "",
    error: "",
  };
}

/** Nobody is paged any more, and what was still to be sent is not. */
function quiet(incident: Incident): Incident {
  const messages = new Map(incident.messages);
  for (const message of messages.values()) {
    if (message.state === "queued") messages.set(message.id, { ...message, state: "withdrawn" });
  }
  return { ...incident, messages, upcoming: undefined };
}

/** Rounds begin anew, and at once. Numbers of rounds are not used twice. */
function triggeredAgain(incident: Incident, atMs: number): Incident {
  const round = incident.lastStep === undefined ? 0 : incident.lastStep.round + 1;
  return {
    ...incident,
    status: "triggered",
    firstRound: round,
    quietUntilMs: undefined,
    isExhausted: false,
    upcoming: incident.urgency === "high" ? firstStep(incident, round, atMs) : undefined,
  };
}

/** The next step is due now, whatever was acknowledged. */
function escalated(incident: Incident, atMs: number): Incident {
  const base = {
    ...incident,
    status: "triggered",
    urgency: "high",
    quietUntilMs: undefined,
  } as const;
  const { lastStep } = incident;
  const next =
    lastStep === undefined ? firstStep(incident, 0, atMs) : upcomingAfter(incident, lastStep);
  if (next.kind === "exhaust") return triggeredAgain(base, atMs);
  return { ...base, upcoming: { ...next, dueMs: atMs } };
}

function withMessage(
  incident: Incident,
  event: Logged<"attemptStarted" | "attemptEnded" | "receipt" | "withheld">,
): Incident {
  const message = incident.messages.get(event.message);
  if (message === undefined) return incident;
  const messages = new Map(incident.messages);
  messages.set(message.id, foldMessage(incident, message, event));
  return { ...incident, messages };
}

function foldMessage(
  incident: Incident,
  message: Message,
  event: Logged<"attemptStarted" | "attemptEnded" | "receipt" | "withheld">,
): Message {
  const { atMs } = event;
  switch (event.kind) {
    case "attemptStarted":
      return {
        ...message,
        state: "sending",
        attemptCount: message.attemptCount + 1,
        startedAtMs: atMs,
        retryAtMs: undefined,
      };
    case "withheld":
      return { ...message, state: "withheld", error: event.leftOut.detail, endedAtMs: atMs };
    case "receipt":
      // What arrived stays so, whatever is said of it later.
      return message.state === "delivered" ? message : ended(message, event.outcome, atMs);
    case "attemptEnded": {
      const after = ended(message, event.outcome, atMs);
      if (event.retryAtMs === undefined) return after;
      const state = incident.status === "triggered" ? "queued" : "withdrawn";
      return { ...after, state, retryAtMs: event.retryAtMs };
    }
  }
}

function ended(
  message: Message,
  outcome: Logged<"attemptEnded">["outcome"],
  endedAtMs: number,
): Message {
  if (outcome.kind === "failed") {
    return { ...message, state: "failed", error: outcome.error, endedAtMs };
  }
  return { ...message, state: outcome.kind, reference: outcome.reference, error: "", endedAtMs };
}
