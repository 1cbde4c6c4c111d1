import assert from "node:assert/strict";
import { test } from "node:test";
import type { TimeZone } from "#base";
import { seededRandom } from "#base/testing";
import { realTimeZones } from "#host";
import { scheduleOf } from "../testing.ts";
import { findShift, type Rotation, shiftOf } from "./rotation.ts";
import { finalSchedule, onCallAt, type Schedule } from "./schedule.ts";
import { dayMs, hourMs, minuteMs, momentOf, parseWallTime, wallTimeAt } from "./wall-clock.ts";

// Wall times and the moment they stand for: what is skipped is the moment of the change, and what
// comes twice is the first of both.
const moments: readonly (readonly [zone: string, wall: string, moment: string])[] = [
  ["UTC", "2026-03-29 02:30", "2026-03-29T02:30:00Z"],
  ["Europe/Berlin", "2026-03-29 01:59", "2026-03-29T00:59:00Z"],
  ["Europe/Berlin", "2026-03-29 02:30", "2026-03-29T01:00:00Z"],
  ["Europe/Berlin", "2026-03-29 03:00", "2026-03-29T01:00:00Z"],
  ["Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30:00Z"],
  ["Europe/Berlin", "2026-10-25 03:00", "2026-10-25T02:00:00Z"],
  ["America/New_York", "2026-03-08 02:00", "2026-03-08T07:00:00Z"],
  ["Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:30:00Z"],
  ["Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45:00Z"],
  ["Asia/Kolkata", "2026-06-01 09:00", "2026-06-01T03:30:00Z"],
  ["Asia/Kathmandu", "2026-06-01 09:00", "2026-06-01T03:15:00Z"],
  ["America/St_Johns", "2026-03-08 02:30", "2026-03-08T05:30:00Z"],
  // The clocks go forward at midnight: the day begins at one.
  ["Africa/Cairo", "2026-04-24 00:00", "2026-04-23T22:00:00Z"],
  // A day that was left out altogether.
  ["Pacific/Apia", "2011-12-30 12:00", "2011-12-30T10:00:00Z"],
];

for (const [zone, wall, moment] of moments) {
  test(`${wall} in ${zone} is ${moment}`, () => {
    const atMs = momentOf(zoneOf(zone), parseWallTime(wall) ?? Number.NaN);
    assert.equal(new Date(atMs).toISOString(), new Date(moment).toISOString());
  });
}

test("a wall time that does not exist in the calendar is none", () => {
  const written = ["2026-02-30", "2026-13-01", "2026-01-01 24:00", "tomorrow", "2026-01-01 09:60"];
  assert.deepEqual(
    written.map(parseWallTime),
    written.map(() => undefined),
  );
});

const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/St_Johns",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "Pacific/Chatham",
  "America/Santiago",
];

for (const name of zones) {
  test(`hand-overs at nine stay at nine for two years in ${name}`, () => {
    const zone = zoneOf(name);
    const rotation = rotationOf(zone, "2026-01-01 09:00", [dayMs]);
    for (let index = 0; index < 730; index++) {
      const { fromMs } = shiftOf(rotation, index);
      assert.equal(wallTimeAt(zone, fromMs), rotation.startWallMs + index * dayMs);
    }
  });

  test(`shifts follow each other without gap or overlap in ${name}, whatever their lengths`, () => {
    const zone = zoneOf(name);
    const random = seededRandom(name.length);
    for (let round = 0; round < 20; round++) {
      const count = 1 + Math.floor(random.fraction() * 3);
      const lengths = Array.from(
        { length: count },
        () => hourMs * (1 + Math.floor(random.fraction() * 60)),
      );
      const rotation = rotationOf(zone, "2026-01-01 02:30", lengths);
      // Around the changes of spring and autumn of both halves of the Earth.
      const month = [2, 3, 8, 9, 10][round % 5] ?? 0;
      let atMs =
        Date.UTC(2026, month, 1 + Math.floor(random.fraction() * 25)) + random.fraction() * dayMs;
      for (let step = 0; step < 12; step++) {
        const shift = findShift(rotation, atMs);
        assert.ok(shift !== undefined && shift.fromMs <= atMs && atMs < shift.untilMs);
        assert.deepEqual(findShift(rotation, shift.untilMs - 1), shift);
        assert.equal(findShift(rotation, shift.untilMs)?.fromMs, shift.untilMs);
        atMs = shift.untilMs;
      }
    }
  });
}

