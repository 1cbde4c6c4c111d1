import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { MetricSpec } from "#api/autoscaling/v2";
import type { Pod } from "#api/core/v1";
import { ago, testNowMs } from "../testing.ts";
import { type EvaluatedTarget, evaluateMetric } from "./evaluate.ts";
import type { Measurement } from "./measure.ts";
import type { Measured, PodReadings } from "./metrics-source.ts";
import { autoscalerDefaults } from "./options.ts";

const selector = { matchLabels: { q: "a" } };
const metric = { name: "hits", selector };
const described = { kind: "Ingress", name: "web", apiVersion: "networking.k8s.io/v1" };
const cpu = { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } };
const memory = { name: "memory", target: { type: "AverageValue", averageValue: "16Mi" } };
const value = { type: "Value", value: "10" };
const average = { type: "AverageValue", averageValue: "10" };
const goSelector =
  "&LabelSelector{MatchLabels:map[string]string{q: a,},MatchExpressions:[]LabelSelectorRequirement{},}";

// Two pods request 100m and 32Mi each. What is measured is written as "pods 60 60" thousandths,
// "object 30" or "external 10 20" whole ones.
const proposals: readonly (readonly [
  spec: MetricSpec,
  measured: string,
  name: string,
  replicas: number,
  current: object,
])[] = [
  [
    { type: "Resource", resource: cpu },
    "pods 80 60",
    "cpu resource utilization (percentage of request)",
    3,
    { averageUtilization: 70, averageValue: "70m" },
  ],
  [
    { type: "Resource", resource: memory },
    "pods 33554432000 16777216000",
    "memory resource",
    3,
    { averageValue: "24Mi" },
  ],
  [
    { type: "ContainerResource", containerResource: { ...cpu, container: "app" } },
    "pods 80 60",
    "cpu container resource utilization (percentage of request)",
    3,
    { averageUtilization: 70, averageValue: "70m" },
  ],
  [
    { type: "Pods", pods: { metric, target: average } },
    "pods 20000 10500",
    "pods metric hits",
    4,
    { averageValue: "15250m" },
  ],
  [
    { type: "Object", object: { describedObject: described, metric, target: value } },
    "object 25",
    "Ingress metric hits",
    5,
    { value: "25" },
  ],
  [
    { type: "Object", object: { describedObject: described, metric, target: average } },
    "object 25",
    `external metric hits(${goSelector})`,
    3,
    { averageValue: "12500m" },
  ],
  [
    { type: "External", external: { metric, target: value } },
    "external 10 15",
    `external metric hits(${goSelector})`,
    5,
    { value: "25" },
  ],
  [
    { type: "External", external: { metric: { name: "hits" }, target: average } },
    "external 10 15",
    "external metric hits(nil)",
    3,
    { averageValue: "12500m" },
  ],
];

for (const [spec, measured, name, replicas, current] of proposals) {
  test(`a metric of type ${spec.type} with [${measured}] asks for ${replicas}: ${name}`, () => {
    const outcome = evaluateMetric(spec, measurementOf(measured), facts);
    assert.ok(outcome.kind === "proposed");
    assert.equal(outcome.metric, name);
    assert.equal(outcome.replicas, replicas);
    const { type, ...parts } = outcome.status;
    const [part] = Object.values(parts);
    assert.equal(type, spec.type);
    assert.deepEqual(part?.current, current);
  });
}

