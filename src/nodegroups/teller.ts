/** Events and decisions: what the cluster autoscaler says of what it does, in upstream's words. */

import type { Live } from "#api";
import type { Node, Pod } from "#api/core/v1";
import type { ObjectMeta } from "#api/meta/v1";
import type { EventFacts, EventRecorder } from "#client";
import type { NodeDecision, NodeDecisionLog } from "./node-decision.ts";
import { countedReasons, type Growth, type ScaleUpPlan } from "./plan-scale-up.ts";
import { largest, type UnneededNode } from "./plan-scale-down.ts";
import type { Removal } from "./removal.ts";
import { statusMapKey } from "./status-map.ts";

/** The same is told of a pod again after this long. */
const repeatMs = 60_000;

export class Teller {
  readonly #recorder: EventRecorder;
  readonly #decisions: Pick<NodeDecisionLog, "add">;
  /** By pod: what it was told last, and when. */
  #told = new Map<string, { readonly message: string; readonly atMs: number }>();
  #statusMap: ObjectMeta = statusMapKey;

  constructor(recorder: EventRecorder, decisions: Pick<NodeDecisionLog, "add">) {
    this.#recorder = recorder;
    this.#decisions = decisions;
  }

  /** Events about everything are those of the status, once it is written. */
  knowStatusMap(metadata: ObjectMeta): void {
    this.#statusMap = metadata;
  }

  growing({ group, from, to }: Growth): void {
    const message = `Scale-up: setting group ${group.name} size to ${to} instead of ${from} (max: ${group.maxSize})`;
    this.#map({ type: "Normal", reason: "ScaledUpGroup", message });
  }

