import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { HorizontalPodAutoscaler, MetricSpec, MetricStatus } from "#api/autoscaling/v2";
import type { ScalingDecision } from "#api/explain/v1";
import { autoscalerViews, decisionViews } from "./autoscaler-views.ts";

const stored = { uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" };
const cpu: MetricSpec = {
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } },
};
const busy: MetricStatus = {
  type: "Resource",
  resource: { name: "cpu", current: { averageUtilization: 90, averageValue: "90m" } },
};
const queue: MetricSpec = {
  type: "External",
  external: { metric: { name: "queue" }, target: { type: "Value", value: "30" } },
};
const memory: MetricSpec = {
  type: "ContainerResource",
  containerResource: {
    name: "memory",
    container: "app",
    target: { type: "AverageValue", averageValue: "20Mi" },
  },
};

// Each row: a metric, what was measured, and how that is shown.
const metrics: readonly (readonly [MetricSpec, MetricStatus | undefined, want: string])[] = [
  [cpu, busy, "cpu 90%/50%"],
  [cpu, undefined, "cpu /50%"],
  // What was measured belongs to another metric: the autoscaler has not seen this one yet.
  [queue, busy, "queue /30"],
  [
    queue,
    { type: "External", external: { metric: { name: "queue" }, current: { value: "12" } } },
    "queue 12/30",
  ],
  [memory, undefined, "memory of app /20Mi"],
];

for (const [wanted, measured, want] of metrics) {
  test(`a metric is shown as ${want}`, () => {
    const [view] = autoscalerViews([
      autoscalerOf([wanted], measured === undefined ? [] : [measured]),
    ]);
    const [metric] = view?.metrics ?? [];
    assert.equal(`${metric?.name} ${metric?.current}/${metric?.target}`, want);
  });
}

test("only conditions that hinder are told", () => {
  const [view] = autoscalerViews([autoscalerOf([cpu], [busy])]);
  const reasons = view?.conditions.map(({ reason }) => reason);
  assert.deepEqual(reasons, ["FailedGetResourceMetric", "TooManyReplicas"]);
});

test("a decision is shown with its arithmetic and what was made of that; others' are left out", () => {
  const views = decisionViews([decisionOf("web"), decisionOf("other")], "web");
  assert.deepEqual(views, [
    {
      time: "2026-01-01T00:00:00Z",
      outcome: "scaled",
      reason: "cpu above target",
      currentReplicas: 1,
      desiredReplicas: 2,
      metrics: [
        {
          metric: "cpu",
          arithmetic: "ceil(1.8 × 1) = 2",
          unit: "amount",
          current: 0.09,
          target: 0.05,
        },
        { metric: "", arithmetic: "no such metric", unit: "", current: null, target: null },
      ],
      steps: ["2: within bounds"],
    },
  ]);
});

function autoscalerOf(
  wanted: readonly MetricSpec[],
  measured: readonly MetricStatus[],
): Live<HorizontalPodAutoscaler> {
  const conditions = [
    { type: "AbleToScale", status: "True", reason: "ReadyForNewScale" },
    { type: "ScalingActive", status: "False", reason: "FailedGetResourceMetric" },
    { type: "ScalingLimited", status: "True", reason: "TooManyReplicas" },
  ];
  const scaleTargetRef = { kind: "Deployment", name: "web" };
  return {
    metadata: { ...stored, namespace: "default", name: "web" },
    spec: { scaleTargetRef, maxReplicas: 3, metrics: wanted },
    status: { desiredReplicas: 1, currentMetrics: measured, conditions },
  };
}

function decisionOf(autoscaler: string): Live<ScalingDecision> {
  const metadata = { ...stored, name: `${autoscaler}.1`, labels: { autoscaler } };
  return {
    metadata,
    time: stored.creationTimestamp,
    trigger: "sync",
    currentReplicas: 1,
    desiredReplicas: 2,
    outcome: "scaled",
    reason: "cpu above target",
    metrics: [
      {
        metric: "cpu",
        arithmetic: "ceil(1.8 × 1) = 2",
        unit: "amount",
        current: "90m",
        target: "50m",
        readyPods: 1,
      },
      { problem: "no such metric" },
    ],
    steps: [{ replicas: 2, reason: "DesiredWithinRange", message: "within bounds" }],
  };
}
