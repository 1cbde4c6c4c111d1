import type { AlertSummary } from "../incident/event.ts";

/** What a sender of alerts says, in whatever format. */
export interface IntakeReport {
  readonly action: "trigger" | "acknowledge" | "resolve";
  readonly dedupKey: string;
  /** What is wrong; of no use to the other actions. */
  readonly alert: AlertSummary;
}

/** What came in is not what its format says; the messages are for who sent it. */
export class IntakeError extends Error {
  override readonly name = "IntakeError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("; "));
    this.problems = problems;
  }
}
