/**
 * What happened, one event a line of the log. Everything known of incidents is a fold over these,
 * and every message that leaves was an event before it left.
 */
import type { Snapshot } from "../escalation/snapshot.ts";
import type { ContactKind, ContactMethod } from "../roster.ts";
import type { Override, Swap } from "../schedule/schedule.ts";

/** Why somebody was not told of something. */
export type SuppressionCause =
  | "inhibited"
  | "silenced"
  | "muted"
  | "inactive"
  | "unchanged"
  | "duplicate"
  | "severity"
  | "budget"
  | "throttled"
  | "nobody"
  | "unverified"
  | "too late"
  | "not eligible"
  | "out of hours";

export interface AlertSummary {
  readonly title: string;
  readonly details: string;
  readonly severity: string;
  /** Where it came in: `alertmanager`, `pagerduty`, `opsgenie`, `heartbeat`, `api`, `own`. */
  readonly source: string;
  readonly links: readonly { readonly text: string; readonly href: string }[];
  /** Why its sender keeps it from being the page that it would be; empty when it does not. */
  readonly heldBack: string;
}

/** A message that is planned. Nothing of it changes afterwards but its state. */
export interface PlannedMessage {
  /** A ticket asks nobody to get up, and is followed by no other step. */
  readonly purpose: "page" | "ticket";
  /** The same for the same incident, step, round, user and rule, so that a plan is idempotent. */
  readonly id: string;
  readonly user: string;
  /** The place of the rule among the user's. */
  readonly rule: number;
  readonly contact: ContactMethod;
  readonly dueMs: number;
  readonly reason: string;
}

/** Somebody or something that a step had to leave out. */
export interface LeftOut {
  readonly user: string | undefined;
  readonly cause: SuppressionCause;
  readonly detail: string;
}

export type AttemptOutcome =
  | { readonly kind: "sent"; readonly reference: string }
  | { readonly kind: "delivered"; readonly reference: string }
  | {
      readonly kind: "failed";
      readonly error: string;
      readonly isRetryable: boolean;
      /** Nobody knows whether it arrived: no answer came, or the program ended in between. */
      readonly isAmbiguous: boolean;
    };

/** Who did something: a user's name, `timeout`, `api`, or the source of an alert. */
type Actor = string;

export type IncidentEvent =
  | {
      readonly kind: "opened";
      readonly number: number;
      readonly dedupKey: string;
      readonly service: string;
      readonly team: string;
      readonly alert: AlertSummary;
      /** `low` is recorded and pages nobody; `quietCause` says why. */
      readonly urgency: "high" | "low";
      readonly quietCause: LeftOut | undefined;
      readonly snapshot: Snapshot;
    }
  /** The same alert came in again and was merged by its key. */
  | { readonly kind: "repeated"; readonly alert: AlertSummary }
  /** The alert got worse: somebody is paged anew, or `quietCause` says why nobody is. */
  | {
      readonly kind: "raised";
      readonly urgency: "high" | "low";
      readonly quietCause: LeftOut | undefined;
      readonly snapshot: Snapshot;
    }
  /** Whoever looks after tickets is told. */
  | {
      readonly kind: "ticketed";
      readonly messages: readonly PlannedMessage[];
      readonly leftOut: readonly LeftOut[];
    }
  | {
      readonly kind: "stepStarted";
      readonly round: number;
      readonly step: number;
      readonly messages: readonly PlannedMessage[];
      readonly leftOut: readonly LeftOut[];
    }
  /** All rounds are over and nobody acknowledged. */
  | { readonly kind: "exhausted" }
  | { readonly kind: "attemptStarted"; readonly message: string }
  | {
      readonly kind: "attemptEnded";
      readonly message: string;
      readonly outcome: AttemptOutcome;
      /** When it is tried again; undefined for never. */
      readonly retryAtMs: number | undefined;
    }
  /** What the provider said later. */
  | { readonly kind: "receipt"; readonly message: string; readonly outcome: AttemptOutcome }
  | { readonly kind: "withheld"; readonly message: string; readonly leftOut: LeftOut }
  | { readonly kind: "acknowledged"; readonly by: Actor; readonly via: string }
  | { readonly kind: "unacknowledged"; readonly by: Actor }
  | { readonly kind: "snoozed"; readonly by: Actor; readonly untilMs: number }
  | { readonly kind: "woken" }
  | { readonly kind: "resolved"; readonly by: Actor; readonly via: string }
  | {
      readonly kind: "reassigned";
      readonly by: Actor;
      readonly to: string;
      readonly snapshot: Snapshot;
    }
  | { readonly kind: "escalated"; readonly by: Actor }
  | { readonly kind: "noted"; readonly by: Actor; readonly text: string }
  | { readonly kind: "rated"; readonly by: Actor; readonly verdict: Verdict };

/** What those who were woken thought of it. */
export const verdicts = ["actionable", "false", "not actionable"] as const;
export type Verdict = (typeof verdicts)[number];

/** What concerns no single incident. */
type RosterEvent =
  | {
      readonly kind: "overrideAdded";
      readonly by: Actor;
      readonly schedule: string;
      readonly override: Override;
    }
  | {
      readonly kind: "overrideRemoved";
      readonly by: Actor;
      readonly schedule: string;
      readonly id: string;
    }
  | {
      readonly kind: "swapAdded";
      readonly by: Actor;
      readonly schedule: string;
      readonly swap: Swap;
    }
  | {
      readonly kind: "swapRemoved";
      readonly by: Actor;
      readonly schedule: string;
      readonly id: string;
    }
  /** A way to reach a user that no file names: a browser in which they asked for pages. */
  | {
      readonly kind: "contactAdded";
      readonly by: Actor;
      readonly user: string;
      readonly contact: string;
      readonly contactKind: ContactKind;
      readonly address: string;
    }
  | {
      readonly kind: "contactRemoved";
      readonly by: Actor;
      readonly user: string;
      readonly contact: string;
    }
  | {
      readonly kind: "contactVerified";
      readonly user: string;
      readonly contact: string;
      readonly address: string;
    }
  | { readonly kind: "configured"; readonly file: string }
  | {
      readonly kind: "suppressed";
      readonly alert: string;
      readonly key: string;
      readonly cause: SuppressionCause;
      readonly detail: string;
    };

/** An event with its place in the log. */
export type LoggedEvent = EventDraft & { readonly sequence: number; readonly atMs: number };

export type EventDraft =
  | (IncidentEvent & { readonly incident: string })
  | (RosterEvent & { readonly incident?: undefined });
