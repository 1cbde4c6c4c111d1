import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTime, type Live, StatusError } from "#api";
import { deployment, replicaSet, statefulSet } from "#api/apps/v1";
import {
  type HorizontalPodAutoscaler,
  horizontalPodAutoscaler as autoscalerKind,
  type HorizontalPodAutoscalerSpec,
  type MetricSpec,
} from "#api/autoscaling/v2";
import { replicationController } from "#api/core/v1";
import { podMetrics } from "#api/metrics/v1beta1";
import { type ComputedGroup, computedGroupOf } from "#apiserver";
import { explainDecision } from "#controllers";
import { type ControlPlane, noFigures, withControlPlane } from "./control-plane.ts";

const key = { namespace: "default", name: "web" };
const labels = { app: "web" };
const requests = { cpu: "100m", memory: "64Mi" };

test("a Deployment grows by the formula, as fast as allowed, and shrinks after five minutes", () =>
  withLoad(async (plane, load) => {
    await createWeb(plane, 1);
    await load.play(10_000);
    await createAutoscaler(plane, { metrics: [cpuAt(50)] });
    assert.equal(await replicasOf(plane), 1);
    load.cpuMillis = 300;
    await load.play(15_000);
    assert.equal(await replicasOf(plane), 4, "ceil(1 × 300 / 50) = 6, but at most 4 at first");
    await load.play(15_000);
    assert.equal(await replicasOf(plane), 6, "ceil(4 × 75 / 50) = 6");
    load.cpuMillis = 6;
    await load.play(290_000);
    assert.equal(await replicasOf(plane), 6);
    await load.play(30_000);
    assert.equal(await replicasOf(plane), 1);
    const above = "cpu resource utilization (percentage of request) above target";
    assert.deepEqual(await eventsOf(plane, "SuccessfulRescale"), [
      `New size: 4; reason: ${above}`,
      `New size: 6; reason: ${above}`,
      "New size: 1; reason: All metrics below target",
    ]);
    const { status } = await autoscalerOf(plane);
    assert.deepEqual(conditionsOf(status), [
      "AbleToScale True SucceededRescale: the HPA controller was able to update the target scale to 1",
      `ScalingActive True ValidMetricFound: the HPA was able to successfully calculate a replica count from ${above.slice(0, -13)}`,
      "ScalingLimited False DesiredWithinRange: the desired count is within the acceptable range",
    ]);
    const scaled = plane.decisions.of(key).filter(({ outcome }) => outcome === "scaled");
    assert.deepEqual(
      scaled.map((record) => explainDecision(record)[1]),
      [
        "cpu resource utilization (percentage of request): 300% / 50% = 6; ceil(6 × 1) = 6",
        "cpu resource utilization (percentage of request): 75% / 50% = 1.5; ceil(1.5 × 4) = 6",
        "cpu resource utilization (percentage of request): 1% / 50% = 0.02; ceil(0.02 × 6) = 1",
      ],
    );
  }));

test("what does not change is not written again", () =>
  withLoad(async (plane, load) => {
    await createWeb(plane, 1);
    await load.play(10_000);
    await createAutoscaler(plane, { metrics: [cpuAt(50)] });
    await load.play(20_000);
    const { resourceVersion } = (await autoscalerOf(plane)).metadata;
    await load.play(60_000);
    assert.equal((await autoscalerOf(plane)).metadata.resourceVersion, resourceVersion);
    await plane.client.of(deployment).patch(key, sized(0), {}, plane.signal);
    await load.play(20_000);
    const stopped = await autoscalerOf(plane);
    assert.equal(
      conditionsOf(stopped.status)[1],
      "ScalingActive False ScalingDisabled: scaling is disabled since the replica count of the target is zero",
    );
    await load.play(60_000);
    const { metadata } = await autoscalerOf(plane);
    assert.equal(metadata.resourceVersion, stopped.metadata.resourceVersion);
  }));

for (const kind of ["ReplicaSet", "StatefulSet", "ReplicationController"] as const) {
  test(`a ${kind} is scaled as a Deployment is`, () =>
    withLoad(async (plane, load) => {
      const { read, apiVersion } = await createOther(plane, kind);
      await load.play(10_000);
      load.cpuMillis = 120;
      const scaleTargetRef = { apiVersion, kind, name: "web" };
      await createAutoscaler(plane, { scaleTargetRef, metrics: [cpuAt(50)] });
      assert.equal(await read(), 3);
    }));
}

