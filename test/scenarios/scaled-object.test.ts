/** KEDA's ScaledObject, from a trigger's figure to pods and back to none. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTime } from "#api";
import { deployment } from "#api/apps/v1";
import { horizontalPodAutoscaler } from "#api/autoscaling/v2";
import {
  type ScaledObject,
  scaledObject as scaledObjectKind,
  type ScaledObjectSpec,
} from "#api/keda/v1alpha1";
import { readTriggerMetric, TriggerHealth } from "#controllers";
import { externalMetricsGroup } from "#metricapis";
import { type ControlPlane, noFigures, timeZones, withControlPlane } from "./control-plane.ts";

const key = { namespace: "default", name: "web" };
const autoscalerKey = { namespace: "default", name: "keda-hpa-web" };
const labels = { app: "web" };
const target = "apps/v1.Deployment default/web";

test("a queue calls the first pod, the autoscaler the others, and an empty queue sends all away", () =>
  withQueue(async (plane, queue) => {
    await createWeb(plane, 0);
    await create(plane, { cooldownPeriod: 60, maxReplicaCount: 5 });
    assert.equal(await replicasOf(plane), 0);
    assert.deepEqual(await conditionsOf(plane), [
      "Ready True ScaledObjectReady",
      "Active False ScalerNotActive",
      "Fallback False NoFallbackFound",
      "Paused False",
    ]);
    queue.values = [42];
    await queue.play(plane, 70_000);
    assert.equal(await replicasOf(plane), 5, "ceil(42 / 10) = 5");
    const { spec, status } = await plane.client
      .of(horizontalPodAutoscaler)
      .get(autoscalerKey, plane.signal);
    assert.deepEqual(spec.metrics, [
      {
        type: "External",
        external: {
          metric: {
            name: "s0-prometheus",
            selector: { matchLabels: { "scaledobject.keda.sh/name": "web" } },
          },
          target: { type: "AverageValue", averageValue: "10" },
        },
      },
    ]);
    assert.deepEqual(status?.currentMetrics?.[0]?.external?.current, { averageValue: "8400m" });
    queue.values = [0];
    await queue.play(plane, 45_000);
    assert.match((await conditionsOf(plane)).join(), /Active False ScalerCooldown/);
    await queue.play(plane, 60_000);
    assert.equal(await replicasOf(plane), 0);
    assert.deepEqual(await eventsOf(plane), [
      "KEDAScalersStarted: Scaler prometheus is built",
      "KEDAScalersStarted: Started scalers watch",
      "ScaledObjectReady: ScaledObject is ready for scaling",
      `KEDAScaleTargetActivated: Scaled ${target} from 0 to 1, triggered by s0-prometheus`,
      `KEDAScaleTargetDeactivated: Deactivated ${target} from 5 to 0`,
    ]);
  }));

test("deleting it takes the autoscaler away and gives the first size back", () =>
  withQueue(async (plane, queue) => {
    await createWeb(plane, 3);
    await create(plane, {
      minReplicaCount: 1,
      advanced: { restoreToOriginalReplicaCount: true },
    });
    queue.values = [100];
    await queue.play(plane, 60_000);
    assert.equal(await replicasOf(plane), 10);
    await plane.client.of(scaledObjectKind).delete(key, {}, plane.signal);
    await queue.play(plane, 5_000);
    assert.equal(await replicasOf(plane), 3);
    assert.equal(await plane.client.of(scaledObjectKind).find(key, plane.signal), undefined);
    const left = await plane.client.of(horizontalPodAutoscaler).find(autoscalerKey, plane.signal);
    assert.equal(left, undefined);
  }));

test("a trigger that fails brings the size of the fallback, until it works again", () =>
  withQueue(async (plane, queue) => {
    await createWeb(plane, 1);
    const fallback = { failureThreshold: 2, replicas: 4 };
    await create(plane, { minReplicaCount: 1, fallback });
    queue.values = undefined;
    await queue.play(plane, 30_000);
    assert.equal(await replicasOf(plane), 1);
    await queue.play(plane, 60_000);
    assert.equal(await replicasOf(plane), 4);
    assert.match((await conditionsOf(plane)).join(), /Fallback True FallbackExists/);
    const { status } = await objectOf(plane);
    assert.equal(status?.health?.["s0-prometheus"]?.status, "Failing");
    queue.values = [20];
    await queue.play(plane, 400_000);
    assert.equal(await replicasOf(plane), 2);
    assert.match((await conditionsOf(plane)).join(), /Fallback False NoFallbackFound/);
    assert.deepEqual((await objectOf(plane)).status?.health, {
      "s0-prometheus": { numberOfFailures: 0, status: "Happy" },
    });
  }));

test("without a fallback a trigger that fails is told of, and the size stays", () =>
  withQueue(async (plane, queue) => {
    await createWeb(plane, 2);
    queue.values = [1, 2];
    await create(plane, { triggers: [promTrigger({ query: "queue" })] });
    await queue.play(plane, 60_000);
    assert.equal(await replicasOf(plane), 2);
    assert.match((await conditionsOf(plane)).join(), /Ready False TriggerError/);
    const events = await eventsOf(plane);
    assert.ok(
      events.includes("KEDAScalerFailed: prometheus query queue returned multiple elements"),
    );
  }));

test("a schedule holds as many pods as it says, from its start to its end", () =>
  withQueue(async (plane, queue) => {
    await createWeb(plane, 0);
    const metadata = {
      timezone: "Asia/Tokyo",
      start: "10 9 * * *",
      end: "30 9 * * *",
      desiredReplicas: "3",
    };
    await create(plane, { cooldownPeriod: 30, triggers: [{ type: "cron", metadata }] });
    await queue.play(plane, 9 * 60_000);
    assert.equal(await replicasOf(plane), 0);
    await queue.play(plane, 3 * 60_000);
    assert.equal(await replicasOf(plane), 3);
    await queue.play(plane, 20 * 60_000);
    assert.equal(await replicasOf(plane), 0);
    const { status } = await objectOf(plane);
    assert.deepEqual(status?.externalMetricNames, ["s0-cron-Asia-Tokyo-109xxx-309xxx"]);
  }));

test("what is idle has fewer pods than the fewest of what is not", () =>
  withQueue(async (plane, queue) => {
    await createWeb(plane, 3);
    await create(plane, { idleReplicaCount: 0, minReplicaCount: 3 });
    await queue.play(plane, 31_000);
    assert.equal(await replicasOf(plane), 0);
    queue.values = [1];
    await queue.play(plane, 31_000);
    assert.equal(await replicasOf(plane), 3);
  }));

test("paused, it leaves the target alone or at the size that it is paused at", () =>
  withQueue(async (plane, queue) => {
    await createWeb(plane, 2);
    await create(plane, { minReplicaCount: 1 });
    await queue.play(plane, 1_000);
    await annotate(plane, { "autoscaling.keda.sh/paused-replicas": "6" });
    queue.values = [90];
    await queue.play(plane, 60_000);
    assert.equal(await replicasOf(plane), 6);
    const gone = await plane.client.of(horizontalPodAutoscaler).find(autoscalerKey, plane.signal);
    assert.equal(gone, undefined);
    assert.match((await conditionsOf(plane)).join(), /Paused True ScaledObjectPaused/);
    assert.equal((await objectOf(plane)).status?.pausedReplicaCount, 6);
    await annotate(plane, { "autoscaling.keda.sh/paused-replicas": null });
    await queue.play(plane, 60_000);
    assert.equal(await replicasOf(plane), 9);
    assert.match((await conditionsOf(plane)).join(), /Paused False ScaledObjectUnpaused/);
    await annotate(plane, { "autoscaling.keda.sh/paused-scale-in": "true" });
    queue.values = [10];
    await queue.play(plane, 400_000);
    assert.equal(await replicasOf(plane), 9);
  }));

const wrong: readonly (readonly [
  what: string,
  spec: Partial<ScaledObjectSpec>,
  message: string,
])[] = [
  [
    "a trigger of another type",
    { triggers: [{ type: "kafka", metadata: {} }] },
    "failed to ensure HPA is correctly created for ScaledObject: no scaler found for type: kafka",
  ],
  [
    "a target that is not there",
    { scaleTargetRef: { name: "nothing" } },
    `ScaledObject doesn't have correct scaleTargetRef specification: deployments.apps "nothing" not found`,
  ],
  [
    "fewest above most",
    { minReplicaCount: 5, maxReplicaCount: 2 },
    "ScaledObject doesn't have correct Idle/Min/Max Replica Counts specification: MinReplicaCount=5 must be less than MaxReplicaCount=2",
  ],
  [
    "idle above fewest",
    { minReplicaCount: 1, idleReplicaCount: 1 },
    "ScaledObject doesn't have correct Idle/Min/Max Replica Counts specification: IdleReplicaCount=1 must be less than MinReplicaCount=1",
  ],
  [
    "only processor time, and nothing to come back from zero by",
    { triggers: [{ type: "cpu", metricType: "Utilization", metadata: { value: "50" } }] },
    "failed to ensure HPA is correctly created for ScaledObject: scaledobject has only cpu/memory triggers AND minReplica is 0 (scale to zero doesn't work in this case)",
  ],
];

for (const [what, spec, message] of wrong) {
  test(`with ${what} nothing is scaled, and it says why`, () =>
    withQueue(async (plane, queue) => {
      await createWeb(plane, 2);
      await create(plane, spec);
      await queue.play(plane, 60_000);
      assert.equal(await replicasOf(plane), 2);
      const { status } = await objectOf(plane);
      const ready = status?.conditions?.find(({ type }) => type === "Ready");
      assert.deepEqual(ready, {
        type: "Ready",
        status: "False",
        reason: "ScaledObjectCheckFailed",
        message,
      });
      const events = await eventsOf(plane);
      assert.ok(events.includes(`ScaledObjectCheckFailed: ${message}`), events.join("\n"));
    }));
}

test("a second object on the same target is refused, and the first goes on", () =>
  withQueue(async (plane, queue) => {
    await createWeb(plane, 1);
    await create(plane, { minReplicaCount: 1 });
    await queue.play(plane, 2_000);
    await create(plane, { minReplicaCount: 7 }, "younger");
    await queue.play(plane, 2_000);
    assert.equal(await replicasOf(plane), 1);
    const younger = await plane.client
      .of(scaledObjectKind)
      .get({ ...key, name: "younger" }, plane.signal);
    assert.equal(
      younger.status?.conditions?.[0]?.message,
      "ScaledObject doesn't have correct scaleTargetRef specification: the workload 'web' of type 'apps/v1.Deployment' is already managed by the ScaledObject 'web'",
    );
  }));

/** What the query gives; undefined while nobody answers. */
interface Queue {
  values: readonly number[] | undefined;
  /** Lets time pass while pods become ready as they come. */
  play(plane: ControlPlane, durationMs: number): Promise<void>;
}