  grown(growth: Growth, plan: ScaleUpPlan, nodes: readonly string[], nowMs: number): void {
    const { group, from, to, pods } = growth;
    const message = `Scale-up: group ${group.name} size set to ${to} instead of ${from} (max: ${group.maxSize})`;
    this.#map({ type: "Normal", reason: "ScaledUpGroup", message });
    const what = `pod triggered scale-up: [{${group.name} ${from}->${to} (max: ${group.maxSize})}]`;
    for (const pod of pods) {
      this.#pod(pod, { type: "Normal", reason: "TriggeredScaleUp", message: what });
    }
    this.#decide(nowMs, {
      group: group.name,
      from,
      to,
      nodes,
      pods: pods.map(nameOf),
      outcome: "grown",
      reason: growthReason(growth, plan),
      options: plan.options.map(optionOf),
    });
  }

  growthFailed({ group, from, to, pods }: Growth, why: string, nowMs: number): void {
    const message = `Scale-up failed for group ${group.name}: ${why}`;
    this.#map({ type: "Warning", reason: "FailedToScaleUpGroup", message });
    this.#decide(nowMs, {
      group: group.name,
      from,
      to,
      nodes: [],
      pods: pods.map(nameOf),
      options: [],
      outcome: "failed",
      reason: message,
    });
  }

  timedOut(group: string, node: string, afterMs: number, nowMs: number): void {
    const seconds = Math.round(afterMs / 1000);
    const message = `Nodes added to group ${group} failed to register within ${seconds}s`;
    this.#map({ type: "Warning", reason: "ScaleUpTimedOut", message });
    this.#decide(nowMs, {
      group,
      from: 1,
      to: 0,
      nodes: [node],
      pods: [],
      options: [],
      outcome: "failed",
      reason: message,
    });
  }

  /** Once for as long as it stays the same, and now and then. */
  unhelped({ unhelped }: ScaleUpPlan, nowMs: number): void {
    const told = new Map<string, { readonly message: string; readonly atMs: number }>();
    const news = new Map<string, string[]>();
    for (const { pod, reasons } of unhelped) {
      const reason = countedReasons(reasons);
      const message = `pod didn't trigger scale-up: ${reason}`;
      const { uid } = pod.metadata;
      const last = this.#told.get(uid);
      const isSame = last?.message === message;
      if (!isSame) news.set(reason, [...(news.get(reason) ?? []), nameOf(pod)]);
      if (isSame && nowMs - last.atMs < repeatMs) {
        told.set(uid, last);
        continue;
      }
      told.set(uid, { message, atMs: nowMs });
      this.#pod(pod, { type: "Normal", reason: "NotTriggerScaleUp", message });
    }
    this.#told = told;
    for (const [reason, pods] of news) {
      const nothing = { group: "", from: 0, to: 0, nodes: [], options: [] };
      this.#decide(nowMs, { ...nothing, outcome: "kept", reason, pods });
    }
  }

  removing({ node, utilization, pods }: UnneededNode): void {
    const message = "marked the node as toBeDeleted/unschedulable";
    this.#node(node, { type: "Normal", reason: "ScaleDown", message });
    const { name } = node.metadata;
    if (pods.length === 0) {
      const empty = `Scale-down: removing empty node "${name}"`;
      this.#map({ type: "Normal", reason: "ScaleDownEmpty", message: empty });
      return;
    }
    const share = `${Math.round(largest(utilization) * 100)}%`;
    const names = pods.map(({ metadata }) => metadata.name).join(",");
    const drain = `Scale-down: removing node ${name}, utilization: ${share}, pods to reschedule: ${names}`;
    this.#map({ type: "Normal", reason: "ScaleDown", message: drain });
  }

  evicting(pod: Live<Pod>): void {
    const message = "deleting pod for node scale down";
    this.#pod(pod, { type: "Normal", reason: "ScaleDown", message });
  }

  removed({ removal, node, why, sizes, nowMs }: RemovalEnd): void {
    const message = "nodes removed by cluster autoscaler";
    this.#node(node, { type: "Normal", reason: "ScaleDown", message });
    const isDrain = removal.kind === "drain";
    const done = isDrain
      ? `Scale-down: node ${removal.node} removed with drain`
      : `Scale-down: empty node ${removal.node} removed`;
    const reason = isDrain ? "ScaleDown" : "ScaleDownEmpty";
    this.#map({ type: "Normal", reason, message: done });
    const decision = { group: removal.group, ...sizes, nodes: [removal.node], pods: removal.pods };
    this.#decide(nowMs, { ...decision, outcome: "shrunk", reason: why, options: [] });
  }

  removalFailed({ removal, node, why, sizes, nowMs }: RemovalEnd): void {
    const what = removal.kind === "drain" ? "drain and delete node" : "delete empty node";
    const message = `failed to ${what}: ${why}`;
    this.#node(node, { type: "Warning", reason: "ScaleDownFailed", message });
    const decision = { group: removal.group, ...sizes, nodes: [removal.node], pods: removal.pods };
    this.#decide(nowMs, { ...decision, outcome: "failed", reason: message, options: [] });
  }

  evictionFailed(pod: Live<Pod>): void {
    const message = "failed to delete pod for ScaleDown";
    this.#pod(pod, { type: "Warning", reason: "ScaleDownFailed", message });
  }

  #decide(nowMs: number, decision: Omit<NodeDecision, "atMs">): void {
    this.#decisions.add({ ...decision, atMs: nowMs });
  }

  #map(event: EventFacts): void {
    const metadata = this.#statusMap;
    this.#recorder.record({ apiVersion: "v1", kind: "ConfigMap", metadata }, event);
  }

  #node({ metadata }: Live<Node>, event: EventFacts): void {
    this.#recorder.record({ apiVersion: "v1", kind: "Node", metadata }, event);
  }

  #pod({ metadata }: Live<Pod>, event: EventFacts): void {
    this.#recorder.record({ apiVersion: "v1", kind: "Pod", metadata }, event);
  }
}

export interface RemovalEnd {
  readonly removal: Removal;
  readonly node: Live<Node>;
  /** What led to the removal, or what it failed on. */
  readonly why: string;
  readonly sizes: { readonly from: number; readonly to: number };
  readonly nowMs: number;
}

function growthReason({ group, from, to, pods }: Growth, { options }: ScaleUpPlan): string {
  const nodes = counted(to - from, "more node");
  if (pods.length === 0) return `${nodes}: ${group.name} has ${group.minSize} at least`;
  const least = options.length > 1 ? `, of ${options.length} groups the one that wastes least` : "";
  return `${nodes} for ${counted(pods.length, "pod")} that had none${least}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function optionOf({ group, from, to, pods, waste }: Growth) {
  const share = (part: number) => Math.round(part * 1000) / 1000;
  return {
    group: group.name,
    nodes: to - from,
    pods: pods.length,
    unusedCPU: share(waste.cpu),
    unusedMemory: share(waste.memory),
  };
}

function nameOf({ metadata }: Live<Pod>): string {
  return `${metadata.namespace}/${metadata.name}`;
}