const bad: readonly (readonly [
  what: string,
  prepare: (plane: ControlPlane, load: Load) => Promise<void>,
  condition: string,
  events: readonly string[],
])[] = [
  [
    "no figures",
    async (plane, load) => {
      load.cpuMillis = undefined;
      await createAutoscaler(plane, { metrics: [cpuAt(50)] });
    },
    "ScalingActive False FailedGetResourceMetric: the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API",
    [
      "FailedGetResourceMetric: failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API",
      "FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API",
    ],
  ],
  [
    "a resource that its pods do not request",
    (plane) => createAutoscaler(plane, { metrics: [useOf("ephemeral-storage", 50)] }),
    "ScalingActive False FailedGetResourceMetric: the HPA was unable to compute the replica count: failed to get ephemeral-storage utilization: did not receive metrics for targeted pods (pods might be unready)",
    [
      "FailedGetResourceMetric: failed to get ephemeral-storage utilization: did not receive metrics for targeted pods (pods might be unready)",
      "FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get ephemeral-storage resource metric value: failed to get ephemeral-storage utilization: did not receive metrics for targeted pods (pods might be unready)",
    ],
  ],
  [
    "a metric that nobody serves",
    (plane) => createAutoscaler(plane, { metrics: [hitsAt("10")] }),
    "ScalingActive False FailedGetPodsMetric: the HPA was unable to compute the replica count: unable to get metric hits: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered",
    [
      "FailedGetPodsMetric: unable to get metric hits: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered",
      "FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get pods metric value: unable to get metric hits: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered",
    ],
  ],
  [
    "a target that is not there",
    (plane) => createAutoscaler(plane, { scaleTargetRef: targetOf("apps/v1", "Deployment", "x") }),
    'AbleToScale False FailedGetScale: the HPA controller was unable to get the target\'s current scale: deployments.apps "x" not found',
    ['FailedGetScale: deployments.apps "x" not found'],
  ],
  [
    "a target of a kind that is not there",
    (plane) => createAutoscaler(plane, { scaleTargetRef: targetOf("shop.io/v1", "Till", "x") }),
    'AbleToScale False FailedGetScale: the HPA controller was unable to get the target\'s current scale: no matches for kind "Till" in group "shop.io"',
    ['FailedGetScale: no matches for kind "Till" in group "shop.io"'],
  ],
  [
    "a target without a scale",
    (plane) => createAutoscaler(plane, { scaleTargetRef: targetOf("batch/v1", "CronJob", "web") }),
    "AbleToScale False FailedGetScale: the HPA controller was unable to get the target's current scale: the server could not find the requested resource",
    ["FailedGetScale: the server could not find the requested resource"],
  ],
  [
    "another autoscaler on the same target",
    async (plane, load) => {
      load.cpuMillis = 100;
      await createAutoscaler(plane, { name: "rival", metrics: [cpuAt(50)] });
      load.cpuMillis = 1_000;
      await createAutoscaler(plane, { metrics: [cpuAt(50)] });
    },
    "ScalingActive False AmbiguousSelector: pods by selector app=web are controlled by multiple HPAs: [default/rival default/web]",
    [
      "AmbiguousSelector: pods by selector app=web are controlled by multiple HPAs: [default/rival default/web]",
      "FailedComputeMetricsReplicas: pods by selector app=web are controlled by multiple HPAs: [default/rival default/web]",
    ],
  ],
];

for (const [what, prepare, condition, events] of bad) {
  test(`with ${what} the size stays, and the autoscaler says why`, () =>
    withLoad(async (plane, load) => {
      await createWeb(plane, 2);
      await load.play(10_000);
      load.cpuMillis = 1_000;
      await prepare(plane, load);
      await load.play(100);
      assert.equal(await replicasOf(plane), 2);
      const { status } = await autoscalerOf(plane);
      const failing = conditionsOf(status).filter((text) => text.includes(" False "));
      assert.deepEqual(failing, [condition]);
      assert.deepEqual(
        (await plane.events()).filter((text) => /Failed|Ambiguous/.test(text)),
        events,
      );
    }));
}

test("the bounds hold without any figures", () =>
  withLoad(async (plane, load) => {
    load.cpuMillis = undefined;
    await createWeb(plane, 12);
    await createAutoscaler(plane, { maxReplicas: 10 });
    assert.equal(await replicasOf(plane), 10);
    const body = { spec: { minReplicas: 15, maxReplicas: 20 } };
    await plane.client.of(autoscalerKind).patch(key, { type: "merge", body }, {}, plane.signal);
    await plane.settle();
    assert.equal(await replicasOf(plane), 15);
    assert.deepEqual(await eventsOf(plane, "SuccessfulRescale"), [
      "New size: 10; reason: Current number of replicas above Spec.MaxReplicas",
      "New size: 15; reason: Current number of replicas below Spec.MinReplicas",
    ]);
  }));

