import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeSample } from "./append-rules.ts";

// "at 5 after 3" is a sample at 5 to a series whose last one is at 3; "=" says that it has the same
// value. The window: samples before 2 are in blocks ("min"), the head's newest is at 10 ("max").
const cases: readonly (readonly [string, number, string])[] = [
  ["at 5 after 3", 0, "in order"],
  ["at 2 after -", 0, "in order"],
  ["at 3 after 3=", 0, "repeated"],
  ["at 3 after 3", 0, "duplicate timestamp"],
  ["at 2 after 3", 0, "out of order"],
  ["at 1 after -", 0, "out of bounds"],
  ["at 1 after 3", 0, "out of bounds"],
  ["at 5 after 7", 5, "out of order accepted"],
  ["at 4 after 7", 5, "too old"],
  ["at 1 after -", 9, "out of order accepted"],
  ["at 1 after -", 8, "too old"],
  ["at 7 after 7", 5, "duplicate timestamp"],
  ["at 7 after 7=", 5, "repeated"],
  ["at 12 after 7", 5, "in order"],
];

for (const [sample, outOfOrderWindowMs, want] of cases) {
  test(`a sample ${sample}, with a window of ${outOfOrderWindowMs}, is ${want}`, () => {
    const [, at, last = "", equal] = /^at (\d+) after (-|\d+)(=?)$/.exec(sample) ?? [];
    const lastMs = last === "-" ? Number.NEGATIVE_INFINITY : Number(last);
    const window = { minValidMs: 2, headMaxMs: 10, outOfOrderWindowMs };
    const verdict = judgeSample(
      Number(at),
      { timestampMs: lastMs, isEqual: equal === "=" },
      window,
    );
    assert.equal(verdict, want);
  });
}
