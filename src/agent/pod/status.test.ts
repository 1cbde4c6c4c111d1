import assert from "node:assert/strict";
import { test } from "node:test";
import { applyStrategicMergePatch } from "#api";
import { pod, type PodStatus } from "#api/core/v1";
import type { ContainerStatus } from "../runtime-state.ts";
import { statusOfPod, statusPatch } from "./status.ts";

test("the patch of a status leaves nothing of the one before", () => {
  const before: PodStatus = {
    phase: "Pending",
    reason: "Evicted",
    conditions: [
      { type: "Ready", status: "False", reason: "ContainersNotReady", message: "unready" },
      { type: "PodResizeInProgress", status: "True" },
    ],
    podIP: "10.42.0.1",
    podIPs: [{ ip: "10.42.0.1" }],
    hostIPs: [{ ip: "192.0.2.1" }],
  };
  const after: PodStatus = {
    phase: "Running",
    conditions: [
      { type: "Ready", status: "True" },
      { type: "PodScheduled", status: "True" },
    ],
    podIP: "10.42.0.2",
    podIPs: [{ ip: "10.42.0.2" }],
    hostIPs: [{ ip: "192.0.2.1" }],
  };
  const object = JSON.parse(JSON.stringify({ status: before }));
  const patched = applyStrategicMergePatch(pod, object, { status: statusPatch(after, before) });
  assert.deepEqual(patched, { status: after });
});

// Containers as name=state; the phase before and the one that is told.
const endings: readonly (readonly [rule: string, containers: string, want: string])[] = [
  ["an evicted pod has failed once nothing runs", "app=exited side=exited", "Failed: Evicted"],
  ["and not before", "app=exited side=running", "Running"],
  ["what was made and never ran is no hindrance", "app=exited side=created", "Failed: Evicted"],
];

for (const [rule, containers, want] of endings) {
  test(`status: ${rule}`, () => {
    const observed = containers.split(" ").map((word) => {
      const [name = "", state = ""] = word.split("=");
      return [name, [observedOf(name, state)]] as const;
    });
    const { phase, reason } = statusOfPod({
      pod: {
        metadata: { name: "web", uid: "uid", resourceVersion: "1", creationTimestamp: "" },
        spec: { containers: [{ name: "app" }, { name: "side" }] },
        status: { phase: "Running" },
      },
      observed: { sandboxes: [], containers: new Map(observed) },
      waiting: new Map(),
      probes: { hasStarted: () => true, isReady: () => true, findFailure: () => undefined },
      node: { addresses: [], runtimeName: "containerd" },
      terminationMessages: new Map(),
      ending: { reason: "Evicted", message: "too large" },
      resizeConditions: [],
      inEffect: { ofContainer: () => ({}), ofPod: () => undefined },
      nowMs: 0,
    });
    assert.equal(reason === undefined ? phase : `${phase}: ${reason}`, want);
  });
}

function observedOf(name: string, state: string): ContainerStatus {
  const part = { id: name, state, metadata: { name, attempt: 0 }, exitCode: 0, annotations: {} };
  const image = { userSpecifiedImage: "a" };
  return {
    ...part,
    image,
    imageRef: "",
    reason: "",
    message: "",
    startedAtMs: 1,
    finishedAtMs: 2,
  } as never;
}
