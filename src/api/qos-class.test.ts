import assert from "node:assert/strict";
import { test } from "node:test";
import { type QosClass, qosClassOf } from "./qos-class.ts";

// Containers as cpu and memory, each as request/limit, "-" for none; "pod:" is the pod as a whole.
const cases: readonly (readonly [resources: string, want: QosClass])[] = [
  ["-/- -/-", "BestEffort"],
  ["0/- -/-", "BestEffort"],
  ["1/- -/-", "Burstable"],
  ["1/1 -/-", "Burstable"],
  ["1/1 1/1", "Guaranteed"],
  ["-/1 -/1", "Guaranteed"],
  ["1/2 1/1", "Burstable"],
  ["1/1 1/1, -/- -/-", "Burstable"],
  ["1/1 1/1, 2/2 1/1", "Guaranteed"],
  ["pod:1/1 1/1, -/- -/-", "Guaranteed"],
  ["pod:1/- -/-, 1/1 1/1", "Burstable"],
  ["pod:-/- -/-, 1/1 1/1", "BestEffort"],
];

for (const [notation, want] of cases) {
  test(`the class of a pod with ${notation} is ${want}`, () => {
    const words = notation.split(", ");
    const own = words.find((word) => word.startsWith("pod:"));
    const containers = words
      .filter((word) => word !== own)
      .map((word, index) => ({ name: `c${index}`, resources: resourcesOf(word) }));
    const resources = own === undefined ? {} : { resources: resourcesOf(own.slice(4)) };
    assert.equal(qosClassOf({ spec: { containers, ...resources } }), want);
  });
}

function resourcesOf(word: string) {
  const amounts = word.split(" ").map((pair) => pair.split("/"));
  const listOf = (place: 0 | 1) =>
    Object.fromEntries(
      ["cpu", "memory"].flatMap((name, index) => {
        const amount = amounts[index]?.[place] ?? "-";
        return amount === "-" ? [] : [[name, amount] as const];
      }),
    );
  return { requests: listOf(0), limits: listOf(1) };
}
