import type { AlertSummary, AttemptOutcome } from "../incident/event.ts";
import type { ContactMethod } from "../roster.ts";

/** One message to one person about one incident, as it is sent. */
export interface Page {
  /** The same in every attempt: those who get it twice can tell. */
  readonly id: string;
  /** A ticket wakes nobody. A verification asks only whether it arrives; it is about no incident. */
  readonly purpose: "page" | "ticket" | "verification";
  readonly incident: string;
  readonly number: number;
  readonly service: string;
  readonly alert: AlertSummary;
  readonly user: string;
  readonly fullName: string;
  readonly contact: ContactMethod;
  /** `on call in web`; of a ticket why it is no page. */
  readonly reason: string;
  readonly openedAtMs: number;
}

/** Sends pages. Resolves with what became of it; rejects with a `DeliveryError` or a bug. */
export interface Courier {
  send(page: Page, signal: AbortSignal): Promise<AttemptOutcome>;
}

/** A page that did not go out. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
  readonly isRetryable: boolean;
  /** It may have arrived all the same. */
  readonly isAmbiguous: boolean;

  constructor(
    message: string,
    options: {
      readonly isRetryable: boolean;
      readonly isAmbiguous?: boolean;
      readonly cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.isRetryable = options.isRetryable;
    this.isAmbiguous = options.isAmbiguous ?? false;
  }
}
