/** From what pods use to what their successors request. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTime } from "#api";
import { deployment } from "#api/apps/v1";
import { pod } from "#api/core/v1";
import { podMetrics } from "#api/metrics/v1beta1";
import {
  verticalPodAutoscaler,
  verticalPodAutoscalerCheckpoint,
} from "#api/verticalautoscaling/v1";
import { computedGroupOf } from "#apiserver";
import { verticalPodAutoscalerPlugin } from "#apiserver/testing";
import { keyOfObject } from "#client";
import { type ControlPlane, noFigures, withControlPlane } from "./control-plane.ts";

const key = { namespace: "default", name: "web" };
const labels = { app: "web" };
const minute = 60_000;

test("pods that request too little are replaced by such that request what is used", () =>
  withUse(async (plane) => {
    await createWeb(plane);
    await create(plane, "Recreate");
    await plane.settle(30 * minute);
    const { status } = await plane.client.of(verticalPodAutoscaler).get(key, plane.signal);
    assert.deepEqual(
      status?.conditions?.map((one) => `${one.type} ${one.status}`),
      ["RecommendationProvided True"],
    );
    const [recommended] = status?.recommendation?.containerRecommendations ?? [];
    // 400m lie in the bucket that ends at 414m, which is 476m with the margin, and 64Mi below the least of 250Mi.
    assert.deepEqual(recommended?.target, { cpu: "476m", memory: "262144k" });
    await run(plane);
    await plane.settle(3 * minute);
    await run(plane);
    await plane.settle(3 * minute);
    await run(plane);
    const requests = (await plane.pods()).map(
      ({ spec }) => spec.containers[0]?.resources?.requests?.["cpu"],
    );
    assert.deepEqual(requests, ["476m", "476m"]);
    assert.ok(
      (await plane.events()).includes(
        "EvictedByVPA: Pod was evicted by VPA Updater to apply resource recommendation.",
      ),
    );
  }));

test("where that is asked for, pods get another size while they run", () =>
  withUse(async (plane) => {
    await createWeb(plane);
    await create(plane, "InPlaceOrRecreate");
    const before = (await plane.pods()).map(({ metadata }) => metadata.uid);
    await plane.settle(60 * minute);
    const pods = await plane.pods();
    assert.deepEqual(
      pods.map(({ metadata }) => metadata.uid),
      before,
    );
    assert.deepEqual(
      pods.map(({ spec }) => spec.containers[0]?.resources?.requests?.["cpu"]),
      ["476m", "476m"],
    );
    assert.ok(
      (await plane.events()).includes(
        "InPlaceResizedByVPA: Pod was resized in place by VPA Updater.",
      ),
    );
  }));

test("what was seen is kept as checkpoints, which go with their autoscaler", () =>
  withUse(async (plane) => {
    await createWeb(plane);
    await create(plane, "Off");
    await plane.settle(10 * minute);
    const checkpoints = plane.client.of(verticalPodAutoscalerCheckpoint);
    const kept = await checkpoints.get({ ...key, name: "web-app" }, plane.signal);
    assert.deepEqual(kept.spec, { vpaObjectName: "web", containerName: "app" });
    assert.equal(kept.status?.version, "v3");
    assert.ok((kept.status?.totalSamplesCount ?? 0) >= 10);
    await plane.client.of(verticalPodAutoscaler).delete(key, {}, plane.signal);
    await plane.settle(2 * minute);
    assert.equal(await checkpoints.find({ ...key, name: "web-app" }, plane.signal), undefined);
  }));

test("in mode Off all is told and nothing is done", () =>
  withUse(async (plane) => {
    await createWeb(plane);
    await create(plane, "Off");
    const before = (await plane.pods()).map(({ metadata }) => metadata.uid);
    await plane.settle(30 * minute);
    assert.deepEqual(
      (await plane.pods()).map(({ metadata }) => metadata.uid),
      before,
    );
  }));

test("an autoscaler without pods says so", () =>
  withUse(async (plane) => {
    await create(plane, "Auto");
    const { status } = await plane.client.of(verticalPodAutoscaler).get(key, plane.signal);
    assert.deepEqual(
      status?.conditions?.map((one) => `${one.type} ${one.status} ${one.reason}: ${one.message}`),
      [
        "NoPodsMatched True NoPodsMatched: No pods match this VPA object",
        "RecommendationProvided False NoPodsMatched: No pods match this VPA object",
      ],
    );
  }));

/** Every pod uses 400m and 64Mi. */
async function withUse(scenario: (plane: ControlPlane) => Promise<void>): Promise<void> {
  let plane: ControlPlane | undefined;
  let names: readonly string[] = [];
  const usage = computedGroupOf("metrics.k8s.io", [
    {
      kind: podMetrics,
      list: () =>
        names.map((name) => ({
          metadata: { ...key, name, labels },
          timestamp: formatTime(plane?.clock.nowMs() ?? 0),
          window: "15s",
          containers: [{ name: "app", usage: { cpu: "400m", memory: "64Mi" } }],
        })),
      get: () => ({}),
    },
  ]);
  await withControlPlane(
    async (opened) => {
      plane = {
        ...opened,
        pods: async () => {
          const pods = await opened.pods();
          names = pods.map(({ metadata }) => metadata.name);
          return pods;
        },
      };
      await scenario(plane);
    },
    { ...noFigures(), groups: [usage] },
    (deps) => [verticalPodAutoscalerPlugin(deps)],
  );
}

async function createWeb(plane: ControlPlane): Promise<void> {
  const resources = { requests: { cpu: "100m", memory: "256Mi" } };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: "app", image: "i", resources }] },
  };
  const spec = { replicas: 2, selector: { matchLabels: labels }, template };
  await plane.client.of(deployment).create({ metadata: key, spec }, {}, plane.signal);
  await plane.settle();
  await run(plane);
}

async function create(
  plane: ControlPlane,
  updateMode: "Off" | "Recreate" | "InPlaceOrRecreate" | "Auto",
): Promise<void> {
  const targetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
  const spec = { targetRef, updatePolicy: { updateMode } };
  await plane.client.of(verticalPodAutoscaler).create({ metadata: key, spec }, {}, plane.signal);
  await plane.settle();
}

/** Plays the nodes: what is pending runs and is ready, what is to go goes. */
async function run(plane: ControlPlane): Promise<void> {
  const time = formatTime(plane.clock.nowMs());
  for (const one of await plane.pods()) {
    if (one.metadata.deletionTimestamp !== undefined) {
      await plane.client.of(pod).delete(keyOfObject(one), { gracePeriodSeconds: 0 }, plane.signal);
    } else if (one.status.phase === "Pending") {
      const conditions = [{ type: "Ready", status: "True", lastTransitionTime: time }];
      await plane.report(one, { phase: "Running", startTime: time, conditions });
    }
  }
  await plane.settle();
  await plane.pods();
}