async function withQueue(
  scenario: (plane: ControlPlane, queue: Queue) => Promise<void>,
): Promise<void> {
  const queue: Queue = { values: [], play: playNode };
  const health = new TriggerHealth();
  const prom = {
    async values() {
      if (queue.values === undefined) throw new Error("connection refused");
      return queue.values;
    },
  };
  let plane: ControlPlane | undefined;
  const planeNow = () => plane ?? assert.fail("the scenario runs");
  const read = (
    ...[asked, signal]: Parameters<Parameters<typeof externalMetricsGroup>[0][0]["read"]>
  ) =>
    readTriggerMetric(
      {
        clock: planeNow().clock,
        timeZones,
        prom,
        health,
        scaledObjects: () => planeNow().informers.of(scaledObjectKind).cache,
        client: () => planeNow().client,
      },
      asked,
      signal,
    );
  const groups = [externalMetricsGroup([{ names: () => [], read }])];
  await withControlPlane(
    async (opened) => {
      plane = opened;
      await scenario(opened, queue);
    },
    { ...noFigures(), groups, triggers: { prom, health } },
  );
}

async function playNode(plane: ControlPlane, durationMs: number): Promise<void> {
  for (let left = durationMs; left > 0; left -= 1_000) {
    await plane.settle(Math.min(1_000, left));
    const at = formatTime(plane.clock.nowMs());
    for (const pod of await plane.pods()) {
      if (pod.status?.phase === "Running") continue;
      const ready = { type: "Ready", status: "True", lastTransitionTime: at };
      await plane.report(pod, { phase: "Running", startTime: at, conditions: [ready] });
    }
  }
}

