import assert from "node:assert/strict";
import { test } from "node:test";
import { type JsonValue, StatusError } from "#api";
import { type Client, createClient } from "#client";
import { apiMetrics } from "./api-metrics.ts";
import type { Measured, PodReadings } from "./metrics-source.ts";

const { signal } = new AbortController();
const timestamp = "2026-01-01T12:00:00Z";
const atMs = Date.parse(timestamp);

// A pod's containers and what each uses: "app 100m 64Mi".
const usage: readonly (readonly [string, string, string, string | undefined, string])[] = [
  ["the sum of its containers", "web: app 100m 64Mi, log 50m 8Mi", "cpu", undefined, "web 150"],
  ["only the container asked for", "web: app 100m 64Mi, log 50m 8Mi", "cpu", "log", "web 50"],
  ["nothing without that container", "web: app 100m 64Mi", "cpu", "log", ""],
  ["nothing when one container is unknown", "web: app 100m 64Mi, log - 8Mi", "cpu", undefined, ""],
  ["less than a thousandth as one", "web: app 1n 64Mi", "cpu", undefined, "web 1"],
  ["memory in thousandths of bytes", "web: app 1m 1Ki", "memory", undefined, "web 1024000"],
  ["a pod of no containers as unknown", "web:", "cpu", undefined, ""],
];

for (const [rule, pod, resource, container, want] of usage) {
  test(`a pod's ${resource} is ${rule}`, async () => {
    const { metrics, asked } = answering({ metadata: {}, items: [podMetricsOf(pod)] });
    const question = { namespace: "default", pods: "app=web", resource, container };
    assert.equal(showReadings(await metrics.readResource(question, signal)), want);
    const at = "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods";
    assert.deepEqual(asked, [`${at}?labelSelector=app%3Dweb&limit=500`]);
  });
}

test("a custom metric of pods is asked for by both selectors", async () => {
  const item = { describedObject: { name: "web" }, timestamp, windowSeconds: 30, value: "1500m" };
  const { metrics, asked } = answering({
    metadata: {},
    items: [item, { ...item, windowSeconds: undefined }],
  });
  const question = { namespace: "n", pods: "app=web", metric: "hits", series: "code=200" };
  const answer = await metrics.readPodsMetric(question, signal);
  assert.deepEqual(answer, {
    kind: "measured",
    value: new Map([["web", { atMs, windowMs: 60_000, millis: 1500n }]]),
  });
  const path = "/apis/custom.metrics.k8s.io/v1beta2/namespaces/n/pods/*/hits";
  assert.deepEqual(asked, [`${path}?labelSelector=app%3Dweb&metricLabelSelector=code%3D200`]);
});

const objects: readonly (readonly [string, string, string, string])[] = [
  ["v1", "Service", "web", "services/web/hits"],
  ["apps/v1", "Deployment", "web", "deployments.apps/web/hits"],
  ["networking.k8s.io/v1", "Ingress", "web", "ingresses.networking.k8s.io/web/hits"],
  ["v1", "Namespace", "other", "metrics/hits"],
];

for (const [apiVersion, kind, name, path] of objects) {
  test(`a metric of a ${kind} is at ${path}`, async () => {
    const { metrics, asked } = answering({ metadata: {}, items: [{ value: "7" }] });
    const question = { namespace: "n", object: { apiVersion, kind, name }, metric: "hits" };
    const answer = await metrics.readObjectMetric({ ...question, series: "" }, signal);
    assert.deepEqual(answer, { kind: "measured", value: 7000n });
    assert.deepEqual(asked, [`/apis/custom.metrics.k8s.io/v1beta2/namespaces/n/${path}`]);
  });
}

test("an external metric is all its series", async () => {
  const { metrics, asked } = answering({
    metadata: {},
    items: [{ value: "1" }, { value: "250m" }],
  });
  const question = { namespace: "n", metric: "queue", series: "q=a" };
  const answer = await metrics.readExternalMetric(question, signal);
  assert.deepEqual(answer, { kind: "measured", value: [1000n, 250n] });
  const path = "/apis/external.metrics.k8s.io/v1beta1/namespaces/n/queue";
  assert.deepEqual(asked, [`${path}?labelSelector=q%3Da`]);
});

const unserved = new StatusError("NotFound", "the server could not find the requested resource");
const down = new StatusError("ServiceUnavailable", "the server is currently unable");
const failures: readonly (readonly [
  string,
  "resource" | "custom" | "external",
  unknown,
  string,
])[] = [
  ["nothing to tell", "resource", undefined, "no metrics returned from resource metrics API"],
  ["nothing to tell", "custom", undefined, "no metrics returned from custom metrics API"],
  ["nothing to tell", "external", undefined, "no metrics returned from external metrics API"],
  [
    "nobody to ask",
    "custom",
    unserved,
    "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered",
  ],
  [
    "nobody to answer",
    "resource",
    down,
    "unable to fetch metrics from resource metrics API: the server is currently unable",
  ],
];

for (const [what, api, error, why] of failures) {
  test(`${api} metrics with ${what} say so`, async () => {
    const { metrics } = answering(error instanceof Error ? error : { metadata: {}, items: [] });
    const question = { namespace: "n", pods: "a=b", metric: "m", series: "" };
    const answer = await {
      resource: () =>
        metrics.readResource({ ...question, resource: "cpu", container: undefined }, signal),
      custom: () => metrics.readPodsMetric(question, signal),
      external: () => metrics.readExternalMetric(question, signal),
    }[api]();
    assert.deepEqual(answer, { kind: "unavailable", why });
  });
}

/** A server that has one answer to everything, and what it was asked. */
function answering(answer: JsonValue | Error) {
  const asked: string[] = [];
  const client: Client = createClient({
    send: async ({ target }) => {
      asked.push(target);
      if (answer instanceof Error) throw answer;
      return { status: 200, headers: {}, body: new TextEncoder().encode(JSON.stringify(answer)) };
    },
    upgrade: () => Promise.reject(new Error("not in this test")),
  });
  return { metrics: apiMetrics(client), asked };
}

function podMetricsOf(notation: string): JsonValue {
  const [name = "", list = ""] = notation.split(":");
  const containers = list.split(",").filter((text) => text.trim() !== "");
  return {
    metadata: { name },
    timestamp,
    window: "15s",
    containers: containers.map((text) => {
      const [container = "", cpu = "", memory = ""] = text.trim().split(" ");
      return { name: container, usage: { ...(cpu === "-" ? {} : { cpu }), memory } };
    }),
  };
}

function showReadings(answer: Measured<PodReadings>): string {
  if (answer.kind === "unavailable") return answer.why;
  return [...answer.value].map(([name, { millis }]) => `${name} ${millis}`).join(", ");
}