test("a queue outside brings a target to zero and back", () =>
  withLoad(async (plane, load) => {
    load.external = 30;
    await createWeb(plane, 2);
    await load.play(10_000);
    const behavior = { scaleDown: { stabilizationWindowSeconds: 0 } };
    await createAutoscaler(plane, { minReplicas: 0, behavior, metrics: [queueAt("10")] });
    assert.equal(await replicasOf(plane), 3);
    load.external = 0;
    await load.play(15_000);
    assert.equal(await replicasOf(plane), 0);
    const { status } = await autoscalerOf(plane);
    assert.equal(
      conditionsOf(status).at(-1),
      "ScaledToZero True ScaledToZero: the HPA controller scaled the workload to zero",
    );
    load.external = 15;
    await load.play(15_000);
    assert.equal(await replicasOf(plane), 2);
  }));

test("who reacts to samples has more pods at once, but no fewer", () =>
  withLoad(async (plane, load) => {
    const { client, signal } = plane;
    await createWeb(plane, 1);
    await load.play(10_000);
    const behavior = { scaleDown: { stabilizationWindowSeconds: 0 } };
    await createAutoscaler(plane, { behavior, metrics: [cpuAt(50)] });
    load.cpuMillis = 150;
    load.tell();
    await load.play(1_000);
    assert.equal(await replicasOf(plane), 1, "by default, the next look is in 15 s");
    const body = { metadata: { annotations: { "autoscaling.wherry/react": "samples" } } };
    await client.of(autoscalerKind).patch(key, { type: "merge", body }, {}, signal);
    await load.play(1_000);
    load.tell();
    await plane.settle();
    assert.equal(await replicasOf(plane), 3);
    await load.play(6_000);
    const { resourceVersion } = (await autoscalerOf(plane)).metadata;
    load.cpuMillis = 3;
    load.tell();
    await plane.settle();
    assert.equal(await replicasOf(plane), 3);
    assert.equal((await autoscalerOf(plane)).metadata.resourceVersion, resourceVersion);
    await load.play(15_000);
    assert.equal(await replicasOf(plane), 1);
    assert.deepEqual(
      plane.decisions
        .of(key)
        .filter(({ outcome }) => outcome === "scaled")
        .map((one) => one.trigger),
      ["sample", "sync"],
    );
  }));

test("who reacts to samples asks for those of a queue every two seconds", () =>
  withLoad(async (plane, load) => {
    const { client, signal } = plane;
    load.external = 10;
    await createWeb(plane, 1);
    await load.play(10_000);
    await createAutoscaler(plane, { metrics: [queueAt("10")] });
    const body = { metadata: { annotations: { "autoscaling.wherry/react": "samples" } } };
    await client.of(autoscalerKind).patch(key, { type: "merge", body }, {}, signal);
    await load.play(16_000);
    load.external = 30;
    await load.play(2_500);
    assert.equal(await replicasOf(plane), 3);
    load.external = 0;
    await load.play(5_000);
    assert.equal(await replicasOf(plane), 3);
  }));

/** What pods use, and the nodes that run them. */
interface Load {
  /** Of all pods together, in equal parts; undefined: nobody tells. */
  cpuMillis: number | undefined;
  external: number | undefined;
  /** Tells whoever reacts that figures are new. */
  tell(): void;
  /** Lets time pass, and runs every pod that waits to be run. */
  play(durationMs: number): Promise<void>;
}

/** How often waiting pods are looked for. */
const stepMs = 2_500;

