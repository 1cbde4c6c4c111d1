import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClusterConfig } from "./cluster.ts";
import { type ClusterRequest, planCluster } from "./cluster-plan.ts";

const nothing: ClusterRequest = {
  name: "default",
  runtime: undefined,
  port: undefined,
  nodeCount: undefined,
  nodeGroups: [],
  metricRules: undefined,
  monitorPort: undefined,
  externalUrl: undefined,
};
const plain = planCluster(nothing, undefined);

// A cluster is shown as its runtime, ports and nodes.
const cases: readonly (readonly [
  why: string,
  asked: Partial<ClusterRequest>,
  before: ClusterConfig | undefined,
  want: string,
])[] = [
  ["has one real node", {}, undefined, "containerd 6443 9090 node-1"],
  ["has as many nodes as asked", { nodeCount: 2 }, undefined, "containerd 6443 9090 node-1,node-2"],
  ["stays as it was", {}, { ...plain, port: 7000 }, "containerd 7000 9090 node-1"],
  ["moves to another port", { port: 1 }, plain, "containerd 1 9090 node-1"],
  ["grows", { nodeCount: 2 }, plain, "containerd 6443 9090 node-1,node-2"],
  [
    "of simulated nodes is not watched",
    { runtime: "simulated" },
    undefined,
    "simulated 6443 none node-1",
  ],
  ["is watched at another port", { monitorPort: 0 }, plain, "containerd 6443 0 node-1"],
  ["is watched no longer", { monitorPort: "none" }, plain, "containerd 6443 none node-1"],
];

for (const [why, asked, before, want] of cases) {
  test(`a cluster ${why}`, () => {
    const { runtime, port, monitorPort, nodeNames } = planCluster({ ...nothing, ...asked }, before);
    assert.equal([runtime, port, monitorPort, nodeNames.join()].join(" "), want);
  });
}

test("a cluster remembers how others reach it, without a slash at the end", () => {
  const asked = { ...nothing, externalUrl: "https://ops.example.com/alerts/" };
  const before = planCluster(asked, undefined);
  assert.equal(planCluster(nothing, before).externalUrl, "https://ops.example.com/alerts");
  assert.equal(planCluster({ ...nothing, externalUrl: "" }, before).externalUrl, "");
  assert.throws(() => planCluster({ ...nothing, externalUrl: "ops" }, before), /--external-url/);
});

test("a cluster does not change its runtime or lose nodes", () => {
  const two = planCluster({ ...nothing, nodeCount: 2 }, undefined);
  assert.throws(() => planCluster({ ...nothing, runtime: "simulated" }, plain), /--runtime/);
  assert.throws(() => planCluster({ ...nothing, nodeCount: 1 }, two), /--nodes 2/);
  assert.throws(() => planCluster({ ...nothing, nodeCount: 33 }, undefined), /at most 32/);
});
