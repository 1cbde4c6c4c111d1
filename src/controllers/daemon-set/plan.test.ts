import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { DaemonSet } from "#api/apps/v1";
import type { Node } from "#api/core/v1";
import { ago, parsePods, testNowMs } from "../testing.ts";
import { type DaemonPlan, planDaemons, planUpdate } from "./plan.ts";
import { type DaemonView, hashLabel, viewDaemons } from "./view.ts";

// Nodes are written as a name and marks: "!" not schedulable, "x" evicts, "-" of another kind. Pods
// are written as `parsePods` explains, named by their node; "o" before the mark: of the old template;
// digits tell several of one node apart. Options: "u2" most unavailable, "s1" surge, "ondelete".
function viewOf(nodes: string, pods: string, options = ""): DaemonView {
  const numberOf = (letter: string): number | undefined => {
    const word = options.split(" ").find((candidate) => candidate.startsWith(letter));
    return word === undefined ? undefined : Number(word.slice(1));
  };
  const rollingUpdate = { maxUnavailable: numberOf("u"), maxSurge: numberOf("s") };
  const set: Live<DaemonSet> = {
    metadata: { name: "d", uid: "d", resourceVersion: "1", creationTimestamp: ago(9) },
    spec: {
      selector: {},
      template: { spec: { containers: [], nodeSelector: { kind: "worker" } } },
      updateStrategy:
        options === "ondelete" ? { type: "OnDelete" } : { type: "RollingUpdate", rollingUpdate },
    },
    status: {
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
      desiredNumberScheduled: 0,
      numberReady: 0,
    },
  };
  const parsed = parsePods(pods).map((pod) => ({
    ...pod,
    metadata: {
      ...pod.metadata,
      labels: { [hashLabel]: pod.metadata.name.endsWith("o") ? "old" : "new" },
    },
    spec: { ...pod.spec, nodeName: pod.metadata.name.slice(0, 1) },
  }));
  const parts = { nodes: nodes.split(" ").map(nodeOf), pods: parsed };
  return viewDaemons(set, "new", parts, testNowMs);
}

const taints: Readonly<Record<string, { key: string; effect: string }>> = {
  "!": { key: "special", effect: "NoSchedule" },
  x: { key: "special", effect: "NoExecute" },
};

function nodeOf(word: string): Live<Node> {
  const name = word.slice(0, 1);
  const taint = taints[word.slice(1)];
  return {
    metadata: {
      name,
      uid: name,
      resourceVersion: "1",
      creationTimestamp: ago(9),
      labels: { kind: word.endsWith("-") ? "other" : "worker" },
    },
    spec: { taints: taint === undefined ? [] : [taint] },
    status: {},
  };
}

function show({ create, remove }: DaemonPlan): string {
  const parts = [
    ...create.map((name) => `+${name}`),
    ...remove.map((pod) => `-${pod.metadata.name}`),
  ];
  return parts.join(" ") || "nothing";
}

const placements: readonly (readonly [string, string, string, string])[] = [
  ["gives each node a pod", "a b", "a+", "+b"],
  ["leaves out nodes that are not selected", "a b-", "", "+a"],
  ["leaves out tainted nodes", "a b!", "", "+a"],
  ["leaves a pod where a taint came later", "a!", "a+", "nothing"],
  ["takes it away where the taint evicts", "ax", "a+", "-a"],
  ["takes it away where the node is not selected any more", "a-", "a+", "-a"],
  ["waits for a pod that is going", "a", "a~", "nothing"],
  ["takes away what has ended", "a b", "ax b.", "-a -b"],
  ["keeps the older of two", "a", "a1+ a2+", "-a2"],
];

for (const [rule, nodes, pods, want] of placements) {
  test(`a DaemonSet ${rule}: nodes [${nodes}] with [${pods}], so ${want}`, () => {
    assert.equal(show(planDaemons(viewOf(nodes, pods))), want);
  });
}

const updates: readonly (readonly [string, string, string, string])[] = [
  ["replaces one at a time", "u1", "ao+ bo+", "-ao"],
  ["replaces more when told", "u2", "ao+ bo+ co+", "-ao -bo"],
  ["waits for the new pod", "u1", "a- bo+", "nothing"],
  ["waits for the place to be filled", "u1", "a~ bo+", "nothing"],
  ["replaces useless pods first and freely", "u1", "a- bo- co+", "-bo"],
  ["does nothing when all is new", "u1", "a+ b+", "nothing"],
  ["surges beside old pods", "s1", "ao+ bo+", "+a"],
  ["takes the old pod away when the new one is available", "s1", "ao+ a2+ bo+", "+b -ao"],
  ["waits for the surged pod", "s1", "ao+ a2- bo+", "nothing"],
  ["leaves old pods alone when told", "ondelete", "ao+ bo+", "nothing"],
];

for (const [rule, options, pods, want] of updates) {
  test(`an update ${rule}: ${options} with [${pods}], so ${want}`, () => {
    const nodes = [...new Set(pods.split(" ").map((word) => word.slice(0, 1)))].join(" ");
    assert.equal(show(planUpdate(viewOf(nodes, pods, options))), want);
  });
}
