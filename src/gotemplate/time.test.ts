import assert from "node:assert/strict";
import { test } from "node:test";
import { goDuration } from "./duration.ts";
import { formatTime, goTime } from "./time.ts";

const moment = 1_435_065_584_128_000_000n;

for (const [layout, want] of [
  ["2006-01-02T15:04:05.999Z07:00", "2015-06-23T13:19:44.128Z"],
  ["Mon Jan _2 15:04:05 2006", "Tue Jun 23 13:19:44 2015"],
  ["Monday, 02-Jan-06 15:04:05 MST", "Tuesday, 23-Jun-15 13:19:44 UTC"],
  ["Mon, 02 Jan 2006 15:04:05 -0700", "Tue, 23 Jun 2015 13:19:44 +0000"],
  ["3:04PM 03 pm", "1:19PM 01 pm"],
  ["1/2/06 5.000 05,000000", "6/23/15 44.128 44,128000"],
  ["002 __2 January at noon", "174 174 June at noon"],
  ["-07:00 Z07", "+00:00 Z"],
] as const) {
  test(`the layout ${layout} is written as ${want}`, () => {
    assert.equal(formatTime(moment, layout), want);
  });
}

test("a time shows itself with its fraction and zone", () => {
  const shown = [moment, 0n, -1_000_000_000n].map((each) => goTime(each).text);
  assert.deepEqual(shown, [
    "2015-06-23 13:19:44.128 +0000 UTC",
    "1970-01-01 00:00:00 +0000 UTC",
    "1969-12-31 23:59:59 +0000 UTC",
  ]);
});

for (const [nanoseconds, want] of [
  [0n, "0s"],
  [1n, "1ns"],
  [1_100n, "1.1µs"],
  [2_200_000n, "2.2ms"],
  [3_300_000_000n, "3.3s"],
  [1_800_000_000_000n, "30m0s"],
  [-3_723_000_000_001n, "-1h2m3.000000001s"],
  [90_000_000_000_000n, "25h0m0s"],
] as const) {
  test(`a duration of ${nanoseconds} ns is ${want}`, () => {
    assert.equal(goDuration(nanoseconds).text, want);
  });
}
