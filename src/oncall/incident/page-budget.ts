/**
 * How many incidents paged whom: a fold over the log, and the question whether one more may. Whoever
 * is paged too often sleeps too little to be of use the next time, so what is beyond the budget of the
 * ones it would page waits as a ticket. Escalation asks for no budget: whoever was paged and does not
 * answer has to be helped.
 */
import { resolveStep, type Snapshot } from "../escalation/snapshot.ts";
import type { PageBudget } from "../roster.ts";
import { hourMs } from "../schedule/wall-clock.ts";
import type { LeftOut, LoggedEvent } from "./event.ts";

export class PageCounts {
  /** For each user the incidents that paged them, in the order in which they did so first. */
  readonly #paged = new Map<string, Map<string, number>>();

  apply(event: LoggedEvent): void {
    switch (event.kind) {
      case "opened":
      case "raised":
        // Whoever is about to be paged counts at once: two incidents may open before the first page.
        if (event.urgency === "high") this.#note(event, firstPaged(event.snapshot, event.atMs));
        break;
      case "reassigned":
        this.#note(event, firstPaged(event.snapshot, event.atMs));
        break;
      case "stepStarted":
        this.#note(
          event,
          event.messages.map(({ user }) => user),
        );
        break;
      default:
    }
  }

  /** How many incidents have paged a user after that moment. */
  countSince(user: string, sinceMs: number): number {
    let count = 0;
    for (const atMs of this.#paged.get(user)?.values() ?? []) if (atMs > sinceMs) count++;
    return count;
  }

  #note(
    { incident, atMs }: { readonly incident: string; readonly atMs: number },
    users: readonly string[],
  ): void {
    for (const user of users) {
      const incidents = this.#paged.get(user) ?? new Map<string, number>();
      if (!incidents.has(incident)) incidents.set(incident, atMs);
      this.#paged.set(user, incidents);
    }
  }
}

/** Why a page is beyond the budget of everybody whom it would wake first; undefined when it is not. */
export function beyondBudget(
  counts: PageCounts,
  snapshot: Snapshot,
  { pages, perMs }: PageBudget,
): LeftOut | undefined {
  const { takenAtMs } = snapshot;
  const users = firstPaged(snapshot, takenAtMs);
  const isSpent = (user: string) => counts.countSince(user, takenAtMs - perMs) >= pages;
  if (users.length === 0 || !users.every(isSpent)) return undefined;
  const detail = `the page budget of ${users.join(" and ")} is spent: ${pages} within ${perMs / hourMs} hours`;
  return { user: undefined, cause: "budget", detail };
}

function firstPaged(snapshot: Snapshot, atMs: number): readonly string[] {
  return resolveStep(snapshot, 0, atMs).recipients.map(({ user }) => user.id);
}
