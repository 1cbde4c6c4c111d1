import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/testing";
import type { PodSpec } from "#api/core/v1";
import { ClusterState } from "./cluster-state.ts";
import { decide, feasibleEnough } from "./cycle.ts";
import { describePreemption, describeRefusals } from "./explanation.ts";
import { needsOf } from "./pod-needs.ts";
import { defaultProfile } from "./profile.ts";
import { parseNode, parsePod } from "./testing.ts";

/** Where the pod goes, or why it goes nowhere. Nodes and placed pods are separated by semicolons. */
function schedule(cluster: string, podNotation: string, spec: Partial<PodSpec> = {}): string {
  const state = new ClusterState();
  for (const line of cluster.split("; ").filter((text) => text !== "")) {
    const [word, rest] = [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)];
    if (word === "node") state.putNode(parseNode(rest));
    else {
      const placed = parsePod(rest);
      state.placePod(needsOf(placed), placed.spec.nodeName ?? "", "observed");
    }
  }
  const decision = decide({
    needs: needsOf(parsePod(podNotation, spec)),
    cluster: state,
    profile: defaultProfile,
    random: seededRandom(1),
    startIndex: 0,
    phaseEnded: () => {},
  });
  if (decision.kind === "chosen") return decision.node.name;
  return describeRefusals(decision.nodeCount, decision.refusals);
}

const cases: readonly (readonly [string, string, string, string])[] = [
  ["takes the only node", "node a", "p cpu=1", "a"],
  ["prefers the emptier node", "node a; node b; pod x on=a cpu=2", "p cpu=1", "b"],
  ["says that there is no node", "", "p", "no nodes available to schedule pods"],
  [
    "counts the nodes that lack CPU",
    "node a; node b",
    "p cpu=64",
    "0/2 nodes are available: 2 Insufficient cpu.",
  ],
  [
    "names every resource that lacks",
    "node a cpu=1 memory=1Gi",
    "p cpu=2 memory=2Gi",
    "0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.",
  ],
  [
    "counts what runs already",
    "node a cpu=2; pod x on=a cpu=1500m",
    "p cpu=1",
    "0/1 nodes are available: 1 Insufficient cpu.",
  ],
  [
    "limits the number of pods",
    "node a pods=1; pod x on=a",
    "p",
    "0/1 nodes are available: 1 Too many pods.",
  ],
  [
    "keeps off cordoned and tainted nodes",
    "node a cordoned; node b taint=gpu:NoSchedule",
    "p",
    "0/2 nodes are available: 1 node(s) had untolerated taint {gpu: }, 1 node(s) were unschedulable.",
  ],
  [
    "keeps host ports apart",
    "node a; pod x on=a port=80",
    "p port=80",
    "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
  ],
];

for (const [rule, cluster, pod, want] of cases) {
  test(`the scheduler ${rule}: [${cluster}] and ${pod}`, () => {
    assert.equal(schedule(cluster, pod), want);
  });
}

test("a node selector and required affinity must both match", () => {
  const cluster = "node a zone=x; node b zone=y";
  assert.equal(schedule(cluster, "p", { nodeSelector: { zone: "y" } }), "b");
  assert.equal(
    schedule(cluster, "p", { nodeSelector: { zone: "z" } }),
    "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
  );
});

test("anti-affinity keeps pods of one kind on different hosts", () => {
  const term = {
    topologyKey: "kubernetes.io/hostname",
    labelSelector: { matchLabels: { app: "web" } },
  };
  const affinity = {
    podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
  };
  const cluster = "node a; node b; pod x on=a app=web";
  assert.equal(schedule(cluster, "p app=web", { affinity }), "b");
  assert.equal(
    schedule(`${cluster}; pod y on=b app=web`, "p app=web", { affinity }),
    "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules.",
  );
});

test("affinity brings pods together, and lets the first of its kind in anywhere", () => {
  const term = { topologyKey: "zone", labelSelector: { matchLabels: { app: "web" } } };
  const affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  const cluster = "node a zone=x; node b zone=y";
  assert.equal(schedule(`${cluster}; pod x on=b app=web`, "p app=web", { affinity }), "b");
  assert.match(schedule(cluster, "p app=web", { affinity }), /^[ab]$/);
  assert.equal(
    schedule(cluster, "p app=other", { affinity }),
    "0/2 nodes are available: 2 node(s) didn't match pod affinity rules.",
  );
});

test("topology spread keeps domains within the skew", () => {
  const constraint = {
    maxSkew: 1,
    topologyKey: "zone",
    whenUnsatisfiable: "DoNotSchedule",
    labelSelector: { matchLabels: { app: "web" } },
  };
  const cluster =
    "node a zone=x; node b zone=y; pod 1 on=a app=web; pod 2 on=a app=web; pod 3 on=b app=web";
  assert.equal(schedule(cluster, "p app=web", { topologySpreadConstraints: [constraint] }), "b");
});

test("the search stops early in large clusters, as upstream does", () => {
  assert.deepEqual([50, 100, 1_000, 5_000, 15_000].map(feasibleEnough), [50, 100, 420, 500, 750]);
});

test("preemption is explained beside the refusal", () => {
  const refusal = (resolvable: boolean) => ({
    node: "a",
    filter: "f",
    refusal: { reasons: ["r"], resolvable },
  });
  assert.equal(
    describePreemption(2, [refusal(true), refusal(false)]),
    "preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, " +
      "1 Preemption is not helpful for scheduling.",
  );
});
