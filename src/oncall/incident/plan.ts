/**
 * What is to be done about an incident, and when. Pure: an action is known by what it does and not by
 * when it was planned, so planning twice, or by two, or with a clock that went back, adds nothing.
 */
import { resolveStep, type SnapshotUser } from "../escalation/snapshot.ts";
import type { ContactKind } from "../roster.ts";
import { minuteMs } from "../schedule/wall-clock.ts";
import type { AttemptOutcome, LeftOut, PlannedMessage } from "./event.ts";
import { type Incident, isEscalating, isWanted, type Message } from "./incident.ts";
import { messageId } from "./message-id.ts";
import { upcomingAfter } from "./fold.ts";

interface Due {
  readonly incident: string;
  readonly dueMs: number;
}

export type Action =
  | (Due & { readonly kind: "startStep"; readonly round: number; readonly step: number })
  | (Due & { readonly kind: "exhaust" })
  | (Due & { readonly kind: "send"; readonly message: string })
  /** An attempt of which nobody has told the end: whoever made it is gone. */
  | (Due & { readonly kind: "settle"; readonly message: string })
  /** An acknowledgement timed out, or a snooze is over. */
  | (Due & { readonly kind: "wake" });

/** How long an attempt to send may take. */
export const attemptTimeoutMs = 10_000;
/** When an attempt counts as lost whose end was not told; its maker has given up long before. */
const settleAfterMs = 2 * attemptTimeoutMs;
const retryDelayMs = 5_000;
const retryDelayMaxMs = 5 * minuteMs;
const attemptsMax = 8;
/** A call that may have rung already is not repeated when the next step is this near. */
const nextStepNearMs = minuteMs;

/** Everything that is to be done by itself, in the order of its time; nothing when all is quiet. */
export function plan(incident: Incident): readonly Action[] {
  const actions: Action[] = [...planMessages(incident)];
  const { id, upcoming, quietUntilMs, status } = incident;
  if (isEscalating(incident) && upcoming !== undefined) {
    const { dueMs } = upcoming;
    if (upcoming.kind === "exhaust") actions.push({ kind: "exhaust", incident: id, dueMs });
    else {
      const { round, step } = upcoming;
      actions.push({ kind: "startStep", incident: id, dueMs, round, step });
    }
  }
  const isQuiet = status === "acknowledged" || status === "snoozed";
  if (isQuiet && quietUntilMs !== undefined) {
    actions.push({ kind: "wake", incident: id, dueMs: quietUntilMs });
  }
  return actions.sort((left, right) => left.dueMs - right.dueMs);
}

function planMessages(incident: Incident): readonly Action[] {
  return [...incident.messages.values()].flatMap((message): readonly Action[] => {
    const place = { incident: incident.id, message: message.id };
    if (message.state === "sending" && message.startedAtMs !== undefined) {
      return [{ kind: "settle", ...place, dueMs: message.startedAtMs + settleAfterMs }];
    }
    if (message.state !== "queued" || !isWanted(incident, message)) return [];
    return [{ kind: "send", ...place, dueMs: message.retryAtMs ?? message.dueMs }];
  });
}

export interface StepContent {
  readonly messages: readonly PlannedMessage[];
  readonly leftOut: readonly LeftOut[];
}

/** Whom a step tells, by what and when; and whom it leaves out, and why. */
export function planStep(
  incident: Incident,
  { round, step }: { readonly round: number; readonly step: number },
  nowMs: number,
): StepContent {
  const { recipients, missing } = resolveStep(incident.snapshot, step, nowMs);
  const next = upcomingAfter(incident, { round, step, dueMs: 0 });
  const messages: PlannedMessage[] = [];
  const leftOut = missing.map((detail): LeftOut => ({ user: undefined, cause: "nobody", detail }));
  for (const { user, reason } of recipients) {
    const usable = usableRules(user, next.dueMs);
    leftOut.push(...usable.leftOut);
    for (const { rule, contact, afterMs } of usable.rules) {
      const place = { incident: incident.id, round, step, user: user.id, rule };
      const id = messageId(place);
      const dueMs = nowMs + afterMs;
      messages.push({ purpose: "page", id, user: user.id, rule, contact, reason, dueMs });
    }
  }
  return { messages, leftOut };
}

/** The rules that can be followed before the next step, which is `stepMs` away. */
function usableRules(user: SnapshotUser, stepMs: number) {
  const leftOut: LeftOut[] = [];
  const rules = user.rules.flatMap(({ contact: id, afterMs }, rule) => {
    const contact = user.contacts.find((one) => one.id === id);
    if (contact?.isVerified !== true) {
      leftOut.push({ user: user.id, cause: "unverified", detail: `${id} is not verified` });
      return [];
    }
    if (afterMs >= stepMs) {
      const detail = `the rule for ${id} comes later than the next step`;
      leftOut.push({ user: user.id, cause: "too late", detail });
      return [];
    }
    return [{ rule, contact, afterMs }];
  });
  if (user.contacts.length === 0) {
    leftOut.push({ user: user.id, cause: "unverified", detail: "has no contact method" });
  }
  return { rules, leftOut };
}

/** When a message is to be tried again after an attempt that ended so; undefined for never. */
export function retryAtMs(
  incident: Incident,
  message: Message,
  outcome: AttemptOutcome,
  nowMs: number,
): number | undefined {
  if (outcome.kind !== "failed" || !outcome.isRetryable) return undefined;
  if (message.attemptCount >= attemptsMax) return undefined;
  const { upcoming } = incident;
  const isStepNear = upcoming !== undefined && upcoming.dueMs - nowMs < nextStepNearMs;
  if (outcome.isAmbiguous && isLoud(message.contact.kind) && isStepNear) return undefined;
  const delayMs = retryDelayMs * 2 ** Math.max(0, message.attemptCount - 1);
  return nowMs + Math.min(delayMs, retryDelayMaxMs);
}

/** What rings twice when it is sent twice; the others carry an id by which the second is dropped. */
function isLoud(kind: ContactKind): boolean {
  return kind === "voice" || kind === "sms";
}

/** What is to be noted of an attempt whose maker is gone. */
export const lostAttempt: AttemptOutcome = {
  kind: "failed",
  error: "the program ended while it was sending",
  isRetryable: true,
  isAmbiguous: true,
};
