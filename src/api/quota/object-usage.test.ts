import assert from "node:assert/strict";
import { test } from "node:test";
import { deployment } from "../apps/v1/index.ts";
import { configMap, persistentVolumeClaim, type Pod, pod, service } from "../core/v1/index.ts";
import { type AnyKind, asJsonObject } from "../schema/schema.ts";
import { usageOfObject } from "./object-usage.ts";
import { unspecifiedAmounts } from "./pod-amounts.ts";
import { quotaCovers } from "./scopes.ts";
import { formatUsage } from "./usage.ts";

const nowMs = Date.parse("2026-01-01T00:01:00Z");
type Amounts = Readonly<Record<string, string>>;
const both = (requests: Amounts, limits: Amounts = {}) => ({ resources: { requests, limits } });
const one = { name: "a", ...both({ cpu: "1", memory: "1Gi" }, { cpu: "2" }) };
const two = { name: "b", ...both({ cpu: "500m" }) };
const big = { name: "init", ...both({ cpu: "2" }) };
const sidecar = { name: "side", restartPolicy: "Always", ...both({ cpu: "250m" }) };
const anApp = { metadata: { name: "x" }, spec: { containers: [{ name: "a" }] } };
const claimOf = (status: object) => ({
  spec: { storageClassName: "fast", resources: { requests: { storage: "1Gi" } } },
  status,
});

const cases: readonly (readonly [rule: string, kind: AnyKind, object: object, want: string])[] = [
  ["objects are counted", deployment, {}, "count/deployments.apps=1"],
  ["some by their plain name as well", configMap, {}, "configmaps=1 count/configmaps=1"],
  [
    "pods use what their containers request, under both names",
    pod,
    { spec: { containers: [one, two] } },
    "count/pods=1 cpu=1500m limits.cpu=2 memory=1Gi pods=1 requests.cpu=1500m requests.memory=1Gi",
  ],
  [
    "an init container that needs more decides",
    pod,
    { spec: { containers: [two], initContainers: [big] } },
    "count/pods=1 cpu=2 pods=1 requests.cpu=2",
  ],
  [
    "sidecars run beside the containers, and beside later init containers",
    pod,
    { spec: { containers: [two], initContainers: [sidecar, big] } },
    "count/pods=1 cpu=2250m pods=1 requests.cpu=2250m",
  ],
  [
    "the runtime class's overhead is used as well",
    pod,
    { spec: { containers: [two], overhead: { cpu: "100m" } } },
    "count/pods=1 cpu=600m pods=1 requests.cpu=600m",
  ],
  [
    "what the pod states as a whole stands",
    pod,
    { spec: { containers: [two], ...both({ cpu: "3" }) } },
    "count/pods=1 cpu=3 pods=1 requests.cpu=3",
  ],
  [
    "extended resources are requested only",
    pod,
    { spec: { containers: [{ name: "a", ...both({ "x.io/gpu": "2" }, { "x.io/gpu": "2" }) }] } },
    "count/pods=1 pods=1 requests.x.io/gpu=2",
  ],
  [
    "huge pages have two names",
    pod,
    { spec: { containers: [{ name: "a", ...both({ "hugepages-2Mi": "4Mi" }) }] } },
    "count/pods=1 hugepages-2Mi=4Mi pods=1 requests.hugepages-2Mi=4Mi",
  ],
  [
    "a pod that is over is only counted",
    pod,
    { ...anApp, status: { phase: "Failed" } },
    "count/pods=1",
  ],
  [
    "so is one whose grace period is over",
    pod,
    {
      ...anApp,
      metadata: { deletionTimestamp: "2026-01-01T00:00:00Z", deletionGracePeriodSeconds: 30 },
    },
    "count/pods=1",
  ],
  [
    "one that still may end well is not",
    pod,
    {
      ...anApp,
      metadata: { deletionTimestamp: "2026-01-01T00:00:50Z", deletionGracePeriodSeconds: 30 },
    },
    "count/pods=1 pods=1",
  ],
  ["services are counted", service, { spec: {} }, "count/services=1 services=1"],
  [
    "node ports by the port",
    service,
    { spec: { type: "NodePort", ports: [{ port: 1 }, { port: 2 }] } },
    "count/services=1 services=1 services.nodeports=2",
  ],
  [
    "load balancers have them too",
    service,
    { spec: { type: "LoadBalancer", ports: [{ port: 1 }] } },
    "count/services=1 services=1 services.loadbalancers=1 services.nodeports=1",
  ],
  [
    "unless they want none",
    service,
    {
      spec: {
        type: "LoadBalancer",
        allocateLoadBalancerNodePorts: false,
        ports: [{ port: 1 }, { port: 2, nodePort: 30_000 }],
      },
    },
    "count/services=1 services=1 services.loadbalancers=1 services.nodeports=1",
  ],
  [
    "claims use room, of their class as well",
    persistentVolumeClaim,
    claimOf({}),
    "count/persistentvolumeclaims=1 fast.storageclass.storage.k8s.io/persistentvolumeclaims=1 fast.storageclass.storage.k8s.io/requests.storage=1Gi persistentvolumeclaims=1 requests.storage=1Gi",
  ],
  [
    "room that was given is used though less is wanted now",
    persistentVolumeClaim,
    { ...claimOf({ allocatedResources: { storage: "2Gi" } }), spec: claimOf({}).spec },
    "count/persistentvolumeclaims=1 fast.storageclass.storage.k8s.io/persistentvolumeclaims=1 fast.storageclass.storage.k8s.io/requests.storage=2Gi persistentvolumeclaims=1 requests.storage=2Gi",
  ],
];
for (const [rule, kind, object, want] of cases) {
  test(`usage: ${rule}`, () => {
    const usage = formatUsage(usageOfObject(kind, asJsonObject(object), nowMs));
    const names = Object.keys(usage).sort();
    assert.equal(names.map((name) => `${name}=${usage[name]}`).join(" "), want);
  });
}

