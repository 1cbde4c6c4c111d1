import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResourceRequirements } from "#api/core/v1";
import { containerStatusOf } from "../testing.ts";
import { planResize } from "./plan-resize.ts";
import { formatResources, parseResources } from "./resources-text.ts";

// What is set aside and what is in effect, as the text of resources; the resize policy.
const cases: readonly (readonly [rule: string, allocated: string, now: string, want: string])[] = [
  ["nothing is due where both are the same", "requests.cpu=1", "requests.cpu=1000m", ""],
  ["a size changes while the container runs", "limits.cpu=2", "limits.cpu=1", "update"],
  ["requests are part of the size", "requests.memory=2Gi", "requests.memory=1Gi", "update"],
  ["a limit may be new", "limits.memory=2Gi", "", "update"],
  ["memory may want a restart", "restart memory limits.memory=2Gi", "limits.memory=1Gi", "restart"],
  ["and only memory", "restart memory limits.cpu=2", "limits.cpu=1", "update"],
  ["what else a container has cannot change", "requests.gpu=2", "requests.gpu=1", ""],
];

for (const [rule, allocated, now, want] of cases) {
  test(`planning a resize: ${rule}`, () => {
    const [, restarting, text = ""] = /^(?:restart (\w+) )?(.*)$/.exec(allocated) ?? [];
    const resizePolicy =
      restarting === undefined
        ? []
        : [{ resourceName: restarting, restartPolicy: "RestartContainer" }];
    assert.equal(planned(parseResources(text), parseResources(now), "running", resizePolicy), want);
  });
}

test("planning a resize: what does not run gets its size when it starts", () => {
  assert.equal(planned(parseResources("limits.cpu=2"), {}, "exited", []), "");
});

test("resources are a line of text, and back", () => {
  const resources = { requests: { cpu: "100m", "x.io/gpu": "1" }, limits: { memory: "1Gi" } };
  assert.equal(
    formatResources(resources),
    "requests.cpu=100m requests.x.io/gpu=1 limits.memory=1Gi",
  );
  assert.deepEqual(parseResources(formatResources(resources)), resources);
  assert.deepEqual(parseResources(""), {});
});

function planned(
  resources: ResourceRequirements,
  now: ResourceRequirements,
  state: "running" | "exited",
  resizePolicy: readonly { readonly resourceName: string; readonly restartPolicy: string }[],
): string {
  const pod = {
    metadata: { name: "web", uid: "web", resourceVersion: "1", creationTimestamp: "" },
    spec: { containers: [{ name: "app", resources, resizePolicy }] },
    status: {},
  };
  const containers = new Map([["app", [containerStatusOf({ id: "id", state })]]]);
  const inEffect = { ofContainer: () => now, ofPod: () => undefined };
  const { restarts, updates } = planResize(pod, { sandboxes: [], containers }, inEffect);
  if (restarts.size > 0) return "restart";
  return updates.length > 0 ? "update" : "";
}
