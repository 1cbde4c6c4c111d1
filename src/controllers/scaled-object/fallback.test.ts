import assert from "node:assert/strict";
import { test } from "node:test";
import { fallbackAmount, isFallingBack } from "./fallback.ts";

// Behaviour, replicas of the fallback, current and ready pods, target, and the figure told.
const cases: readonly (readonly [
  behavior: string,
  replicas: number,
  pods: readonly [current: number, ready: number],
  target: string,
  amount: string | undefined,
])[] = [
  ["static", 6, [2, 2], "AverageValue 10", "60"],
  ["static", 6, [2, 2], "AverageValue 250m", "1500m"],
  ["currentReplicas", 6, [2, 2], "AverageValue 10", "20"],
  ["currentReplicasIfHigher", 6, [2, 2], "AverageValue 10", "60"],
  ["currentReplicasIfHigher", 6, [9, 9], "AverageValue 10", "90"],
  ["currentReplicasIfLower", 6, [2, 2], "AverageValue 10", "20"],
  ["currentReplicasIfLower", 6, [9, 9], "AverageValue 10", "60"],
  ["static", 6, [4, 3], "Value 10", "20"],
  ["static", 6, [4, 0], "Value 10", undefined],
];

for (const [behavior, replicas, [currentReplicas, readyReplicas], target, amount] of cases) {
  test(`${behavior} ${replicas} of ${currentReplicas} pods, per ${target}: ${amount}`, () => {
    const [type = "", value = ""] = target.split(" ");
    const told = fallbackAmount({
      fallback: { failureThreshold: 3, replicas, behavior: behavior as "static" },
      target: type === "Value" ? { type, value } : { type, averageValue: value },
      currentReplicas,
      readyReplicas,
    });
    assert.equal(told, amount);
  });
}

test("as many failures as the threshold are put up with", () => {
  const fallback = { failureThreshold: 3, replicas: 1 };
  assert.deepEqual(
    [0, 3, 4].map((count) => isFallingBack(fallback, count)),
    [false, false, true],
  );
  assert.equal(isFallingBack(undefined, 9), false);
});