async function createWeb(plane: ControlPlane, replicas: number): Promise<void> {
  const containers = [{ name: "app", image: "web" }];
  const template = { metadata: { labels }, spec: { containers } };
  const spec = { replicas, selector: { matchLabels: labels }, template };
  await plane.client.of(deployment).create({ metadata: key, spec }, {}, plane.signal);
  await plane.settle();
}

function promTrigger(metadata: Readonly<Record<string, string>> = {}) {
  return { type: "prometheus", metadata: { query: "queue", threshold: "10", ...metadata } };
}

async function create(
  plane: ControlPlane,
  spec: Partial<ScaledObjectSpec>,
  name = "web",
): Promise<void> {
  const object: ScaledObject = {
    metadata: { ...key, name },
    spec: { scaleTargetRef: { name: "web" }, triggers: [promTrigger()], ...spec },
  };
  await plane.client.of(scaledObjectKind).create(object, {}, plane.signal);
  await plane.settle(500);
}

async function annotate(
  plane: ControlPlane,
  annotations: Readonly<Record<string, string | null>>,
): Promise<void> {
  const patch = { type: "merge", body: { metadata: { annotations } } } as const;
  await plane.client.of(scaledObjectKind).patch(key, patch, {}, plane.signal);
}

async function replicasOf(plane: ControlPlane): Promise<number | undefined> {
  return (await plane.client.of(deployment).get(key, plane.signal)).spec?.replicas;
}

function objectOf(plane: ControlPlane) {
  return plane.client.of(scaledObjectKind).get(key, plane.signal);
}

async function conditionsOf(plane: ControlPlane): Promise<readonly string[]> {
  const { conditions = [] } = (await objectOf(plane)).status ?? {};
  return conditions
    .filter(({ type }) => type !== "HPAActive")
    .map(({ type, status, reason }) => [type, status, reason].filter(Boolean).join(" "));
}

async function eventsOf(plane: ControlPlane): Promise<readonly string[]> {
  return (await plane.events()).filter((text) => /^(?:KEDA|ScaledObject)/.test(text));
}
