import type { Labels } from "#series";
import type { Alert } from "../alert/alert.ts";
import type { NotificationReason } from "./notification-reason.ts";

/** One way to tell somebody: a `*_configs` entry of a receiver. */
export interface Integration {
  /** The kind: `webhook`, `email`, … */
  readonly name: string;
  /** Which of the receiver's entries of that kind. */
  readonly index: number;
  readonly sendsResolved: boolean;
  /**
   * Resolves when it is told. Rejects with a `SendError` when not; anything else is taken for a
   * failure that no other attempt would mend.
   */
  send(notification: Notification, signal: AbortSignal): Promise<void>;
}

export interface Notification {
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly receiver: string;
  readonly reason: NotificationReason;
  /** In the order of `compareAlerts`. */
  readonly alerts: readonly Alert[];
  readonly nowMs: number;
  readonly repeatIntervalMs: number;
  /** What the route says of itself; templates. */
  readonly routeLabels: Labels;
}

/** What kind of failure it was, as the metrics tell it. */
export type FailureReason =
  | "other"
  | "clientError"
  | "serverError"
  | "contextCanceled"
  | "contextDeadlineExceeded"
  | "authError"
  | "rateLimited";

/** A notification that did not get through. */
export class SendError extends Error {
  readonly isRetryable: boolean;
  readonly reason: FailureReason;

  constructor(
    message: string,
    options: {
      readonly isRetryable: boolean;
      readonly reason?: FailureReason;
      readonly cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "SendError";
    this.isRetryable = options.isRetryable;
    this.reason = options.reason ?? "other";
  }
}
