import assert from "node:assert/strict";
import { test } from "node:test";
import { countReplicas, planReplicas, type ReplicaPlan } from "./replica-count.ts";
import { parsePods, testNowMs } from "./testing.ts";

function show(plan: ReplicaPlan): string {
  if (plan.remove.length === 0) return `create ${plan.createCount}`;
  return `remove ${plan.remove.map(({ metadata }) => metadata.name).join(" ")}`;
}

// Pods are written as `parsePods` explains.
const plans: readonly (readonly [string, number, string, string])[] = [
  ["creates what is missing", 3, "a+", "create 2"],
  ["does nothing at the desired count", 2, "a+ b-", "create 0"],
  ["replaces failed pods", 2, "a+ bx", "create 1"],
  ["replaces pods that have ended well", 1, "a.", "create 1"],
  ["replaces pods that are going away", 1, "a~", "create 1"],
  ["removes pending pods first", 1, "a+ b?", "remove b"],
  ["removes unready pods first", 1, "a- b+", "remove a"],
  ["removes the youngest of equals", 1, "a+ b+ c+", "remove c b"],
  ["removes everything at zero", 0, "a+", "remove a"],
  ["limits one pass to the burst size", 9_999, "", "create 500"],
];

for (const [rule, desired, pods, want] of plans) {
  test(`${rule}: ${desired} wanted, have [${pods}], so ${want}`, () => {
    assert.equal(show(planReplicas(desired, parsePods(pods))), want);
  });
}

test("pods count as available only after being ready for long enough", () => {
  const counts = countReplicas(parsePods("a+ b+ c- d~ ex"), {}, 90, testNowMs);
  assert.deepEqual(counts, {
    replicas: 3,
    fullyLabeledReplicas: 3,
    readyReplicas: 2,
    availableReplicas: 2,
    terminatingReplicas: 1,
  });
});
