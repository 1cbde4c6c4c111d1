import assert from "node:assert/strict";
import { test } from "node:test";
import { excessOf } from "./plugin.ts";

// What two containers request, cpu/memory each; the node has 2 CPUs and 4Gi.
const cases: readonly (readonly [rule: string, requests: string, want: string | undefined])[] = [
  ["what fits", "1/1Gi 1/3Gi", undefined],
  [
    "more processor time than there is",
    "1/1Gi 1100m/1Gi",
    "node didn't have enough allocatable resources: cpu, requested: 2100, allocatable: 2000",
  ],
  [
    "more of both",
    "2/4Gi 1/1Gi",
    "node didn't have enough allocatable resources: cpu, requested: 3000, allocatable: 2000; memory, requested: 5368709120, allocatable: 4294967296",
  ],
];

for (const [rule, requests, want] of cases) {
  test(`a resize to ${rule}`, () => {
    const containers = requests.split(" ").map((word, index) => {
      const [cpu = "", memory = ""] = word.split("/");
      return { name: `c${index}`, resources: { requests: { cpu, memory } } };
    });
    const node = { status: { allocatable: { cpu: "2", memory: "4Gi" } } };
    assert.equal(excessOf({ spec: { containers } }, node), want);
  });
}
