import assert from "node:assert/strict";
import { test } from "node:test";
import { formatIndexes, parseIndexes } from "./index-set.ts";

const cases: readonly (readonly [string, string])[] = [
  ["", ""],
  ["0", "0"],
  ["0-1", "0,1"],
  ["0,1,2,5", "0-2,5"],
  ["3-5,1", "1,3-5"],
  ["8-12", "8,9"],
  ["nonsense,4", "4"],
  ["0-9999999999", "0-9"],
];

for (const [text, want] of cases) {
  test(`of ten indexes, "${text}" are ${want}`, () => {
    assert.equal(formatIndexes(parseIndexes(text, 10)), want);
  });
}