// What is said alone, and what is said when no metric can be used.
const failures: readonly (readonly [
  spec: MetricSpec,
  reason: string,
  why: string,
  chain: string,
])[] = [
  [
    { type: "Resource", resource: cpu },
    "FailedGetResourceMetric",
    "failed to get cpu utilization: unable to get metrics for resource cpu: down",
    "failed to get cpu resource metric value: ",
  ],
  [
    { type: "Resource", resource: memory },
    "FailedGetResourceMetric",
    "failed to get memory usage: unable to get metrics for resource memory: down",
    "failed to get memory resource metric value: ",
  ],
  [
    { type: "Resource", resource: { name: "cpu", target: { type: "Value", value: "1" } } },
    "FailedGetResourceMetric",
    "invalid resource metric source: neither an average utilization target nor an average value (usage) target was set",
    "failed to get cpu resource metric value: ",
  ],
  [
    { type: "ContainerResource", containerResource: { ...cpu, container: "app" } },
    "FailedGetContainerResourceMetric",
    "failed to get cpu utilization: unable to get metrics for resource cpu: down",
    "failed to get app container metric value: ",
  ],
  [
    { type: "Pods", pods: { metric, target: average } },
    "FailedGetPodsMetric",
    "unable to get metric hits: down",
    "failed to get pods metric value: ",
  ],
  [
    { type: "Object", object: { describedObject: described, metric, target: value } },
    "FailedGetObjectMetric",
    "unable to get metric hits: down on Ingress shop/web",
    "failed to get object metric value: ",
  ],
  [
    { type: "Object", object: { describedObject: described, metric, target: average } },
    "FailedGetObjectMetric",
    "unable to get metric hits: down on Ingress shop/web",
    "failed to get object metric value: failed to get hits object metric: ",
  ],
  [
    { type: "Object", object: { describedObject: described, metric, target: { type: "Value" } } },
    "FailedGetObjectMetric",
    "invalid object metric source: neither a value target nor an average value target was set",
    "failed to get object metric value: ",
  ],
  [
    { type: "External", external: { metric, target: value } },
    "FailedGetExternalMetric",
    `unable to get external metric shop/hits/${goSelector}: down`,
    "failed to get hits external metric value: failed to get external metric hits: ",
  ],
  [
    { type: "External", external: { metric, target: average } },
    "FailedGetExternalMetric",
    `unable to get external metric shop/hits/${goSelector}: down`,
    "failed to get hits external metric value: failed to get hits external metric: ",
  ],
  [{ type: "Moon" }, "InvalidMetricSourceType", 'unknown metric source type "Moon"', ""],
];

for (const [spec, reason, why, chain] of failures) {
  test(`a metric of type ${spec.type} that cannot be had is ${reason}: ${why}`, () => {
    const outcome = evaluateMetric(spec, unavailable(spec.type), facts);
    assert.deepEqual(outcome, { kind: "failed", reason, why, chain: chain + why });
  });
}

function unavailable(type: string): Measurement {
  const nothing = { kind: "unavailable", why: "down" } as const;
  if (type === "Object") return { of: "object", value: nothing };
  if (type === "External") return { of: "external", values: nothing };
  return { of: "pods", readings: nothing };
}

function measurementOf(notation: string): Measurement {
  const [of, ...amounts] = notation.split(" ");
  const units = amounts.map((amount) => BigInt(amount) * 1000n);
  if (of === "object") return { of, value: { kind: "measured", value: units[0] ?? 0n } };
  if (of === "external") return { of, values: { kind: "measured", value: units } };
  const readings: Measured<PodReadings> = {
    kind: "measured",
    value: new Map(
      amounts.map((amount, index) => {
        const reading = { atMs: testNowMs, windowMs: 15_000, millis: BigInt(amount) };
        return [`p${index}`, reading] as const;
      }),
    ),
  };
  return { of: "pods", readings };
}

const facts: EvaluatedTarget = {
  namespace: "shop",
  specReplicas: 2,
  statusReplicas: 2,
  pods: [podOf("p0"), podOf("p1")],
  tolerance: { down: 0.1, up: 0.1 },
  nowMs: testNowMs,
  options: autoscalerDefaults,
};

function podOf(name: string): Live<Pod> {
  const requests = { cpu: "100m", memory: "32Mi" };
  return {
    metadata: { name, uid: name, resourceVersion: "1", creationTimestamp: ago(900) },
    spec: { containers: [{ name: "app", resources: { requests } }] },
    status: {
      phase: "Running",
      startTime: ago(900),
      conditions: [{ type: "Ready", status: "True", lastTransitionTime: ago(890) }],
    },
  };
}
