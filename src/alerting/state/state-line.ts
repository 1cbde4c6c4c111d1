import type { Alert } from "../alert/alert.ts";
import type { LogEntry } from "../notify/notification-log.ts";
import type { Silence } from "../suppress/silences.ts";

/** One thing that is kept, as one line of JSON. */
export function silenceLine({ matcherSets, ...silence }: Silence): string {
  const sets = matcherSets.map((matchers) =>
    matchers.map(({ name, operator, value }) => ({ name, operator, value })),
  );
  return lineOf({ kind: "silence", ...silence, matcherSets: sets });
}

export function logLine(entry: LogEntry): string {
  return lineOf({ kind: "told", ...entry });
}

export function alertLine({ fingerprint: _, ...alert }: Alert): string {
  return lineOf({ kind: "alert", ...alert });
}

function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
