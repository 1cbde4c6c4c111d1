import assert from "node:assert/strict";
import { test } from "node:test";
import { applyStrategicMergePatch } from "#api";
import { pod, type PodStatus } from "#api/core/v1";
import { statusPatch } from "./status.ts";

test("the patch of a status leaves nothing of the one before", () => {
  const before: PodStatus = {
    phase: "Pending",
    reason: "Evicted",
    conditions: [
      { type: "Ready", status: "False", reason: "ContainersNotReady", message: "unready" },
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
