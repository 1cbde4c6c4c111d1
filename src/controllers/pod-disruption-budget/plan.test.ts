import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { PodDisruptionBudget } from "#api/policy/v1";
import { ago, parsePods, testNowMs } from "../testing.ts";
import { type Scale, statusOfBudget } from "./plan.ts";

// A budget is written as "min=2" or "max=50%", and granted evictions as a pod's name and the seconds
// since: "a@10". Pods are written as `parsePods` explains, and how many are wanted as "of 3". The
// outcome is what is allowed, healthy, desired and expected.
const cases: readonly (readonly [string, string, string, string])[] = [
  ["lets go what is above the least", "min=2 of 3", "a+ b+ c+", "1 of 3 healthy, 2 of 3 desired"],
  ["counts only ready pods", "min=2 of 3", "a+ b+ c-", "0 of 2 healthy, 2 of 3 desired"],
  ["counts no pod that is going", "min=1 of 3", "a+ b+ c~", "1 of 2 healthy, 1 of 3 desired"],
  ["expects what controllers want", "max=1 of 4", "a+ b+ c+", "0 of 3 healthy, 3 of 4 desired"],
  ["rounds the least up", "min=50% of 3", "a+ b+ c+", "1 of 3 healthy, 2 of 3 desired"],
  ["rounds the most up", "max=50% of 3", "a+ b+ c+", "2 of 3 healthy, 1 of 3 desired"],
  ["lets go all of everything", "max=100% of 2", "a+ b+", "2 of 2 healthy, 0 of 2 desired"],
  ["lets go nothing of nothing", "min=0 of 0", "", "0 of 0 healthy, 0 of 0 desired"],
  ["counts granted evictions", "min=1 of 2 a@10", "a+ b+", "0 of 1 healthy, 1 of 2 desired"],
  [
    "forgets those that came to nothing",
    "min=1 of 2 a@130",
    "a+ b+",
    "1 of 2 healthy, 1 of 2 desired",
  ],
];

for (const [rule, budget, pods, want] of cases) {
  test(`a budget ${rule}: ${budget} with [${pods}]`, () => {
    assert.equal(show(budget, pods), want);
  });
}

test("a budget that cannot be worked out allows nothing and says why", () => {
  const scale: Scale = { kind: "unknown", message: "found no controllers" };
  const status = statusOfBudget({ budget: budgetOf("max=1"), pods: [], scale, nowMs: testNowMs });
  assert.equal(status.disruptionsAllowed, 0);
  assert.equal(status.conditions?.[0]?.reason, "SyncFailed");
});

function show(notation: string, pods: string): string {
  const wanted = Number(/of (\d+)/.exec(notation)?.[1]);
  const scale: Scale = { kind: "known", wanted };
  const facts = { budget: budgetOf(notation), pods: parsePods(pods), scale, nowMs: testNowMs };
  const status = statusOfBudget(facts);
  const { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } = status;
  return `${disruptionsAllowed} of ${currentHealthy} healthy, ${desiredHealthy} of ${expectedPods} desired`;
}

function budgetOf(notation: string): Live<PodDisruptionBudget> {
  const [, bound, text = ""] = /(min|max)=(\S+)/.exec(notation) ?? [];
  const amount = text.endsWith("%") ? text : Number(text);
  const granted = [...notation.matchAll(/(\w+)@(\d+)/g)];
  return {
    metadata: { name: "b", uid: "b", resourceVersion: "1", creationTimestamp: ago(9) },
    spec: bound === "min" ? { minAvailable: amount } : { maxUnavailable: amount },
    status: {
      disruptionsAllowed: 0,
      currentHealthy: 0,
      desiredHealthy: 0,
      expectedPods: 0,
      disruptedPods: Object.fromEntries(
        granted.map(([, name = "", seconds = ""]) => [name, ago(Number(seconds))]),
      ),
    },
  };
}
