/** Who changed or decided what: everything in the log that a person did. */
import type { LoggedEvent } from "../incident/event.ts";
import type { Ledger } from "../incident/ledger.ts";
import type { Span } from "../schedule/restriction.ts";

export interface AuditEntry {
  readonly atMs: number;
  readonly by: string;
  readonly action: string;
  /** What it was done to: `#12`, `schedule web`. */
  readonly object: string;
}

/** In the order in which it happened. */
export function auditLog(ledger: Ledger, range: Span): readonly AuditEntry[] {
  const decisions = [...ledger.list()].flatMap(({ id, number }) =>
    ledger.eventsOf(id).flatMap((event) => entryOf(event, `#${number}`)),
  );
  const changes = ledger.changes().flatMap((event) => entryOf(event, objectOf(event)));
  return [...decisions, ...changes]
    .filter(({ atMs }) => atMs >= range.fromMs && atMs < range.untilMs)
    .sort((left, right) => left.atMs - right.atMs);
}

function entryOf(event: LoggedEvent, object: string): readonly AuditEntry[] {
  if ("by" in event) return [{ atMs: event.atMs, by: event.by, action: event.kind, object }];
  if (event.kind === "configured") {
    return [{ atMs: event.atMs, by: "configuration", action: event.kind, object }];
  }
  return event.kind === "contactVerified"
    ? [{ atMs: event.atMs, by: event.user, action: event.kind, object }]
    : [];
}

function objectOf(event: LoggedEvent): string {
  if ("schedule" in event) return `schedule ${event.schedule}`;
  if ("contact" in event) return `contact ${event.contact} of ${event.user}`;
  return event.kind === "configured" ? event.file : "";
}
