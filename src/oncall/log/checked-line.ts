import { crc32c } from "#base";

/** A line of a log: JSON behind a checksum of it, so that one that a crash cut off is known. */
export function formatCheckedLine(value: unknown): string {
  const text = JSON.stringify(value);
  return `${checksum(text)} ${text}\n`;
}

/** The text behind the checksum; undefined for a line that is not whole. */
export function readCheckedLine(line: string): string | undefined {
  const [sum = ""] = line.split(" ", 1);
  const text = line.slice(sum.length + 1);
  return sum === checksum(text) ? text : undefined;
}

function checksum(text: string): string {
  return (crc32c(new TextEncoder().encode(text)) >>> 0).toString(16).padStart(8, "0");
}
