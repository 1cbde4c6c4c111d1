import assert from "node:assert/strict";
import { test } from "node:test";
import { deployment, replicaSet } from "#api/apps/v1";
import { pod, replicationController } from "#api/core/v1";
import { hasReason } from "#api";
import { podDisruptionBudget } from "#api/policy/v1";
import { keyOfObject } from "#client";
import { type ControlPlane, withControlPlane } from "./control-plane.ts";

const labels = { app: "web" };
const template = { metadata: { labels }, spec: { containers: [{ name: "app", image: "a" }] } };

for (const kind of ["ReplicaSet", "ReplicationController"] as const) {
  test(`a ${kind} replaces pods that fail or go, and follows its size`, () =>
    withControlPlane(async (plane) => {
      const owner = kind === "ReplicaSet" ? newSet(plane) : newController(plane);
      await owner.create();
      await plane.settle();
      const [first] = await plane.pods();
      assert.ok(first);
      await plane.report(first, { phase: "Failed" });
      await plane.settle();
      assert.equal((await plane.pods()).length, 3);

      await owner.scale(1);
      await plane.settle();
      const pods = await plane.pods();
      assert.equal(pods.filter(({ status }) => status.phase === "Pending").length, 1);
      assert.deepEqual(await owner.counts(), { replicas: 1, fullyLabeledReplicas: 1 });
    }));
}

test("a budget grants one eviction after the other, as pods come back", () =>
  withControlPlane(async (plane) => {
    const { client, signal } = plane;
    const spec = { replicas: 3, selector: { matchLabels: labels }, template };
    const metadata = { namespace: "default", name: "web" };
    await client.of(deployment).create({ metadata, spec }, {}, signal);
    const budget = { maxUnavailable: 1, selector: { matchLabels: labels } };
    await client.of(podDisruptionBudget).create({ metadata, spec: budget }, {}, signal);
    await plane.settle();
    assert.equal(await evictOne(plane, 0), "granted");
    await plane.settle();
    await startAll(plane);
    assert.equal(await evictOne(plane, 0), "granted");
    assert.equal(await evictOne(plane, 1), "refused");
    await plane.settle();
    await startAll(plane);
    assert.equal(await evictOne(plane, 0), "granted");
  }));

async function evictOne(plane: ControlPlane, position: number): Promise<"granted" | "refused"> {
  const victim = (await plane.pods())[position];
  assert.ok(victim);
  const { namespace = "", name } = victim.metadata;
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { namespace, name } };
  try {
    const key = keyOfObject(victim);
    await plane.client.of(pod).createSubresource(key, "eviction", body, plane.signal);
    return "granted";
  } catch (error) {
    if (!hasReason(error, "TooManyRequests")) throw error;
    return "refused";
  }
}

/** Plays nodes that run every pod. */
async function startAll(plane: ControlPlane): Promise<void> {
  for (const pending of await plane.pods()) {
    await plane.report(pending, {
      phase: "Running",
      conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" }],
    });
  }
  await plane.settle();
}

interface SizedOwner {
  create(): Promise<unknown>;
  scale(replicas: number): Promise<unknown>;
  counts(): Promise<unknown>;
}

const key = { namespace: "default", name: "web" };

function newSet({ client, signal }: ControlPlane): SizedOwner {
  const sets = client.of(replicaSet);
  const spec = { replicas: 2, selector: { matchLabels: labels }, template };
  return {
    create: () => sets.create({ metadata: key, spec }, {}, signal),
    scale: (replicas) =>
      sets.patch(key, { type: "merge", body: { spec: { replicas } } }, {}, signal),
    counts: async () => countsOf((await sets.get(key, signal)).status),
  };
}

function newController({ client, signal }: ControlPlane): SizedOwner {
  const controllers = client.of(replicationController);
  const spec = { replicas: 2, template };
  return {
    create: () => controllers.create({ metadata: key, spec }, {}, signal),
    scale: (replicas) =>
      controllers.patch(key, { type: "merge", body: { spec: { replicas } } }, {}, signal),
    counts: async () => countsOf((await controllers.get(key, signal)).status),
  };
}

function countsOf(status: {
  readonly replicas: number;
  readonly fullyLabeledReplicas?: number | undefined;
}) {
  const { replicas, fullyLabeledReplicas } = status;
  return { replicas, fullyLabeledReplicas };
}
