import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDuration, parseDuration, parseSignedDuration } from "./duration.ts";

// The text, its milliseconds, and how it is written when it is not as it was read.
const durations: readonly (readonly [text: string, ms: number, written?: string])[] = [
  ["0", 0, "0s"],
  ["0w", 0, "0s"],
  ["0s", 0],
  ["324ms", 324],
  ["3s", 3_000],
  ["5m", 300_000],
  ["1h", 3_600_000],
  ["1h30m", 5_400_000],
  ["90m", 5_400_000, "1h30m"],
  ["4d", 345_600_000],
  ["4d1h", 349_200_000],
  ["14d", 1_209_600_000, "2w"],
  ["90d", 7_776_000_000],
  ["3w", 1_814_400_000],
  ["3w2d1h", 1_990_800_000, "23d1h"],
  ["10y", 315_360_000_000],
  ["1y1ms", 31_536_000_001, "365d1ms"],
  ["292y", 9_208_512_000_000],
];

for (const [text, ms, written = text] of durations) {
  test(`${text} is ${ms} ms, written ${written}`, () => {
    assert.deepEqual([parseDuration(text), formatDuration(ms)], [ms, written]);
  });
}

const refused: readonly (readonly [text: string, problem: string])[] = [
  ["", "empty duration string"],
  ["1", 'not a valid duration string: "1"'],
  ["1y1m1d", 'not a valid duration string: "1y1m1d"'],
  ["1s1s", 'not a valid duration string: "1s1s"'],
  ["-1h", 'not a valid duration string: "-1h"'],
  ["1.5h", 'unknown unit "." in duration "1.5h"'],
  ["5 m", 'unknown unit " m" in duration "5 m"'],
  ["1fortnight", 'unknown unit "fortnight" in duration "1fortnight"'],
  ["294y", "duration out of range"],
  ["99999999999999999999s", "duration out of range"],
];

for (const [text, problem] of refused) {
  test(`"${text}" is no duration: ${problem}`, () => {
    assert.throws(() => parseDuration(text), { name: "DurationError", message: problem });
  });
}

test("a sign goes before, where it is allowed", () => {
  assert.deepEqual(
    [parseSignedDuration("-1h30m"), formatDuration(-5_400_000), parseSignedDuration("5s")],
    [-5_400_000, "-1h30m", 5_000],
  );
});
