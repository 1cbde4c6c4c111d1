import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject, Live } from "#api";
import {
  controllerRevision,
  type StatefulSet,
  type StatefulSetSpec,
  statefulSet,
} from "#api/apps/v1";
import { persistentVolumeClaim } from "#api/core/v1";
import { type ControlPlane, withControlPlane } from "./control-plane.ts";

const key = { namespace: "default", name: "web" };
const claim = {
  metadata: { name: "data" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
};

test("a StatefulSet starts its pods in order, each with its name and its volume", () =>
  withControlPlane(async (plane) => {
    await create(plane, { replicas: 2, volumeClaimTemplates: [claim] });
    assert.deepEqual(await names(plane), ["web-0"]);
    await startAll(plane);
    assert.deepEqual(await names(plane), ["web-0", "web-1"]);
    const [, second] = await plane.pods();
    assert.equal(second?.spec.hostname, "web-1");
    assert.equal(second?.spec.volumes?.[0]?.persistentVolumeClaim?.claimName, "data-web-1");
    assert.equal(second?.metadata.labels?.["apps.kubernetes.io/pod-index"], "1");
    assert.deepEqual(await claims(plane), ["data-web-0", "data-web-1"]);
    await startAll(plane);
    assert.equal(await show(plane), "2 replicas, 2 ready, 2 current, 2 updated");
  }));

test("a rolling update replaces pods from the highest number and can be undone", () =>
  withControlPlane(async (plane) => {
    await create(plane, { replicas: 2, podManagementPolicy: "Parallel" });
    await startAll(plane);
    const before = (await read(plane)).status.currentRevision;
    await patch(plane, imagePatch("b"));
    assert.deepEqual(await images(plane), ["web-0 a", "web-1 b"]);
    await startAll(plane);
    await startAll(plane);
    assert.deepEqual(await images(plane), ["web-0 b", "web-1 b"]);
    assert.notEqual((await read(plane)).status.currentRevision, before);

    const revisions = await history(plane);
    assert.deepEqual(
      revisions.map(({ revision }) => revision),
      [1, 2],
    );
    await patch(plane, revisions[0]?.data ?? {});
    await startAll(plane);
    await startAll(plane);
    assert.deepEqual(await images(plane), ["web-0 a", "web-1 a"]);
    assert.deepEqual(
      (await history(plane)).map(({ revision }) => revision),
      [2, 3],
    );
    assert.equal((await read(plane)).status.currentRevision, before);
  }));

test("pods below the partition keep their template, even when made anew", () =>
  withControlPlane(async (plane) => {
    const updateStrategy = { type: "RollingUpdate", rollingUpdate: { partition: 1 } };
    await create(plane, { replicas: 2, podManagementPolicy: "Parallel", updateStrategy });
    await startAll(plane);
    await patch(plane, imagePatch("b"));
    await startAll(plane);
    const [first] = await plane.pods();
    assert.ok(first);
    await plane.report(first, { phase: "Failed" });
    await plane.settle();
    assert.deepEqual(await images(plane), ["web-0 a", "web-1 b"]);
  }));

test("claims of pods that are scaled away go with them when the policy says so", () =>
  withControlPlane(async (plane) => {
    await create(plane, {
      replicas: 2,
      podManagementPolicy: "Parallel",
      volumeClaimTemplates: [claim],
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Delete" },
    });
    await startAll(plane);
    await patch(plane, { spec: { replicas: 1 } });
    await plane.settle(1_000);
    assert.deepEqual(await names(plane), ["web-0"]);
    const { items } = await plane.client.of(persistentVolumeClaim).list({}, plane.signal);
    const remaining = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    assert.deepEqual(
      remaining.map(({ metadata }) => metadata.name),
      ["data-web-0"],
    );
  }));

async function create(plane: ControlPlane, spec: Partial<StatefulSetSpec>): Promise<void> {
  const labels = { app: "web" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "app", image: "a" }] } };
  const wanted = {
    metadata: key,
    spec: { selector: { matchLabels: labels }, serviceName: "web", template, ...spec },
  };
  await plane.client.of(statefulSet).create(wanted, {}, plane.signal);
  await plane.settle();
}

function imagePatch(image: string): JsonObject {
  return { spec: { template: { spec: { containers: [{ name: "app", image }] } } } };
}

async function patch({ client, signal, settle }: ControlPlane, body: JsonObject): Promise<void> {
  await client.of(statefulSet).patch(key, { type: "strategic", body }, {}, signal);
  await settle();
}

function read({ client, signal }: ControlPlane): Promise<Live<StatefulSet>> {
  return client.of(statefulSet).get(key, signal);
}

async function show(plane: ControlPlane): Promise<string> {
  const { status } = await read(plane);
  const { replicas, readyReplicas, currentReplicas, updatedReplicas } = status;
  return `${replicas} replicas, ${readyReplicas} ready, ${currentReplicas} current, ${updatedReplicas} updated`;
}

async function history({ client, signal }: ControlPlane) {
  const { items } = await client.of(controllerRevision).list({ namespace: "default" }, signal);
  return [...items].sort((left, right) => left.revision - right.revision);
}

async function claims({ client, signal }: ControlPlane): Promise<readonly string[]> {
  const { items } = await client.of(persistentVolumeClaim).list({}, signal);
  return items.map(({ metadata }) => metadata.name);
}

async function names(plane: ControlPlane): Promise<readonly string[]> {
  return (await plane.pods()).map(({ metadata }) => metadata.name);
}

async function images(plane: ControlPlane): Promise<readonly string[]> {
  return (await plane.pods()).map(
    ({ metadata, spec }) => `${metadata.name} ${spec.containers[0]?.image}`,
  );
}

/** Plays nodes that run every pod. */
async function startAll(plane: ControlPlane): Promise<void> {
  for (const pod of await plane.pods()) {
    if (pod.status.phase !== "Pending") continue;
    await plane.report(pod, {
      phase: "Running",
      conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" }],
    });
  }
  await plane.settle();
}
