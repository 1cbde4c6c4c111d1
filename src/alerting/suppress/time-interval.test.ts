import assert from "node:assert/strict";
import { test } from "node:test";
import type { TimeZone } from "#base";
import { isWithin, type NumberRange, type TimeInterval } from "./time-interval.ts";

const always: TimeInterval = {
  times: undefined,
  weekdays: undefined,
  daysOfMonth: undefined,
  months: undefined,
  years: undefined,
  zone: undefined,
};

/** Berlin, as far as 2026 goes: an hour ahead, two from March 29 to October 25 at 01:00 UTC. */
const berlin: TimeZone = {
  offsetMsAt: (ms) =>
    ms >= Date.UTC(2026, 2, 29, 1) && ms < Date.UTC(2026, 9, 25, 1) ? 7_200_000 : 3_600_000,
};

const range = (from: number, to: number): readonly NumberRange[] => [{ from, to }];

const rows: readonly (readonly [Partial<TimeInterval>, inside: string, outside: string])[] = [
  [{}, "2026-01-01T00:00 2031-07-09T23:59", ""],
  [
    { times: range(9 * 60, 17 * 60) },
    "2026-01-01T09:00 2026-01-01T16:59",
    "2026-01-01T08:59 2026-01-01T17:00",
  ],
  [{ times: range(0, 1440) }, "2026-01-01T00:00 2026-01-01T23:59", ""],
  [{ weekdays: range(1, 5) }, "2026-01-02T12:00", "2026-01-03T12:00 2026-01-04T12:00"],
  [{ daysOfMonth: range(1, 5) }, "2026-01-05T00:00", "2026-01-06T00:00"],
  [{ daysOfMonth: range(-3, -1) }, "2026-02-26T00:00 2026-02-28T00:00", "2026-02-25T23:59"],
  [{ daysOfMonth: range(-1, -1) }, "2028-02-29T12:00 2026-04-30T12:00", "2028-02-28T12:00"],
  [{ daysOfMonth: range(30, 31) }, "2026-01-31T00:00", "2026-02-28T00:00"],
  [{ daysOfMonth: range(25, -1) }, "2026-02-25T00:00 2026-02-28T00:00", "2026-02-24T00:00"],
  [{ daysOfMonth: range(-31, -1) }, "2026-02-01T00:00", ""],
  [{ months: range(4, 6) }, "2026-04-01T00:00 2026-06-30T23:59", "2026-07-01T00:00"],
  [{ years: range(2027, 2028) }, "2027-06-01T00:00", "2026-12-31T23:59"],
  [
    { times: range(9 * 60, 17 * 60), weekdays: range(1, 5), months: range(1, 1) },
    "2026-01-02T09:00",
    "2026-01-03T09:00 2026-02-02T09:00 2026-01-02T18:00",
  ],
  // Nine in the morning there: an hour earlier by the clock of UTC in winter, two in summer.
  [
    { times: range(9 * 60, 10 * 60), zone: berlin },
    "2026-01-15T08:00 2026-07-15T07:00",
    "2026-01-15T09:00 2026-07-15T08:00",
  ],
  // The last day of March and of October are counted by the calendar there, whatever the clocks do.
  [
    { daysOfMonth: range(-1, -1), zone: berlin },
    "2026-03-30T22:00 2026-10-30T23:00",
    "2026-03-31T22:00 2026-10-31T23:00",
  ],
];

test("a moment is inside when everything that is given holds", () => {
  for (const [change, inside, outside] of rows) {
    const interval = { ...always, ...change };
    const at = (text: string) => isWithin(interval, Date.parse(`${text}Z`));
    const moments = (text: string) => text.split(" ").filter((word) => word !== "");
    const shown = JSON.stringify(change);
    for (const moment of moments(inside)) assert.ok(at(moment), `${shown} at ${moment}`);
    for (const moment of moments(outside)) assert.ok(!at(moment), `${shown} at ${moment}`);
  }
});
