import assert from "node:assert/strict";
import { test } from "node:test";
import { dragged, momentAlong, placeIn, spanText, weeksFrom } from "./calendar-layout.ts";
import { findMoment, momentText, zoneNamed } from "./zoned-time.ts";

const berlin = zoneNamed("Europe/Berlin");
const hourMs = 3_600_000;

function at(text: string): number {
  return findMoment(berlin, text) ?? Number.NaN;
}

test("weeks begin on the Monday of the zone", () => {
  const weeks = weeksFrom(berlin, at("2026-03-25T12:00"), 2);
  assert.deepEqual(
    weeks.map(({ fromMs, untilMs, days }) => [
      momentText(berlin, fromMs),
      (untilMs - fromMs) / hourMs,
      days.map(({ text }) => text.slice(0, 3)).join(" "),
    ]),
    [
      // Clocks go forward on its Sunday.
      ["Mon 23 Mar 00:00", 167, "Mon Tue Wed Thu Fri Sat Sun"],
      ["Mon 30 Mar 00:00", 168, "Mon Tue Wed Thu Fri Sat Sun"],
    ],
  );
});

// A span in the week of 5 January 2026, and where it is.
const places: readonly (readonly [from: string, until: string, left: number, width: number])[] = [
  ["2026-01-05T00:00", "2026-01-12T00:00", 0, 100],
  ["2026-01-05T12:00", "2026-01-06T00:00", 7.143, 7.143],
  ["2026-01-01T00:00", "2026-01-06T00:00", 0, 14.286],
  ["2026-01-11T00:00", "2026-02-01T00:00", 85.714, 14.286],
];

for (const [from, until, left, width] of places) {
  test(`${from} to ${until} begins at ${left} and is ${width} wide`, () => {
    const [week] = weeksFrom(berlin, at("2026-01-07T12:00"), 1);
    const place = placeIn(week ?? { fromMs: 0, untilMs: 1 }, {
      fromMs: at(from),
      untilMs: at(until),
    });
    assert.deepEqual(
      [place.left.toFixed(3), place.width.toFixed(3)],
      [left.toFixed(3), width.toFixed(3)],
    );
  });
}

// How far along that week a pointer is, and which half hour it means.
const pointers: readonly (readonly [share: number, want: string])[] = [
  [0, "Mon 5 Jan 00:00"],
  [0.5, "Thu 8 Jan 12:00"],
  [0.501, "Thu 8 Jan 12:00"],
  [0.502, "Thu 8 Jan 12:30"],
  [-1, "Mon 5 Jan 00:00"],
  [2, "Mon 12 Jan 00:00"],
];

for (const [share, want] of pointers) {
  test(`a pointer ${share} along the week means ${want}`, () => {
    const [week] = weeksFrom(berlin, at("2026-01-07T12:00"), 1);
    const found = momentAlong(berlin, week ?? { fromMs: 0, untilMs: 1 }, share, hourMs / 2);
    assert.equal(momentText(berlin, found), want);
  });
}

test("a drag goes either way, and is never empty", () => {
  const [early, late] = [at("2026-01-05T09:00"), at("2026-01-05T17:00")];
  assert.equal(spanText(berlin, dragged(late, early, hourMs)), "Mon 5 Jan 09:00 to 17:00");
  assert.equal(spanText(berlin, dragged(early, early, hourMs)), "Mon 5 Jan 09:00 to 10:00");
  const night = dragged(late, at("2026-01-06T09:00"), hourMs);
  assert.equal(spanText(berlin, night), "Mon 5 Jan 17:00 to Tue 6 Jan 09:00");
});
