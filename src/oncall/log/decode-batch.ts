import type { LoggedEvent } from "../incident/event.ts";
import { formatCheckedLine, readCheckedLine } from "./checked-line.ts";

/** A line of the log: what was appended at once. So nothing is ever half appended. */
export function formatBatch(events: readonly LoggedEvent[]): string {
  return formatCheckedLine(events);
}

/** Undefined for a line that is not whole. */
export function decodeBatch(line: string): readonly LoggedEvent[] | undefined {
  const text = readCheckedLine(line);
  // The checksum says that it is what `formatBatch` wrote.
  return text === undefined ? undefined : (JSON.parse(text) as readonly LoggedEvent[]);
}
