/** What comes next by itself, in the words of whoever waits for it. */
import { resolveStep } from "../escalation/snapshot.ts";
import { type Incident, isEscalating } from "./incident.ts";

export interface Awaited {
  readonly dueMs: number;
  /** Who is paged then, each once; nobody when it is no step, or one of nobody. */
  readonly people: readonly { readonly user: string; readonly reason: string }[];
  /** A sentence without its full stop. */
  readonly text: string;
}

/** The next step, the end of the last round, or the end of an acknowledgement or a snooze. */
export function findAwaited(incident: Incident): Awaited | undefined {
  const { status, upcoming, quietUntilMs } = incident;
  if (quietUntilMs !== undefined && status !== "resolved") {
    const ending = status === "snoozed" ? "the snooze ends" : "the acknowledgement times out";
    return { dueMs: quietUntilMs, people: [], text: `${ending}, and rounds begin again` };
  }
  if (!isEscalating(incident) || upcoming === undefined) return undefined;
  const { dueMs } = upcoming;
  if (upcoming.kind === "exhaust") {
    return { dueMs, people: [], text: "all rounds are over, and nobody else is paged" };
  }
  const { recipients, missing } = resolveStep(incident.snapshot, upcoming.step, dueMs);
  const people = recipients.map(({ user, reason }) => ({ user: user.id, reason }));
  const names = people.map(({ user }) => user).join(", ");
  const where = `step ${upcoming.step + 1} of round ${upcoming.round + 1}`;
  const verb = people.length === 1 ? "is" : "are";
  const text = people.length === 0 ? missing.join("; ") : `${names} ${verb} paged`;
  return { dueMs, people, text: `${text} (${where})` };
}
