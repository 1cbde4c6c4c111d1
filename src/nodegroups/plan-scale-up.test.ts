import assert from "node:assert/strict";
import { test } from "node:test";
import { countedReasons, planScaleUp } from "./plan-scale-up.ts";
import { factsOf } from "./testing.ts";

const nowMs = Date.UTC(2026, 0, 1);

// Groups and their least and most sizes; nodes with their groups; pods. What is wanted: the group that grows, its
// sizes and the pods that it is for, then each pod that nothing helps with the reasons.
const cases: readonly (readonly [
  rule: string,
  groups: string,
  nodes: string,
  pods: string,
  want: string,
])[] = [
  ["nobody waits, nothing grows", "small 0-5", "a of=small", "x on=a cpu=1", ""],
  ["a pod without a node gets one", "small 0-5", "", "p cpu=1", "small 0->1: p"],
  ["what has room makes nothing grow", "small 0-5", "a of=small", "p cpu=1", ""],
  [
    "as many nodes as the pods need",
    "small 0-5",
    "a of=small",
    "x on=a cpu=4; p cpu=3; q cpu=3; r cpu=1",
    "small 1->3: p r q",
  ],
  [
    "never more than the most",
    "small 0-2",
    "a of=small",
    "x on=a cpu=4; p cpu=3; q cpu=3",
    "small 1->2: p ! q: 1 max node group size reached",
  ],
  [
    "a full group says so",
    "small 0-1",
    "a of=small",
    "x on=a cpu=4; p cpu=1",
    "! p: 1 max node group size reached",
  ],
  [
    "a pod too large for every group",
    "small 0-5; large 0-5 cpu=8",
    "",
    "p cpu=9",
    "! p: 2 Insufficient cpu",
  ],
  [
    "reasons of different groups are told together",
    "full 0-0; small 0-5",
    "",
    "p cpu=5",
    "! p: 1 Insufficient cpu, 1 max node group size reached",
  ],
  [
    "the group that leaves least unused grows",
    "large 0-5 cpu=16 memory=32Gi; small 0-5",
    "",
    "p cpu=3 memory=6Gi",
    "small 0->1: p",
  ],
  ["of equals the one whose name is first", "b 0-5; a 0-5", "", "p cpu=1", "a 0->1: p"],
  [
    "a taint keeps pods from a group",
    "gpu 0-5 taint=gpu",
    "",
    "p cpu=1",
    "! p: 1 node(s) had untolerated taint {gpu: }",
  ],
  [
    "nodes that start count as if they were there",
    "small 0-5",
    "a of=small age=10 unready taint=node.kubernetes.io/not-ready:NoSchedule",
    "p cpu=1",
    "",
  ],
  [
    "nodes that have stopped do not",
    "small 0-5",
    "a of=small unready taint=node.kubernetes.io/not-ready:NoSchedule",
    "p cpu=1",
    "small 1->2: p",
  ],
  [
    "nodes that go are no home",
    "small 0-5",
    "a of=small taint=ToBeDeletedByClusterAutoscaler:NoSchedule",
    "p cpu=1",
    "small 1->2: p",
  ],
  ["a group that is too small is filled up", "small 2-5", "", "", "small 0->2: "],
  ["pods of no importance wait", "small 0-5", "", "p cpu=1 priority=-11", ""],
  [
    "an important pod comes first",
    "small 0-1",
    "",
    "p cpu=4; q cpu=4 priority=5",
    "small 0->1: q ! p: 1 max node group size reached",
  ],
];

for (const [rule, groups, nodes, pods, want] of cases) {
  test(`growing: ${rule}`, () => {
    assert.equal(show(factsOf({ groups, nodes, pods, nowMs }), new Set()), want);
  });
}

test("growing: a group that has failed of late is left alone", () => {
  const facts = factsOf({ groups: "small 1-5", pods: "p cpu=1", nowMs });
  assert.equal(show(facts, new Set(["small"])), "! p: 1 in backoff after failed scale-up");
});

test("growing: pods of DaemonSets take their room on a new node", () => {
  const facts = factsOf({ groups: "small 0-5", pods: "p cpu=3", nowMs });
  const containers = [{ name: "agent", resources: { requests: { cpu: "2" } } }];
  const metadata = { name: "agent", uid: "agent", resourceVersion: "1", creationTimestamp: "" };
  const agent = {
    metadata,
    spec: { selector: {}, template: { spec: { containers } } },
    status: {},
  };
  assert.equal(
    show({ ...facts, daemonSets: [agent as never] }, new Set()),
    "! p: 1 Insufficient cpu",
  );
});

function show(facts: Parameters<typeof planScaleUp>[0], backedOff: ReadonlySet<string>): string {
  const { growth, unhelped } = planScaleUp(facts, backedOff);
  const names = (list: readonly { readonly metadata: { readonly name: string } }[]) =>
    list.map(({ metadata }) => metadata.name).join(" ");
  return [
    growth === undefined
      ? ""
      : `${growth.group.name} ${growth.from}->${growth.to}: ${names(growth.pods)}`,
    ...unhelped.map(({ pod, reasons }) => `! ${names([pod])}: ${countedReasons(reasons)}`),
  ]
    .filter((part) => part !== "")
    .join(" ");
}
