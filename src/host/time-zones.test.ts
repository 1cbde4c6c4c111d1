import assert from "node:assert/strict";
import { test } from "node:test";
import { realTimeZones } from "./time-zones.ts";

const cases: readonly (readonly [string, string, number])[] = [
  ["UTC", "2026-07-01T00:00:00Z", 0],
  ["Europe/Berlin", "2026-01-01T00:00:00Z", 1],
  ["Europe/Berlin", "2026-07-01T23:30:00Z", 2],
  ["Europe/Berlin", "2026-03-29T00:59:59Z", 1],
  ["Europe/Berlin", "2026-03-29T01:00:00Z", 2],
  ["Asia/Kolkata", "2026-01-01T00:00:00Z", 5.5],
  ["America/New_York", "2026-12-31T23:59:59.5Z", -5],
];

for (const [name, at, hours] of cases) {
  test(`${name} is ${hours} hours ahead of UTC at ${at}`, () => {
    assert.equal(realTimeZones.find(name)?.offsetMsAt(Date.parse(at)), hours * 3_600_000);
  });
}

test("a zone that does not exist is not found", () => {
  assert.equal(realTimeZones.find("Mars/Olympus"), undefined);
});
