import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject, JsonValue } from "#api";
import { horizontalPodAutoscalerView as view } from "./versions.ts";

const prefix = "autoscaling.alpha.kubernetes.io/";
const reference = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name: "web" };
const selector = { matchLabels: { a: "b" } };
const metric = { name: "hits", selector };

// A metric of version 2, and the same as upstream writes it into the annotation of version 1.
const metrics: readonly (readonly [name: string, second: JsonObject, first: JsonObject])[] = [
  [
    "of a resource, as an average",
    { type: "Resource", resource: { name: "cpu", target: averageOf("250m") } },
    { type: "Resource", resource: { name: "cpu", targetAverageValue: "250m" } },
  ],
  [
    "of another resource, as a percentage",
    { type: "Resource", resource: { name: "memory", target: percentOf(60) } },
    { type: "Resource", resource: { name: "memory", targetAverageUtilization: 60 } },
  ],
  [
    "of a container",
    {
      type: "ContainerResource",
      containerResource: { name: "cpu", container: "app", target: percentOf(60) },
    },
    {
      type: "ContainerResource",
      containerResource: { name: "cpu", targetAverageUtilization: 60, container: "app" },
    },
  ],
  [
    "of pods",
    { type: "Pods", pods: { metric, target: averageOf("5") } },
    { type: "Pods", pods: { metricName: "hits", selector, targetAverageValue: "5" } },
  ],
  [
    "of an object",
    {
      type: "Object",
      object: { describedObject: reference, metric, target: { type: "Value", value: "7" } },
    },
    {
      type: "Object",
      object: { target: reference, metricName: "hits", selector, targetValue: "7" },
    },
  ],
  [
    "of an object, in shares",
    { type: "Object", object: { describedObject: reference, metric, target: averageOf("7") } },
    {
      type: "Object",
      object: {
        target: reference,
        metricName: "hits",
        selector,
        targetValue: "0",
        averageValue: "7",
      },
    },
  ],
  [
    "from outside",
    { type: "External", external: { metric, target: { type: "Value", value: "7" } } },
    {
      type: "External",
      external: { metricName: "hits", metricSelector: selector, targetValue: "7" },
    },
  ],
  [
    "from outside, in shares",
    { type: "External", external: { metric, target: averageOf("7") } },
    {
      type: "External",
      external: { metricName: "hits", metricSelector: selector, targetAverageValue: "7" },
    },
  ],
];

for (const [name, second, firstShape] of metrics) {
  test(`a metric ${name} is carried in upstream's shape, and comes back`, () => {
    const stored = autoscaler({ metrics: [second] });
    const shown = view.fromStored(stored);
    assert.deepEqual(annotationOf(shown, "metrics"), [firstShape]);
    assert.deepEqual(view.toStored(shown)["spec"], stored["spec"]);
  });
}

test("the percentage of processor time has a field of its own", () => {
  const cpu = { type: "Resource", resource: { name: "cpu", target: percentOf(60) } };
  const memory = { type: "Resource", resource: { name: "memory", target: percentOf(70) } };
  const shown = view.fromStored(autoscaler({ metrics: [cpu, memory] }));
  assert.deepEqual(shown["spec"], { maxReplicas: 5, targetCPUUtilizationPercentage: 60 });
  assert.deepEqual(view.toStored(shown)["spec"], { maxReplicas: 5, metrics: [memory, cpu] });
});

test("rules are carried with capitals and nulls, and come back", () => {
  const policies = [{ type: "Pods", value: 4, periodSeconds: 15 }];
  const behavior = { scaleDown: { selectPolicy: "Max", policies, tolerance: "50m" } };
  const stored = autoscaler({ metrics: [], behavior });
  const shown = view.fromStored(stored);
  assert.deepEqual(annotationOf(shown, "behavior"), {
    ScaleUp: null,
    ScaleDown: {
      StabilizationWindowSeconds: null,
      SelectPolicy: "Max",
      Policies: [{ Type: "Pods", Value: 4, PeriodSeconds: 15 }],
      Tolerance: "50m",
    },
  });
  assert.deepEqual(view.toStored(shown)["spec"], stored["spec"]);
});

test("what was measured and the conditions are carried whole", () => {
  const current = { averageValue: "30m", averageUtilization: 60 };
  const currentMetrics = [{ type: "Resource", resource: { name: "cpu", current } }];
  const conditions = [{ type: "AbleToScale", status: "True", reason: "R", message: "m" }];
  const status = { currentReplicas: 2, currentMetrics, conditions };
  const shown = view.fromStored({ ...autoscaler({ metrics: [] }), status });
  assert.deepEqual(shown["status"], { currentReplicas: 2, currentCPUUtilizationPercentage: 60 });
  assert.deepEqual(annotationOf(shown, "current-metrics"), [
    {
      type: "Resource",
      resource: { name: "cpu", currentAverageUtilization: 60, currentAverageValue: "30m" },
    },
  ]);
  assert.deepEqual(annotationOf(shown, "conditions"), conditions);
  assert.deepEqual(view.toStored(shown)["status"], status);
});

test("annotations that are no such thing are dropped", () => {
  const annotations = { [`${prefix}metrics`]: "{", [`${prefix}behavior`]: "[1]", mine: "stays" };
  const object = {
    apiVersion: "autoscaling/v1",
    metadata: { annotations },
    spec: { maxReplicas: 5 },
  };
  const stored = view.toStored(object);
  assert.deepEqual(stored["metadata"], { annotations: { mine: "stays" } });
  assert.deepEqual(stored["spec"], { maxReplicas: 5, metrics: [] });
});

function averageOf(averageValue: string): JsonObject {
  return { type: "AverageValue", averageValue };
}

function percentOf(averageUtilization: number): JsonObject {
  return { type: "Utilization", averageUtilization };
}

function autoscaler(spec: JsonObject): JsonObject {
  return {
    apiVersion: "autoscaling/v2",
    metadata: {},
    spec: { maxReplicas: 5, ...spec },
    status: {},
  };
}

function annotationOf(object: JsonObject, name: string): JsonValue {
  const { annotations } = object["metadata"] as {
    readonly annotations: Readonly<Record<string, string>>;
  };
  return JSON.parse(annotations[prefix + name] ?? "null") as JsonValue;
}
