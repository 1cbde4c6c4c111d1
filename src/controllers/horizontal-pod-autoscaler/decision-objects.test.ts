import assert from "node:assert/strict";
import { test } from "node:test";
import { testNowMs } from "../testing.ts";
import type { DecisionRecord } from "./decision.ts";
import { DecisionLog } from "./decision-log.ts";
import { decisionObjects } from "./decision-objects.ts";

const steps = [{ replicas: 4, reason: "ScaleUpLimit", message: "faster than allowed" }];

test("a decision can be read with every number", () => {
  const log = new DecisionLog();
  log.add(recordOf("shop", "web", 0));
  const [decision] = decisionObjects(log).list("shop");
  assert.deepEqual(decision, {
    metadata: {
      name: `web.${testNowMs.toString(16)}`,
      namespace: "shop",
      creationTimestamp: "2026-01-01T12:00:00Z",
      labels: { autoscaler: "web" },
    },
    time: "2026-01-01T12:00:00Z",
    trigger: "sync",
    currentReplicas: 2,
    desiredReplicas: 4,
    outcome: "scaled",
    reason: "cpu above target",
    metrics: [
      {
        metric: "cpu",
        replicas: 8,
        arithmetic: "180% / 50% = 3.6; ceil(3.6 × 2) = 8",
        unit: "percent",
        current: "180",
        target: "50",
        ratio: 3.6,
        readyPods: 2,
        ignoredPods: ["web-3"],
      },
      { problem: "no metrics" },
    ],
    steps,
  });
});

test("decisions are listed by namespace, by autoscaler and in the order of time", () => {
  const log = new DecisionLog();
  for (const [namespace, name, seconds] of [
    ["b", "web", 0],
    ["a", "web", 5],
    ["a", "api", 3],
    ["a", "api", 9],
  ] as const) {
    log.add(recordOf(namespace, name, seconds));
  }
  const objects = decisionObjects(log);
  const show = (namespace: string) =>
    objects.list(namespace).map((one) => {
      const { metadata, time } = one as unknown as {
        readonly metadata: { readonly namespace: string; readonly labels: { autoscaler: string } };
        readonly time: string;
      };
      return `${metadata.namespace}/${metadata.labels.autoscaler} ${time.slice(17, 19)}`;
    });
  assert.deepEqual(show(""), ["a/api 03", "a/api 09", "a/web 05", "b/web 00"]);
  assert.deepEqual(show("b"), ["b/web 00"]);
  const name = `web.${testNowMs.toString(16)}`;
  assert.equal(objects.get("b", name)["outcome"], "scaled");
  assert.throws(() => objects.get("a", name), {
    message: `scalingdecisions.explain.wherry "${name}" not found`,
  });
  log.forget({ namespace: "a", name: "api" });
  assert.deepEqual(show("a"), ["a/web 05"]);
});

test("of each autoscaler an hour of looks is kept", () => {
  const log = new DecisionLog();
  for (let index = 0; index < 300; index++) log.add(recordOf("a", "web", index * 15));
  const kept = log.of({ namespace: "a", name: "web" });
  assert.equal(kept.length, 240);
  assert.equal(kept.at(-1)?.atMs, testNowMs + 299 * 15_000);
});

function recordOf(namespace: string, name: string, seconds: number): DecisionRecord {
  return {
    autoscaler: { namespace, name },
    atMs: testNowMs + seconds * 1000,
    trigger: "sync",
    currentReplicas: 2,
    desiredReplicas: 4,
    outcome: "scaled",
    reason: "cpu above target",
    metrics: [
      {
        kind: "proposed",
        metric: "cpu",
        replicas: 8,
        arithmetic: {
          unit: "percent",
          current: 180n,
          target: 50n,
          ratio: 3.6,
          tolerance: { down: 0.1, up: 0.1 },
          readyCount: 2,
          unready: [],
          missing: [],
          ignored: ["web-3"],
          assumed: undefined,
          assumedRatio: undefined,
          factor: 2,
          rule: "proportional",
          replicas: 8,
        },
      },
      { kind: "failed", why: "no metrics" },
    ],
    steps,
  };
}