const away = { labelSelector: {}, topologyKey: "zone", namespaces: ["other"] };
const neighbourly = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [away] } };

// Scopes, or `PriorityClass operator values`; a pod's spec beside its containers.
const scopes: readonly (readonly [scope: string, spec: object, isCovered: boolean])[] = [
  ["Terminating", { activeDeadlineSeconds: 5 }, true],
  ["Terminating", {}, false],
  ["NotTerminating", {}, true],
  ["BestEffort", {}, true],
  ["NotBestEffort", {}, false],
  ["NotBestEffort", { containers: [one] }, true],
  ["BestEffort,Terminating", {}, false],
  ["PriorityClass", { priorityClassName: "high" }, true],
  ["PriorityClass", {}, false],
  ["PriorityClass In low,high", { priorityClassName: "high" }, true],
  ["PriorityClass In low", { priorityClassName: "high" }, false],
  ["PriorityClass NotIn low", {}, true],
  ["PriorityClass DoesNotExist", {}, true],
  ["CrossNamespacePodAffinity", { affinity: neighbourly }, true],
  ["CrossNamespacePodAffinity", {}, false],
];
for (const [scope, more, isCovered] of scopes) {
  test(`scope ${scope} of ${JSON.stringify(more)}: ${isCovered}`, () => {
    const [scopeName = "", operator, values = ""] = scope.split(" ");
    const requirement = { scopeName, operator: operator ?? "", values: values.split(",") };
    const spec =
      operator === undefined
        ? { scopes: scope.split(",") }
        : { scopeSelector: { matchExpressions: [requirement] } };
    const object = { spec: { containers: [{ name: "a" }], ...more } };
    assert.equal(quotaCovers(spec, pod, asJsonObject(object)), isCovered);
  });
}

test("a quota with scopes counts pods only, one without counts everything", () => {
  assert.equal(quotaCovers({ scopes: ["BestEffort"] }, service, {}), false);
  assert.equal(quotaCovers({}, service, {}), true);
});

test("every container has to state what a quota of processor or memory counts", () => {
  const wanted: Pod = { spec: { containers: [one, two], initContainers: [{ name: "init" }] } };
  assert.equal(
    unspecifiedAmounts(wanted, ["pods", "memory", "limits.cpu", "requests.storage"]),
    "limits.cpu for: b,init; memory for: b,init",
  );
  assert.equal(unspecifiedAmounts(wanted, ["pods"]), "");
});
