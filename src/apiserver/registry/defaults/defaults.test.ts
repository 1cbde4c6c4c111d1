import assert from "node:assert/strict";
import { test } from "node:test";
import type { BehaviorEntry } from "../behavior.ts";
import { otherDefaults } from "./others.ts";
import { withPodSpecDefaults } from "./pod-spec.ts";
import { workloadDefaults } from "./workloads.ts";

function applied(kind: string, object: object): object {
  const entries: readonly BehaviorEntry[] = [...workloadDefaults, ...otherDefaults];
  const entry = entries.find((candidate) => candidate.kind.kind === kind);
  const apply = entry?.behavior.applyDefaults;
  assert.ok(apply);
  const once = apply(object as never);
  assert.deepEqual(apply(once), once, "defaults are idempotent");
  return once;
}

test("a pod gets what its author left open, and keeps what was said", () => {
  const spec = withPodSpecDefaults({
    containers: [{ name: "a", image: "nginx:1.29", ports: [{ containerPort: 80 }] }],
    restartPolicy: "Never",
  });
  assert.deepEqual(spec, {
    containers: [
      {
        name: "a",
        image: "nginx:1.29",
        ports: [{ containerPort: 80, protocol: "TCP" }],
        terminationMessagePath: "/dev/termination-log",
        terminationMessagePolicy: "File",
        imagePullPolicy: "IfNotPresent",
        resources: {},
      },
    ],
    restartPolicy: "Never",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    schedulerName: "default-scheduler",
    enableServiceLinks: true,
    securityContext: {},
  });
});

const pullPolicies: readonly (readonly [string, string])[] = [
  ["nginx", "Always"],
  ["nginx:latest", "Always"],
  ["nginx:1.29", "IfNotPresent"],
  ["localhost:5000/nginx", "Always"],
  ["localhost:5000/nginx:1", "IfNotPresent"],
  ["nginx@sha256:0123", "IfNotPresent"],
];

for (const [image, policy] of pullPolicies) {
  test(`the pull policy of ${image} is ${policy}`, () => {
    const spec = withPodSpecDefaults({ containers: [{ name: "a", image }] });
    assert.equal(spec.containers[0]?.imagePullPolicy, policy);
  });
}

test("a Deployment rolls by quarters, a Recreate one does not roll", () => {
  const spec = { selector: {}, template: {} };
  assert.deepEqual(applied("Deployment", { spec }), {
    spec: {
      selector: {},
      template: {},
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: {
        type: "RollingUpdate",
        rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" },
      },
    },
  });
  assert.deepEqual(applied("Deployment", { spec: { ...spec, strategy: { type: "Recreate" } } }), {
    spec: {
      ...spec,
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: "Recreate" },
    },
  });
});

test("a Service's target port is its port unless another is said", () => {
  const ports = [{ port: 80 }, { port: 81, targetPort: "web" }];
  assert.deepEqual(applied("Service", { spec: { ports } }), {
    spec: {
      type: "ClusterIP",
      sessionAffinity: "None",
      internalTrafficPolicy: "Cluster",
      ports: [
        { port: 80, protocol: "TCP", targetPort: 80 },
        { port: 81, protocol: "TCP", targetPort: "web" },
      ],
    },
  });
});
