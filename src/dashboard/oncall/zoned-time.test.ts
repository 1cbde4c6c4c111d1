import assert from "node:assert/strict";
import { test } from "node:test";
import {
  daysLater,
  fieldText,
  findMoment,
  momentText,
  startOfDay,
  zoneNamed,
} from "./zoned-time.ts";

// In Berlin clocks go forward on 29 March 2026 and back on 25 October.
const moments: readonly (readonly [zone: string, field: string, want: string])[] = [
  ["UTC", "2026-01-05T09:00", "2026-01-05T09:00Z Mon 5 Jan 09:00"],
  ["Europe/Berlin", "2026-01-05T09:00", "2026-01-05T08:00Z Mon 5 Jan 09:00"],
  ["Europe/Berlin", "2026-07-05T00:00", "2026-07-04T22:00Z Sun 5 Jul 00:00"],
  ["Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:30Z Sun 29 Mar 03:30"],
  ["Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30Z Sun 25 Oct 02:30"],
  ["Asia/Kolkata", "2026-12-31T00:00", "2026-12-30T18:30Z Thu 31 Dec 00:00"],
  ["Mars/Olympus", "2026-01-05T09:00", "2026-01-05T09:00Z Mon 5 Jan 09:00"],
];

for (const [name, field, want] of moments) {
  test(`${field} in ${name} is ${want}`, () => {
    const zone = zoneNamed(name);
    const atMs = findMoment(zone, field) ?? Number.NaN;
    const utc = `${new Date(atMs).toISOString().slice(0, 16)}Z`;
    assert.equal(`${utc} ${momentText(zone, atMs)}`, want);
  });
}

test("days are as long as the clock makes them", () => {
  const zone = zoneNamed("Europe/Berlin");
  const noon = findMoment(zone, "2026-03-29T12:00") ?? Number.NaN;
  const midnight = startOfDay(zone, noon);
  assert.equal(fieldText(zone, midnight), "2026-03-29T00:00");
  assert.equal((daysLater(zone, midnight, 1) - midnight) / 3_600_000, 23);
});

test("an empty field is no moment", () => {
  assert.equal(findMoment(zoneNamed("UTC"), ""), undefined);
});
