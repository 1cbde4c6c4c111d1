import assert from "node:assert/strict";
import { test } from "node:test";
import { formatYaml } from "#api";
import { parseNodeGroup } from "./node-group-flag.ts";
import { UsageError } from "./usage-error.ts";

test("a group in one line has everything that the object has", () => {
  const line =
    "name=gpu,min=1,max=5,cpu=4,memory=8Gi,nvidia.com/gpu=2,label=pool=gpu,label=tier=a,taint=gpu=yes:NoSchedule,taint=slow:PreferNoSchedule,startup=30s,unneeded=2m,threshold=40%";
  assert.equal(
    formatYaml(JSON.parse(JSON.stringify(parseNodeGroup(line)))),
    `metadata:
  name: gpu
spec:
  maxSize: 5
  minSize: 1
  scaleDown:
    unneededTime: 2m
    utilizationThreshold: 0.4
  template:
    capacity:
      cpu: "4"
      memory: 8Gi
      nvidia.com/gpu: "2"
    labels:
      pool: gpu
      tier: a
    startup: 30s
    taints:
    - effect: NoSchedule
      key: gpu
      value: "yes"
    - effect: PreferNoSchedule
      key: slow
`,
  );
});

const refusals: readonly (readonly [line: string, message: string])[] = [
  ["small", '--node-group takes KEY=VALUE, not "small"'],
  ["name=a,max=2", '--node-group "name=a,max=2" has no cpu, memory'],
  ["name=a,max=two,cpu=1,memory=1Gi", '--node-group: max must be a number, not "two"'],
  ["name=a,min=3,max=2,cpu=1,memory=1Gi", "--node-group: min 3 is more than max 2"],
  ["name=a,max=2,cpu=many,memory=1Gi", '--node-group: cpu must be an amount, not "many"'],
  ["name=a,max=2,cpu=1,memory=1Gi,color=red", '--node-group knows no "color"'],
  [
    "name=a,max=2,cpu=1,memory=1Gi,taint=x",
    '--node-group: a taint is like key=value:NoSchedule, not "x"',
  ],
  [
    "name=a,max=2,cpu=1,memory=1Gi,unneeded=soon",
    '--node-group: unneeded must be a duration such as 10m, not "soon"',
  ],
  [
    "name=a,max=2,cpu=1,memory=1Gi,threshold=2",
    '--node-group: threshold is like 50% or 0.5, not "2"',
  ],
];

for (const [line, message] of refusals) {
  test(`a line that is no group: ${message}`, () => {
    assert.throws(
      () => parseNodeGroup(line),
      (error) => error instanceof UsageError && error.message === message,
    );
  });
}