async function withLoad(
  scenario: (plane: ControlPlane, load: Load) => Promise<void>,
): Promise<void> {
  let names: readonly string[] = [];
  let plane: ControlPlane | undefined;
  const listeners = new Set<(namespace: string) => void>();
  const load: Load = {
    cpuMillis: 50,
    external: undefined,
    tell: () => {
      for (const listener of listeners) listener("default");
    },
    async play(durationMs) {
      if (plane === undefined) return;
      for (let passedMs = 0; passedMs < durationMs; passedMs += stepMs) {
        names = await runPods(plane);
        await plane.settle(Math.min(stepMs, durationMs - passedMs));
      }
      names = await runPods(plane);
    },
  };
  const usage = computedGroupOf("metrics.k8s.io", [
    {
      kind: podMetrics,
      list: () => {
        const { cpuMillis } = load;
        if (cpuMillis === undefined || plane === undefined) return [];
        const each = Math.floor(cpuMillis / names.length);
        const timestamp = formatTime(plane.clock.nowMs());
        return names.map((name) => ({
          metadata: { ...key, name, labels },
          timestamp,
          window: "5s",
          containers: [{ name: "app", usage: { cpu: `${each}m`, memory: "32Mi" } }],
        }));
      },
      get: () => ({}),
    },
  ]);
  const changes = {
    onChange: (listener: (namespace: string) => void) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
  await withControlPlane(
    async (opened) => {
      plane = opened;
      await scenario(opened, load);
    },
    { ...noFigures(), groups: [usage, externalGroup(load)], changes },
  );
}

function externalGroup(load: Load): ComputedGroup {
  return {
    name: "external.metrics.k8s.io",
    async answer() {
      if (load.external === undefined) throw new StatusError("NotFound", "no such metric");
      const items = [{ metricName: "queue", value: String(load.external) }];
      const value = { metadata: {}, items };
      // Only the client reads it, which asks for JSON.
      return { kind: "value", schema: podMetrics, value };
    },
  };
}

/** Plays the nodes: what is pending runs and is ready. */
async function runPods(plane: ControlPlane): Promise<readonly string[]> {
  const pods = await plane.pods();
  const now = formatTime(plane.clock.nowMs());
  for (const pod of pods) {
    if (pod.status.phase !== "Pending") continue;
    await plane.report(pod, {
      phase: "Running",
      startTime: now,
      conditions: [{ type: "Ready", status: "True", lastTransitionTime: now }],
    });
  }
  return pods.map(({ metadata }) => metadata.name);
}

async function createWeb({ client, signal, settle }: ControlPlane, replicas: number) {
  const containers = [{ name: "app", image: "i", resources: { requests } }];
  const template = { metadata: { labels }, spec: { containers } };
  const spec = { replicas, selector: { matchLabels: labels }, template };
  await client.of(deployment).create({ metadata: key, spec }, {}, signal);
  await settle();
}

async function createAutoscaler(
  { client, signal, settle }: ControlPlane,
  changes: Partial<HorizontalPodAutoscalerSpec> & { readonly name?: string },
): Promise<void> {
  const { name = "web", ...spec } = changes;
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
  const metadata = { ...key, name };
  const whole = { scaleTargetRef, maxReplicas: 10, ...spec };
  await client.of(autoscalerKind).create({ metadata, spec: whole }, {}, signal);
  await settle();
}

function cpuAt(averageUtilization: number): MetricSpec {
  return useOf("cpu", averageUtilization);
}

function useOf(name: string, averageUtilization: number): MetricSpec {
  return {
    type: "Resource",
    resource: { name, target: { type: "Utilization", averageUtilization } },
  };
}

function hitsAt(averageValue: string): MetricSpec {
  const target = { type: "AverageValue", averageValue };
  return { type: "Pods", pods: { metric: { name: "hits" }, target } };
}

function queueAt(averageValue: string): MetricSpec {
  const target = { type: "AverageValue", averageValue };
  return { type: "External", external: { metric: { name: "queue" }, target } };
}

function targetOf(apiVersion: string, kind: string, name: string) {
  return { apiVersion, kind, name };
}

function sized(replicas: number) {
  return { type: "merge", body: { spec: { replicas } } } as const;
}

async function createOther(
  { client, signal, settle }: ControlPlane,
  kind: "ReplicaSet" | "StatefulSet" | "ReplicationController",
) {
  const containers = [{ name: "app", image: "i", resources: { requests } }];
  const template = { metadata: { labels }, spec: { containers } };
  const selector = { matchLabels: labels };
  const spec = { replicas: 1, selector, template };
  const metadata = key;
  switch (kind) {
    case "ReplicaSet":
      await client.of(replicaSet).create({ metadata, spec }, {}, signal);
      break;
    case "StatefulSet":
      await client
        .of(statefulSet)
        .create({ metadata, spec: { ...spec, serviceName: "web" } }, {}, signal);
      break;
    case "ReplicationController":
      await client
        .of(replicationController)
        .create({ metadata, spec: { ...spec, selector: labels } }, {}, signal);
  }
  await settle();
  const read = async () => {
    if (kind === "ReplicaSet") return (await client.of(replicaSet).get(key, signal)).spec.replicas;
    const isStateful = kind === "StatefulSet";
    const { spec: latest } = isStateful
      ? await client.of(statefulSet).get(key, signal)
      : await client.of(replicationController).get(key, signal);
    return latest.replicas;
  };
  return { read, apiVersion: kind === "ReplicationController" ? "v1" : "apps/v1" };
}

function autoscalerOf({ client, signal }: ControlPlane): Promise<Live<HorizontalPodAutoscaler>> {
  return client.of(autoscalerKind).get(key, signal);
}

function conditionsOf({ conditions = [] }: Live<HorizontalPodAutoscaler>["status"]) {
  return conditions.map(
    ({ type, status, reason, message }) => `${type} ${status} ${reason}: ${message}`,
  );
}

/** What the events with this reason say, oldest first. */
async function eventsOf(plane: ControlPlane, reason: string): Promise<readonly string[]> {
  return (await plane.events())
    .filter((text) => text.startsWith(`${reason}: `))
    .map((text) => text.slice(reason.length + 2));
}

async function replicasOf({ client, signal }: ControlPlane): Promise<number | undefined> {
  return (await client.of(deployment).get(key, signal)).spec.replicas;
}
