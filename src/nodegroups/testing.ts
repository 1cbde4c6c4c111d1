/** A small language for the tests of node groups, around that of the scheduler's tests. */

import type { Live } from "#api";
import type { Node, Pod, PodSpec } from "#api/core/v1";
import type { PodDisruptionBudget } from "#api/policy/v1";
import { parseNode, parsePod } from "#scheduler/testing";
import type { ClusterFacts } from "./facts.ts";
import { type Group, groupLabel, groupOf } from "./group.ts";

/** `small 1-5 cpu=4 memory=8Gi taint=gpu unneeded=5m`: a group and how many nodes it may have. */
export function parseGroup(notation: string): Group {
  const [name = "", sizes = "", ...words] = notation.split(" ");
  const [min, max] = sizes.split("-").map(Number);
  const facts = new Map(words.map((word): [string, string] => split(word)));
  const taint = facts.get("taint");
  return groupOf({
    metadata: { name, uid: name, resourceVersion: "1", creationTimestamp: "" },
    spec: {
      minSize: min ?? 0,
      maxSize: max ?? 0,
      template: {
        capacity: { cpu: facts.get("cpu") ?? "4", memory: facts.get("memory") ?? "8Gi" },
        ...(taint === undefined ? {} : { taints: [{ key: taint, effect: "NoSchedule" }] }),
      },
      scaleDown: { unneededTime: facts.get("unneeded") },
    },
    status: {},
  });
}

/** As in the scheduler's tests, and `of=small` its group, `age=30` seconds, `unready`. */
export function parseGroupNode(notation: string, nowMs: number): Live<Node> {
  const words = notation.split(" ");
  const own = words.filter((word) => /^(?:of|age)=|^unready$/.test(word));
  const node = parseNode(words.filter((word) => !own.includes(word)).join(" "));
  const facts = new Map(own.map((word): [string, string] => split(word)));
  const group = facts.get("of");
  const ageSeconds = Number(facts.get("age") ?? 86_400);
  const ready = { type: "Ready", status: facts.has("unready") ? "False" : "True" };
  return {
    ...node,
    metadata: {
      ...node.metadata,
      creationTimestamp: new Date(nowMs - ageSeconds * 1000).toISOString(),
      labels: { ...node.metadata.labels, ...(group === undefined ? {} : { [groupLabel]: group }) },
    },
    status: { ...node.status, conditions: [ready] },
  };
}

/** As in the scheduler's tests, of a ReplicaSet; one without a node has been found none. */
export function parseGroupPod(notation: string, spec: Partial<PodSpec> = {}): Live<Pod> {
  const pod = parsePod(notation, spec);
  const unschedulable = { type: "PodScheduled", status: "False", reason: "Unschedulable" };
  const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "web" };
  return {
    ...pod,
    metadata: { ...pod.metadata, ownerReferences: [{ ...owner, controller: true }] },
    status:
      pod.spec.nodeName === undefined ? { ...pod.status, conditions: [unschedulable] } : pod.status,
  };
}

/** `web allows 1`: a budget of the pods with `app=web`. */
export function parseBudget(notation: string): Live<PodDisruptionBudget> {
  const [app = "", , allowed = "0"] = notation.split(" ");
  return {
    metadata: {
      name: app,
      namespace: "default",
      uid: app,
      resourceVersion: "1",
      creationTimestamp: "",
    },
    spec: { selector: { matchLabels: { app } } },
    status: {
      disruptionsAllowed: Number(allowed),
      currentHealthy: 0,
      desiredHealthy: 0,
      expectedPods: 0,
    },
  };
}

export interface Notation {
  readonly groups: string;
  readonly nodes?: string;
  readonly pods?: string;
  readonly budgets?: string;
  readonly nowMs: number;
}

/** Lists are separated by `; `. */
export function factsOf({
  groups,
  nodes = "",
  pods = "",
  budgets = "",
  nowMs,
}: Notation): ClusterFacts {
  const listed = (text: string) => text.split("; ").filter((one) => one !== "");
  return {
    groups: listed(groups).map(parseGroup),
    nodes: listed(nodes).map((one) => parseGroupNode(one, nowMs)),
    pods: listed(pods).map((one) => parseGroupPod(one)),
    budgets: listed(budgets).map(parseBudget),
    daemonSets: [],
    namespaces: new Map(),
    nowMs,
  };
}

function split(word: string): [string, string] {
  const [key = "", value = ""] = word.split("=", 2);
  return [key, value];
}
