import type { AnyKind, JsonObject } from "#api";
import type { User } from "./authentication.ts";

/**
 * A resource that is only ever created and never stored: a question to the server, such as a
 * SubjectAccessReview. The answer is the object with its status filled in.
 */
export interface Review {
  readonly kind: AnyKind;
  /** Refuses by throwing a `StatusError`. */
  answer(question: ReviewQuestion, signal: AbortSignal): Promise<JsonObject>;
}

export interface ReviewQuestion {
  readonly object: JsonObject;
  readonly user: User;
  /** Empty for cluster-scoped reviews. */
  readonly namespace: string;
}
