import assert from "node:assert/strict";
import { test } from "node:test";
import type { PodSpec } from "#api/core/v1";
import { recommendNodes } from "./recommend-nodes.ts";
import { parseNode, parsePod } from "#scheduler/testing";

// Nodes and pods as elsewhere in these tests; the template has 4 cores and 8Gi. What is wanted: the pods
// of each new node, then those that have room already after "|", then those that nothing helps.
const cases: readonly (readonly [rule: string, nodes: string, pods: string, want: string])[] = [
  ["nothing waits, nothing is needed", "a", "x on=a cpu=1", ""],
  ["what has room needs no node", "a", "p cpu=1", "| p"],
  ["a full cluster needs one", "a", "x on=a cpu=4; p cpu=1", "p"],
  [
    "the largest go first, and small ones fill up",
    "",
    "p cpu=1; q cpu=3; r cpu=2; s cpu=2",
    "q p; r s",
  ],
  ["pods of any size count in memory, too", "", "p memory=6Gi; q memory=6Gi", "p; q"],
  ["important ones go first", "a cpu=1", "p cpu=1; q cpu=1 priority=9", "p | q"],
  [
    "what fits no such node is told",
    "",
    "p cpu=9; q cpu=1",
    "q ! p: 0/1 nodes are available: 1 Insufficient cpu.",
  ],
];

for (const [rule, nodes, pods, want] of cases) {
  test(`more nodes: ${rule}`, () => {
    assert.equal(show(nodes, pods, {}), want);
  });
}

test("pods that keep away from each other need a node each, up to a limit", () => {
  const labelSelector = { matchLabels: { app: "web" } };
  const term = { topologyKey: "kubernetes.io/hostname", labelSelector };
  const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  const pods = ["p", "q", "r", "s"].map((name) => `${name} app=web`).join("; ");
  assert.equal(show("", pods, { affinity }), "p; q; r ! s: more than 3 nodes would be needed");
});

test("what a node of the pool is tainted with keeps pods away, what tells of trouble does not", () => {
  const of = (taint: string) =>
    recommendNodes({
      nodes: [],
      pods: [parsePod("p cpu=1")],
      template: parseNode(`t taint=${taint}`),
      nodesMax: 3,
    }).added.length;
  assert.deepEqual([of("gpu:NoSchedule"), of("node.kubernetes.io/not-ready:NoExecute")], [0, 1]);
});

function show(nodes: string, pods: string, spec: Partial<PodSpec>): string {
  const listed = (text: string) => text.split("; ").filter((one) => one !== "");
  const { added, placed, helpless } = recommendNodes({
    nodes: listed(nodes).map(parseNode),
    pods: listed(pods).map((one) => parsePod(one, spec)),
    template: parseNode("t"),
    nodesMax: 3,
  });
  const names = (list: readonly string[]) =>
    list.map((one) => one.replace("default/", "")).join(" ");
  return [
    added.map((one) => names(one.pods)).join("; "),
    ...(placed.length === 0 ? [] : [`| ${names(placed)}`]),
    ...helpless.map(({ pod, why }) => `! ${names([pod])}: ${why}`),
  ]
    .filter((part) => part !== "")
    .join(" ");
}
