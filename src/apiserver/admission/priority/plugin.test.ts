import assert from "node:assert/strict";
import { test } from "node:test";
import type { PriorityClass } from "#api/scheduling/v1";
import { defaultClass, priorityProblem } from "./plugin.ts";

const low = { name: "low", value: 10, preemptionPolicy: "Never" };

const problems: readonly (readonly [number | undefined, string | undefined, string | undefined])[] =
  [
    [undefined, undefined, undefined],
    [10, "Never", undefined],
    [
      11,
      undefined,
      "the integer value of priority (11) must not be provided in pod spec; priority admission controller computed 10 from the given PriorityClass name",
    ],
    [
      10,
      "PreemptLowerPriority",
      "the string value of PreemptionPolicy (PreemptLowerPriority) must not be provided in pod spec; priority admission controller computed Never from the given PriorityClass name",
    ],
  ];
for (const [priority, preemptionPolicy, problem] of problems) {
  test(`a pod of class "low" that brings ${priority} and ${preemptionPolicy}`, () => {
    const spec = {
      containers: [],
      ...(priority === undefined ? {} : { priority }),
      ...(preemptionPolicy === undefined ? {} : { preemptionPolicy }),
    };
    assert.equal(priorityProblem({ spec }, low), problem);
  });
}

test("pods without a class get the default one, of several the lowest", () => {
  const [a, b, c] = [classOf("a", 5, false), classOf("b", 7, true), classOf("c", 6, true)];
  assert.equal(defaultClass([a, b, c]).name, "c");
  assert.deepEqual(defaultClass([a]), {
    name: "",
    value: 0,
    preemptionPolicy: "PreemptLowerPriority",
  });
});

function classOf(name: string, value: number, globalDefault: boolean): PriorityClass {
  return { metadata: { name }, value, globalDefault };
}
