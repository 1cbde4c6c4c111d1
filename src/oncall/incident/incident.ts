import type { Snapshot } from "../escalation/snapshot.ts";
import type { AlertSummary, LeftOut, PlannedMessage, Verdict } from "./event.ts";

type IncidentStatus = "triggered" | "acknowledged" | "snoozed" | "resolved";

type MessageState =
  | "queued"
  | "sending"
  | "sent"
  | "delivered"
  | "failed"
  /** Not sent, because it was no longer wanted. */
  | "withdrawn"
  /** Not sent, because something keeps it back. */
  | "withheld";

export interface Message extends PlannedMessage {
  readonly round: number;
  readonly step: number;
  readonly state: MessageState;
  readonly attemptCount: number;
  readonly startedAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  /** When it is tried again, while it is queued. */
  readonly retryAtMs: number | undefined;
  /** What the provider calls it. */
  readonly reference: string;
  readonly error: string;
}

/** What comes next by itself while nobody acknowledges. */
export type Upcoming =
  | { readonly kind: "step"; readonly round: number; readonly step: number; readonly dueMs: number }
  | { readonly kind: "exhaust"; readonly dueMs: number };

export interface Incident {
  readonly id: string;
  /** What people call it: `#12`. */
  readonly number: number;
  readonly dedupKey: string;
  readonly service: string;
  readonly team: string;
  readonly alert: AlertSummary;
  /** The severity for which somebody was told last; what is as bad or less tells nobody anew. */
  readonly peakSeverity: string;
  readonly alertCount: number;
  /** When the alert came in last. */
  readonly alertedAtMs: number;
  readonly urgency: "high" | "low";
  readonly quietCause: LeftOut | undefined;
  readonly status: IncidentStatus;
  readonly openedAtMs: number;
  /** When the first step of its policy began; undefined while it pages nobody. */
  readonly pagedAtMs: number | undefined;
  readonly snapshot: Snapshot;
  /** The first round since it was last triggered. */
  readonly firstRound: number;
  readonly lastStep:
    | { readonly round: number; readonly step: number; readonly dueMs: number }
    | undefined;
  readonly upcoming: Upcoming | undefined;
  readonly isExhausted: boolean;
  /** When an acknowledgement or a snooze ends by itself. */
  readonly quietUntilMs: number | undefined;
  readonly acknowledgedAtMs: number | undefined;
  readonly acknowledgedBy: string;
  readonly resolvedAtMs: number | undefined;
  readonly resolvedBy: string;
  readonly verdict: Verdict | undefined;
  readonly messages: ReadonlyMap<string, Message>;
}

export function isOpen({ status }: Incident): boolean {
  return status !== "resolved";
}

/** Whether somebody is to be paged until somebody answers. */
export function isEscalating({ status, urgency }: Incident): boolean {
  return status === "triggered" && urgency === "high";
}

/** Whether a message that is still to be sent should be. */
export function isWanted(incident: Incident, { purpose }: Message): boolean {
  if (purpose === "page") return isEscalating(incident);
  return incident.status === "triggered" && incident.urgency === "low";
}
