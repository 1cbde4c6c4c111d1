import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { Container, Pod } from "#api/core/v1";
import { requestsOf } from "./pod-requests.ts";

// Containers as "app=100m log=50m", sidecars with "+", plain init containers with "<"; "pod=1" is the
// pod's own request and "over=10m" its overhead. "-" requests nothing.
const cases: readonly (readonly [rule: string, pod: string, container: string, want: string])[] = [
  ["is the sum of its containers", "app=100m log=50m", "", "150"],
  ["has its sidecars in it", "app=100m mesh+=50m", "", "150"],
  ["leaves out what runs before", "app=100m init<=900m", "", "100"],
  [
    "needs every container to say",
    "app=100m log=-",
    "",
    "missing request for cpu in container log of Pod web",
  ],
  ["is that of one container where one is asked for", "app=100m log=-", "app", "100"],
  ["is that of a sidecar where that is asked for", "app=100m mesh+=50m", "mesh", "50"],
  ["needs that container", "app=100m", "log", "container log not found in Pod web"],
  [
    "needs that container to say",
    "app=100m log=-",
    "log",
    "missing request for cpu in container log of Pod web",
  ],
  ["is the pod's own where it has one", "app=100m log=- pod=1", "", "1000"],
  ["has the pod's overhead beside its own", "app=100m pod=1 over=10m", "", "1010"],
  ["of one container comes before the pod's own", "app=100m pod=1", "app", "100"],
  ["rounds up to thousandths", "app=1n log=1n", "", "2"],
];

for (const [rule, notation, container, want] of cases) {
  test(`what a pod requests ${rule}: ${notation} ${container}`, () => {
    const pod = podOf(notation);
    const requests = requestsOf([pod], "cpu", container === "" ? undefined : container);
    const shown = requests.kind === "unknown" ? requests.why : String(requests.byPod.get("web"));
    assert.equal(shown, want);
  });
}

test("a pod that requests another resource as a whole has that of its containers at their peak", () => {
  const pod = podOf("app=100m mesh+=50m init<=300m");
  const whole = { ...pod, spec: { ...pod.spec, resources: { requests: { memory: "1Gi" } } } };
  const requests = requestsOf([whole], "cpu", undefined);
  assert.deepEqual(requests, { kind: "requests", byPod: new Map([["web", 350n]]) });
  const none = { ...whole, spec: { ...whole.spec, containers: [], initContainers: [] } };
  const why = "missing pod-level request for cpu in Pod web";
  assert.deepEqual(requestsOf([none], "cpu", undefined), { kind: "unknown", why });
});

function podOf(notation: string): Live<Pod> {
  const containers: Container[] = [];
  const initContainers: Container[] = [];
  let own = {};
  let overhead = {};
  for (const word of notation.split(" ")) {
    const [, name = "", mark = "", cpu = ""] = /^(\w+)([+<]?)=(.*)$/.exec(word) ?? [];
    const requests = cpu === "-" ? {} : { cpu };
    if (name === "pod") own = { resources: { requests } };
    else if (name === "over") overhead = { overhead: requests };
    else if (mark === "") containers.push({ name, resources: { requests } });
    else {
      const always = mark === "+" ? { restartPolicy: "Always" } : {};
      initContainers.push({ name, resources: { requests }, ...always });
    }
  }
  return {
    metadata: { name: "web", uid: "web", resourceVersion: "1", creationTimestamp: "" },
    spec: { containers, initContainers, ...own, ...overhead },
    status: {},
  };
}
