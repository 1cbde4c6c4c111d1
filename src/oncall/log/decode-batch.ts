import { crc32c } from "#base";
import type { LoggedEvent } from "../incident/event.ts";

/**
 * A line of the log: what was appended at once, behind a checksum of it. So a line that a crash cut
 * off is known, and nothing is ever half appended.
 */
export function encodeBatch(events: readonly LoggedEvent[]): Uint8Array {
  const text = JSON.stringify(events);
  return new TextEncoder().encode(`${checksum(text)} ${text}\n`);
}

/** Undefined for a line that is not whole. */
export function decodeBatch(line: string): readonly LoggedEvent[] | undefined {
  const [sum = ""] = line.split(" ", 1);
  const text = line.slice(sum.length + 1);
  if (sum !== checksum(text)) return undefined;
  // The checksum says that it is what `encodeBatch` wrote.
  return JSON.parse(text) as readonly LoggedEvent[];
}

function checksum(text: string): string {
  return (crc32c(new TextEncoder().encode(text)) >>> 0).toString(16).padStart(8, "0");
}