test("a day in which the clocks change is an hour shorter or longer, and half an hour on Lord Howe", () => {
  const lengthOf = (name: string, date: string) => {
    const zone = zoneOf(name);
    const shift = findShift(
      rotationOf(zone, "2026-01-01", [dayMs]),
      momentOf(zone, parseWallTime(date) ?? 0),
    );
    return shift === undefined ? 0 : (shift.untilMs - shift.fromMs) / hourMs;
  };
  assert.deepEqual(
    [
      lengthOf("Europe/Berlin", "2026-03-29"),
      lengthOf("Europe/Berlin", "2026-10-25"),
      lengthOf("Australia/Lord_Howe", "2026-10-04"),
      lengthOf("Australia/Lord_Howe", "2026-04-05"),
    ],
    [23, 25, 23.5, 24.5],
  );
});

// The final schedule of the first days of 2026, as `user hours` in order; `-` is nobody.
const january = (day: number, hour = 0) => Date.UTC(2026, 0, day, hour);
const nights = { weekdays: [0, 1, 2, 3, 4, 5, 6], fromMinute: 20 * 60, untilMinute: 8 * 60 };
const finals: readonly (readonly [rule: string, change: Partial<Schedule>, want: string])[] = [
  ["members take turns", {}, "a 24 b 24 a 24"],
  [
    "a later layer wins where it is not restricted",
    {
      layers: [
        layerOf("base", ["a", "b"]),
        { ...layerOf("nights", ["n"]), restrictions: [nights] },
      ],
    },
    "n 8 a 12 n 12 b 12 n 12 a 12 n 4",
  ],
  [
    "no night shift begins on a holiday",
    {
      layers: [layerOf("base", ["a"]), { ...layerOf("nights", ["n"]), restrictions: [nights] }],
      holidays: new Set(["2026-01-02"]),
    },
    "n 8 a 12 n 12 a 36 n 4",
  ],
  [
    "an override begins and ends on its boundaries",
    {
      overrides: [
        { id: "1", user: "x", replaces: undefined, fromMs: january(1, 22), untilMs: january(2, 1) },
      ],
    },
    "a 22 x 3 b 23 a 24",
  ],
  [
    "an override of one user leaves the others alone",
    { overrides: [{ id: "1", user: "x", replaces: "b", fromMs: january(1), untilMs: january(4) }] },
    "a 24 x 24 a 24",
  ],
  [
    "the latest of several overrides wins",
    {
      overrides: [
        { id: "1", user: "x", replaces: undefined, fromMs: january(1), untilMs: january(2) },
        { id: "2", user: "y", replaces: undefined, fromMs: january(1, 6), untilMs: january(1, 12) },
      ],
    },
    "x 6 y 6 x 12 b 24 a 24",
  ],
  [
    "an override by nobody makes a gap",
    {
      overrides: [
        { id: "1", user: undefined, replaces: undefined, fromMs: january(2), untilMs: january(3) },
      ],
    },
    "a 24 - 24 a 24",
  ],
  [
    "a swap exchanges two users while it lasts",
    { swaps: [{ id: "1", users: ["a", "b"], fromMs: january(1), untilMs: january(3) }] },
    "b 24 a 48",
  ],
  [
    "who is away is passed over",
    { absences: [{ user: "b", fromMs: january(1), untilMs: january(9) }] },
    "a 72",
  ],
  [
    "when everybody is away nobody is on call",
    {
      absences: [
        { user: "a", fromMs: january(1), untilMs: january(9) },
        { user: "b", fromMs: january(1, 12), untilMs: january(2) },
      ],
    },
    "b 12 - 12 b 48",
  ],
  [
    "a layer that has not begun has nobody",
    { layers: [{ ...layerOf("base", ["a"]), from: january(2) }] },
    "- 24 a 48",
  ],
];

