/** Duties as a calendar that other programs subscribe to (RFC 5545). */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Duty } from "../schedule/schedule.ts";

export interface CalendarEntry extends Duty {
  readonly schedule: string;
}

/** Nobody's duties are no events. `nowMs` is when the calendar was made. */
export function formatCalendar(
  name: string,
  entries: readonly CalendarEntry[],
  nowMs: number,
): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Wherry//On-call//EN",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    `X-WR-CALNAME:${escapeText(name)}`,
    "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ...entries.flatMap((entry) => eventLines(entry, nowMs)),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

function eventLines({ schedule, user, fromMs, untilMs }: CalendarEntry, nowMs: number) {
  if (user === undefined) return [];
  // The same duty is the same event in every calendar, however often it is made.
  const identity = bytesToHex(sha256(utf8ToBytes(JSON.stringify([schedule, user, fromMs])))).slice(
    0,
    40,
  );
  const summary = escapeText(`On call: ${user} (${schedule})`);
  return [
    "BEGIN:VEVENT",
    `UID:${identity}@oncall.wherry`,
    `DTSTAMP:${timeText(nowMs)}`,
    `DTSTART:${timeText(fromMs)}`,
    `DTEND:${timeText(untilMs)}`,
    `SUMMARY:${summary}`,
    "TRANSP:TRANSPARENT",
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    `DESCRIPTION:${summary}`,
    "TRIGGER:-PT1H",
    "END:VALARM",
    "END:VEVENT",
  ];
}

/** `20260105T080000Z`. */
function timeText(atMs: number): string {
  return `${new Date(atMs).toISOString().replaceAll(/[-:]/g, "").slice(0, 15)}Z`;
}

function escapeText(text: string): string {
  return text
    .replaceAll(/[\\;,]/g, "\\$&")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "");
}

const lineBytesMax = 75;

/** A long line goes on after a line break and a space; no character is cut in two. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  const lines: string[] = [];
  let [current, bytes] = ["", 0];
  for (const character of line) {
    const count = encoder.encode(character).length;
    if (bytes + count > lineBytesMax) {
      lines.push(current);
      [current, bytes] = [" ", 1];
    }
    current += character;
    bytes += count;
  }
  return [...lines, current].join("\r\n");
}
