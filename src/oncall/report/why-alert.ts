/** Why alerts that somebody remembers by some word paged whom they paged, or nobody. */
import type { Ledger, SuppressedAlert } from "../incident/ledger.ts";
import type { Incident } from "../incident/incident.ts";
import { summarize } from "../incident/why.ts";

export interface AlertReason {
  readonly atMs: number;
  /** The number of the incident that it led to. */
  readonly incident: number | undefined;
  /** A sentence without its full stop. */
  readonly text: string;
}

/** The latest of them, in order. */
const shownMax = 100;

/** Everything about alerts that are called so, or have it in their labels. */
export function explainAlert(ledger: Ledger, wanted: string): readonly AlertReason[] {
  const incidents = [...ledger.list()]
    .filter((incident) => isAbout(incident, wanted))
    .map(({ id, number, openedAtMs }) => ({
      atMs: openedAtMs,
      incident: number,
      text: `#${number}: ${summarize(ledger.eventsOf(id))}`,
    }));
  const suppressed = ledger
    .suppressed()
    .filter(({ alert, key }) => key === wanted || alert.includes(wanted))
    .map((note) => ({ atMs: note.atMs, incident: undefined, text: noteText(note) }));
  const found = [...incidents, ...suppressed].sort((left, right) => left.atMs - right.atMs);
  return found.slice(-shownMax);
}

function isAbout({ alert, dedupKey }: Incident, wanted: string): boolean {
  return [alert.title, alert.details, dedupKey].some((text) => text.includes(wanted));
}

function noteText({ alert, cause, detail }: SuppressedAlert): string {
  const whom = cause === "unchanged" ? "told nobody anew" : "reached nobody";
  return `${alert} ${whom}: ${cause}: ${detail}`;
}
