import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClusterConfig } from "./cluster.ts";
import { type ClusterRequest, planCluster } from "./cluster-plan.ts";

const nothing: ClusterRequest = {
  name: "default",
  runtime: undefined,
  port: undefined,
  nodeCount: undefined,
};
const plain = planCluster(nothing, undefined, []);

// A cluster is shown as runtime, port, nodes and networks.
const cases: readonly (readonly [
  why: string,
  asked: Partial<ClusterRequest>,
  before: ClusterConfig | undefined,
  others: readonly ClusterConfig[],
  want: string,
])[] = [
  ["has one real node", {}, undefined, [], "containerd 6443 node-1 10.42.0.0/16 10.43.0.0/16"],
  [
    "has nodes",
    { nodeCount: 2 },
    undefined,
    [],
    "containerd 6443 node-1,node-2 10.42.0.0/16 10.43.0.0/16",
  ],
  [
    "keeps its networks apart",
    {},
    undefined,
    [plain],
    "containerd 6443 node-1 10.44.0.0/16 10.45.0.0/16",
  ],
  [
    "stays as it was",
    {},
    { ...plain, port: 7000 },
    [],
    "containerd 7000 node-1 10.42.0.0/16 10.43.0.0/16",
  ],
  [
    "moves to another port",
    { port: 1 },
    plain,
    [],
    "containerd 1 node-1 10.42.0.0/16 10.43.0.0/16",
  ],
  ["grows", { nodeCount: 2 }, plain, [], "containerd 6443 node-1,node-2 10.42.0.0/16 10.43.0.0/16"],
];

for (const [why, asked, before, others, want] of cases) {
  test(`a cluster ${why}`, () => {
    const { runtime, port, nodeNames, podNetwork, serviceNetwork } = planCluster(
      { ...nothing, ...asked },
      before,
      others,
    );
    assert.equal([runtime, port, nodeNames.join(), podNetwork, serviceNetwork].join(" "), want);
  });
}

test("a cluster does not change its runtime or lose nodes", () => {
  const two = planCluster({ ...nothing, nodeCount: 2 }, undefined, []);
  assert.throws(() => planCluster({ ...nothing, runtime: "simulated" }, plain, []), /--runtime/);
  assert.throws(() => planCluster({ ...nothing, nodeCount: 1 }, two, []), /--nodes 2/);
  assert.throws(() => planCluster({ ...nothing, nodeCount: 33 }, undefined, []), /at most 32/);
});
