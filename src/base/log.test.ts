import assert from "node:assert/strict";
import { test } from "node:test";
import { describeError } from "./log.ts";

const full = new Error("disk full");

for (const [why, error, want] of [
  ["an error is its message", full, "disk full"],
  ["causes follow", new Error("opening", { cause: full }), "opening: disk full"],
  [
    "a cause that is quoted is not told twice",
    new Error("1:2: disk full", { cause: full }),
    "1:2: disk full",
  ],
  ["what is no error is shown", "text", "text"],
] as const) {
  test(why, () => {
    assert.equal(describeError(error), want);
  });
}
