import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import { checkDrain, RemainingBudgets } from "./drain.ts";
import { parseBudget, parseGroupPod } from "./testing.ts";

const nowMs = Date.UTC(2026, 0, 1, 12);
const plain = parseGroupPod("p on=a app=web");

const cases: readonly (readonly [rule: string, change: Change, want: string])[] = [
  ["a pod of a ReplicaSet moves", {}, "moves"],
  ["a pod that nobody makes anew holds", { owner: "" }, "default/p is not replicated"],
  ["so does one of an unknown controller", { owner: "Fleet" }, "default/p is not replicated"],
  ["one of a StatefulSet moves", { owner: "StatefulSet" }, "moves"],
  ["one of a DaemonSet goes with its node", { owner: "DaemonSet" }, "stays"],
  ["a mirror goes with its node", { annotation: "kubernetes.io/config.mirror=x" }, "stays"],
  ["one that has ended is nobody's business", { phase: "Succeeded", owner: "" }, "stays"],
  [
    "one that is said to be safe moves, whoever made it",
    { owner: "", annotation: "cluster-autoscaler.kubernetes.io/safe-to-evict=true" },
    "moves",
  ],
  [
    "one that is said not to be holds",
    { annotation: "cluster-autoscaler.kubernetes.io/safe-to-evict=false" },
    "pod annotated as not safe to evict present: p",
  ],
  ["files on the node hold", { volume: "emptyDir" }, "pod with local storage present: p"],
  ["in memory they do not", { volume: "memory" }, "moves"],
  [
    "nor when they are said to be safe",
    {
      volume: "hostPath",
      annotation: "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes=other,files",
    },
    "moves",
  ],
  [
    "a young pod of the system holds",
    { namespace: "kube-system", created: "11:30" },
    "non-daemonset, non-mirrored, non-pdb-assigned kube-system pod present: p",
  ],
  ["an old one does not", { namespace: "kube-system", created: "10:30" }, "moves"],
];

for (const [rule, change, want] of cases) {
  test(`draining: ${rule}`, () => {
    assert.equal(show(podWith(change), new RemainingBudgets([])), want);
  });
}

test("draining: a budget without room holds", () => {
  const budgets = new RemainingBudgets([parseBudget("web allows 1")]);
  assert.equal(show(plain, budgets), "moves");
  budgets.take([plain]);
  assert.equal(show(plain, budgets), "not enough pod disruption budget to move default/p");
});

interface Change {
  /** Kind of the controller; empty for none. */
  readonly owner?: string;
  readonly annotation?: string;
  readonly volume?: "emptyDir" | "memory" | "hostPath";
  readonly phase?: string;
  readonly namespace?: string;
  readonly created?: string;
}

function podWith(change: Change): Live<Pod> {
  const { owner = "ReplicaSet", annotation = "x=y", volume, namespace = "default" } = change;
  const [key = "", value = ""] = annotation.split("=", 2);
  const volumes = {
    emptyDir: { name: "files", emptyDir: {} },
    memory: { name: "files", emptyDir: { medium: "Memory" } },
    hostPath: { name: "files", hostPath: { path: "/" } },
  };
  const reference = { apiVersion: "v1", kind: owner, name: "o", uid: "o", controller: true };
  return {
    ...plain,
    metadata: {
      ...plain.metadata,
      namespace,
      creationTimestamp: `2026-01-01T${change.created ?? "00:00"}:00Z`,
      annotations: { [key]: value },
      ownerReferences: owner === "" ? [] : [reference],
    },
    spec: { ...plain.spec, volumes: volume === undefined ? [] : [volumes[volume]] },
    status: { phase: change.phase ?? "Running" },
  };
}

function show(pod: Live<Pod>, budgets: RemainingBudgets): string {
  const check = checkDrain([pod], budgets, nowMs);
  if (check.kind === "blocked") return check.why;
  return check.pods.length === 0 ? "stays" : "moves";
}
