import assert from "node:assert/strict";
import { test } from "node:test";
import type { Toleration } from "#api/core/v1";
import { ago, testNowMs } from "../testing.ts";
import { planEviction } from "./plan.ts";

const forever: Toleration = { key: "a", operator: "Exists", effect: "NoExecute" };
const fiveMinutes: Toleration = { ...forever, tolerationSeconds: 300 };

const cases: readonly (readonly [string, string, readonly Toleration[], number | undefined])[] = [
  ["an untolerated taint means now", "NoExecute", [], 0],
  ["only NoExecute evicts", "NoSchedule", [], undefined],
  ["a toleration without a time lasts", "NoExecute", [forever], undefined],
  ["a time runs from when the taint came", "NoExecute", [fiveMinutes], 240_000],
  [
    "the shortest of several times counts",
    "NoExecute",
    [fiveMinutes, { ...forever, tolerationSeconds: 90 }],
    30_000,
  ],
  ["a time that is over means now", "NoExecute", [{ ...forever, tolerationSeconds: 10 }], 0],
];

for (const [rule, effect, tolerations, want] of cases) {
  test(rule, () => {
    const taint = { key: "a", effect, timeAdded: ago(60) };
    assert.equal(planEviction([taint], tolerations, testNowMs), want);
  });
}
