import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { Node, Pod, PodStatus } from "#api/core/v1";
import type { NodeMetrics, PodMetrics } from "#api/metrics/v1beta1";
import { type Amounts, nodeViews, podViews } from "./usage-views.ts";

const stored = { uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" };
const container = { name: "c", image: "i", imageID: "", ready: false, restartCount: 0 };

// Each row: the containers' requests and limits of processor time, what they use, and what is shown as
// usage, request and limit.
const amounts: readonly (readonly [containers: string, usages: string, want: string])[] = [
  ["100m/500m", "12m", "0.012 0.1 0.5"],
  ["100m/500m 50m/1", "12m 8m", "0.02 0.15 1.5"],
  // One container without a limit may use whatever there is.
  ["100m/500m 50m/-", "12m 8m", "0.02 0.15 -"],
  ["-/-", "2", "2 - -"],
  // A limit alone is no request here; the server makes it one when the pod is written.
  ["-/1", "1", "1 - 1"],
  ["100m/-", "", "- 0.1 -"],
  ["1/1", "1500001n", "0.002 1 1"],
];

for (const [containers, usages, want] of amounts) {
  test(`containers ${containers} that use ${usages === "" ? "nobody knows what" : usages}: ${want}`, () => {
    const [view] = podViews([podOf("a", containers)], usages === "" ? [] : [usageOf("a", usages)]);
    assert.equal(shown(view?.cpu), want);
  });
}

// Each row: a pod's status, and what is said of it.
const statuses: readonly (readonly [PodStatus, want: string])[] = [
  [{ phase: "Running" }, "Running"],
  [{ phase: "Failed", reason: "Evicted" }, "Evicted"],
  [{ phase: "Running", containerStatuses: [waiting("CrashLoopBackOff")] }, "CrashLoopBackOff"],
  [{ phase: "Pending", initContainerStatuses: [waiting("ErrImagePull")] }, "ErrImagePull"],
  [{ phase: "Failed", containerStatuses: [ended(137, "OOMKilled")] }, "OOMKilled"],
  [{ phase: "Running", initContainerStatuses: [ended(0, "Completed")] }, "Running"],
  [{ phase: "Succeeded", containerStatuses: [ended(0, "Completed")] }, "Succeeded"],
];

for (const [status, want] of statuses) {
  test(`a pod is said to be ${want}`, () => {
    const [view] = podViews([podOf("a", "-/-", status)], []);
    assert.equal(view?.status, want);
  });
}

test("a node has the sums of its pods that have not ended, beside what it has for pods", () => {
  const pods = [
    podOf("a", "100m/500m"),
    podOf("b", "50m/-"),
    podOf("done", "1/1", { phase: "Succeeded" }),
  ];
  const [view, other] = nodeViews([nodeOf("node-1"), nodeOf("node-2")], pods, [
    metricsOf("node-1", "250m"),
  ]);
  assert.deepEqual(view?.cpu, { usage: 0.25, request: 0.15, limit: 0.5, capacity: 2 });
  assert.deepEqual([view?.podCount, view?.podsMax, view?.isReady], [2, 110, true]);
  assert.deepEqual(other?.cpu, { usage: null, request: 0, limit: 0, capacity: 2 });
});

function shown(view: Amounts | undefined): string {
  return [view?.usage, view?.request, view?.limit].map((amount) => amount ?? "-").join(" ");
}

function podOf(name: string, containers: string, status: PodStatus = {}): Live<Pod> {
  const list = containers.split(" ").map((bounds, index) => {
    const [request = "-", limit = "-"] = bounds.split("/");
    const resources = {
      ...(request === "-" ? {} : { requests: { cpu: request } }),
      ...(limit === "-" ? {} : { limits: { cpu: limit } }),
    };
    return { name: `c${index}`, image: "i", resources };
  });
  const metadata = { ...stored, namespace: "default", name };
  return { metadata, spec: { nodeName: "node-1", containers: list }, status };
}

function usageOf(name: string, usages: string): Live<PodMetrics> {
  const containers = usages
    .split(" ")
    .map((cpu, index) => ({ name: `c${index}`, usage: { cpu, memory: "1Mi" } }));
  const metadata = { ...stored, namespace: "default", name };
  return { metadata, timestamp: stored.creationTimestamp, window: "5s", containers };
}

function nodeOf(name: string): Live<Node> {
  const allocatable = { cpu: "2", memory: "4Gi", pods: "110" };
  const conditions = [{ type: "Ready", status: "True" }];
  return { metadata: { ...stored, name }, spec: {}, status: { allocatable, conditions } };
}

function metricsOf(name: string, cpu: string): Live<NodeMetrics> {
  const metadata = { ...stored, name };
  return { metadata, timestamp: stored.creationTimestamp, window: "5s", usage: { cpu } };
}

function waiting(reason: string) {
  return { ...container, state: { waiting: { reason } } };
}

function ended(exitCode: number, reason: string) {
  return { ...container, state: { terminated: { exitCode, reason } } };
}
