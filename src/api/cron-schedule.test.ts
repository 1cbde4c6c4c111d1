import assert from "node:assert/strict";
import { test } from "node:test";
import { type TimeZone, utc } from "#base";
import { parseSchedule } from "./cron-schedule.ts";
import { ValueError } from "./value-error.ts";

// Thursday, 1 January 2026; the cases say the moment after which is asked, and what is next.
const cases: readonly (readonly [string, string, string])[] = [
  ["*/15 * * * *", "2026-01-01 00:00", "2026-01-01 00:15"],
  ["0 * * * *", "2026-01-01 00:00", "2026-01-01 01:00"],
  ["@hourly", "2026-01-01 00:59", "2026-01-01 01:00"],
  ["@daily", "2026-01-01 00:00", "2026-01-02 00:00"],
  ["@weekly", "2026-01-01 00:00", "2026-01-04 00:00"],
  ["@monthly", "2026-01-01 00:00", "2026-02-01 00:00"],
  ["@yearly", "2026-01-01 00:00", "2027-01-01 00:00"],
  ["@every 90m", "2026-01-01 00:10", "2026-01-01 01:40"],
  ["0 9 * * mon-fri", "2026-01-02 09:00", "2026-01-05 09:00"],
  ["0 9 * JAN,mar SUN", "2026-01-25 09:00", "2026-03-01 09:00"],
  ["30 6-16/4 * * *", "2026-01-01 06:30", "2026-01-01 10:30"],
  ["5/20 * * * *", "2026-01-01 00:25", "2026-01-01 00:45"],
  ["0 0 13 * 5", "2026-01-01 00:00", "2026-01-02 00:00"],
  ["0 0 13 * *", "2026-01-01 00:00", "2026-01-13 00:00"],
  ["0 0 */2 * 1", "2026-01-01 00:00", "2026-01-03 00:00"],
  ["0 0 29 2 *", "2026-01-01 00:00", "2028-02-29 00:00"],
  ["0 0 ? * ?", "2026-01-01 00:00", "2026-01-02 00:00"],
  ["0 0 31 2 *", "2026-01-01 00:00", "never"],
];

for (const [text, after, want] of cases) {
  test(`after ${after} the next "${text}" is ${want}`, () => {
    assert.equal(show(parseSchedule(text, utc).next(parse(after))), want);
  });
}

const refused: readonly (readonly [string, string])[] = [
  ["", "empty spec string"],
  ["* * * *", "expected exactly 5 fields, found 4: [* * * *]"],
  ["0 0 * * * *", "expected exactly 5 fields, found 6: [0 0 * * * *]"],
  ["60 * * * *", "end of range (60) above maximum (59): 60"],
  ["* * 0 * *", "beginning of range (0) below minimum (1): 0"],
  ["* * * * 7", "end of range (7) above maximum (6): 7"],
  ["5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"],
  ["*/0 * * * *", "step of range should be a positive number: */0"],
  ["1-2-3 * * * *", "too many hyphens: 1-2-3"],
  ["@fortnightly", "unrecognized descriptor: @fortnightly"],
];

for (const [text, message] of refused) {
  test(`"${text}" is no schedule: ${message}`, () => {
    assert.throws(() => parseSchedule(text, utc), new ValueError(message));
  });
}

// Clocks are an hour ahead of UTC until 2026-03-29 01:00 UTC, then two hours until 2026-10-25 01:00 UTC.
const summerFromMs = parse("2026-03-29 01:00");
const summerToMs = parse("2026-10-25 01:00");
const european: TimeZone = {
  offsetMsAt: (atMs) => (atMs >= summerFromMs && atMs < summerToMs ? 2 : 1) * 3_600_000,
};

const turned: readonly (readonly [string, string, string, string])[] = [
  ["is due by local time", "0 9 * * *", "2026-01-01 08:00", "2026-01-02 08:00"],
  ["moves with summer time", "0 9 * * *", "2026-03-28 08:00", "2026-03-29 07:00"],
  ["is skipped with its hour", "30 2 * * *", "2026-03-28 01:30", "2026-03-30 00:30"],
  ["comes twice with its hour", "30 2 * * *", "2026-10-25 00:30", "2026-10-25 01:30"],
];

for (const [rule, text, after, want] of turned) {
  test(`a local time ${rule}: after ${after} UTC comes ${want} UTC`, () => {
    assert.equal(show(parseSchedule(text, european).next(parse(after))), want);
  });
}

function parse(text: string): number {
  return Date.parse(`${text.replace(" ", "T")}:00Z`);
}

function show(atMs: number | undefined): string {
  return atMs === undefined ? "never" : new Date(atMs).toISOString().slice(0, 16).replace("T", " ");
}