for (const [rule, change, want] of finals) {
  test(rule, () => {
    const schedule = { ...scheduleOf("web", ["a", "b"]), ...change };
    const range = { fromMs: january(1), untilMs: january(4) };
    const duties = finalSchedule(schedule, range);
    const shown: (readonly [string, number])[] = [];
    for (const { user = "-", fromMs, untilMs } of duties) {
      const hours = (untilMs - fromMs) / hourMs;
      const last = shown.at(-1);
      if (last?.[0] === user) shown[shown.length - 1] = [user, last[1] + hours];
      else shown.push([user, hours]);
    }
    assert.equal(shown.flat().join(" "), want);
  });
}

test("the final schedule says at every moment what the moment itself says", () => {
  const random = seededRandom(7);
  for (let round = 0; round < 30; round++) {
    const zone = zoneOf(zones[round % zones.length] ?? "UTC");
    const schedule = randomSchedule(random, zone);
    const fromMs = Date.UTC(
      2026,
      [2, 9, 3][round % 3] ?? 0,
      1 + Math.floor(random.fraction() * 27),
    );
    const range = { fromMs, untilMs: fromMs + 4 * dayMs };
    const duties = finalSchedule(schedule, range);
    assert.equal(duties[0]?.fromMs, range.fromMs);
    assert.equal(duties.at(-1)?.untilMs, range.untilMs);
    for (let sample = 0; sample < 10; sample++) {
      const atMs = fromMs + Math.floor(random.fraction() * 4 * dayMs);
      const duty = duties.find((one) => atMs >= one.fromMs && atMs < one.untilMs);
      assert.equal(duty?.user, onCallAt(schedule, atMs));
    }
  }
});

function randomSchedule(random: ReturnType<typeof seededRandom>, zone: TimeZone): Schedule {
  const below = (limit: number) => Math.floor(random.fraction() * limit);
  const spanOf = () => {
    const fromMs = Date.UTC(2026, 2, 1) + below(240) * dayMs + below(24) * hourMs;
    return { fromMs, untilMs: fromMs + (1 + below(90)) * hourMs };
  };
  const rotation = rotationOf(zone, "2026-01-01 02:00", [hourMs * (6 + below(48))]);
  const members = ["a", "b", "c"];
  const base = { ...layerOf("base", members), rotation: { ...rotation, members } };
  const fromMinute = below(96) * 15;
  const restriction = { weekdays: [0, 2, 4, 6], fromMinute, untilMinute: below(97) * 15 };
  return {
    ...scheduleOf("web", members, { zone }),
    layers: [base, { ...layerOf("nights", ["n"]), restrictions: [restriction] }],
    absences: Array.from({ length: 6 }, () => ({ user: members[below(3)] ?? "", ...spanOf() })),
    swaps: [{ id: "s", users: ["a", "b"], ...spanOf() }],
    overrides: Array.from({ length: 3 }, (_, id) => ({
      id: String(id),
      user: "x",
      replaces: undefined,
      ...spanOf(),
    })),
  };
}

function layerOf(name: string, members: readonly string[]) {
  const rotation = { ...rotationOf(zoneOf("UTC"), "2026-01-01", [dayMs]), members };
  return { name, rotation, restrictions: [], from: undefined, until: undefined };
}

function rotationOf(zone: TimeZone, start: string, shiftLengthsMs: readonly number[]): Rotation {
  return { zone, startWallMs: parseWallTime(start) ?? 0, shiftLengthsMs, members: ["a", "b"] };
}

function zoneOf(name: string): TimeZone {
  const zone = realTimeZones.find(name);
  assert.ok(zone !== undefined);
  return zone;
}

test("restrictions count by the wall clock: a night of ten hours has nine when the clocks go forward", () => {
  const zone = zoneOf("Europe/Berlin");
  const night = { weekdays: [6], fromMinute: 22 * 60, untilMinute: 8 * 60 };
  const rotation = rotationOf(zone, "2026-01-01", [7 * dayMs]);
  const layer = {
    name: "nights",
    rotation,
    restrictions: [night],
    from: undefined,
    until: undefined,
  };
  const schedule = { ...scheduleOf("web", [], { zone }), layers: [layer] };
  const fromMs = Date.UTC(2026, 2, 28, 12);
  const duties = finalSchedule(schedule, { fromMs, untilMs: fromMs + dayMs });
  assert.deepEqual(
    duties
      .filter(({ user }) => user !== undefined)
      .map((duty) => (duty.untilMs - duty.fromMs) / minuteMs),
    [9 * 60],
  );
});
