import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import { type ReplicaSetSpec, replicaSet } from "#api/apps/v1";
import { type Pod, pod } from "#api/core/v1";
import { keyOfObject } from "#client";
import { type ControlPlane, withControlPlane } from "./control-plane.ts";

const key = { namespace: "default", name: "web" };
const labels = { app: "web" };
const template = { metadata: { labels }, spec: { containers: [{ name: "app", image: "a" }] } };

test("a ReplicaSet takes in pods that fit, and lets go of those that do not any more", () =>
  withControlPlane(async (plane) => {
    const stray = {
      metadata: { namespace: "default", name: "stray", labels },
      spec: template.spec,
    };
    await plane.client.of(pod).create(stray, {}, plane.signal);
    await create(plane, { replicas: 2 });
    assert.deepEqual(await show(plane), ["stray of web", "web-* of web"]);

    const patch = { type: "merge", body: { metadata: { labels: { app: "other" } } } } as const;
    await plane.client
      .of(pod)
      .patch({ namespace: "default", name: "stray" }, patch, {}, plane.signal);
    await plane.settle();
    assert.deepEqual(await show(plane), ["stray of nobody", "web-* of web", "web-* of web"]);
  }));

test("a ReplicaSet counts a pod as available once it was ready for long enough", () =>
  withControlPlane(async (plane) => {
    await create(plane, { replicas: 2, minReadySeconds: 30 });
    const [first] = await plane.pods();
    assert.ok(first);
    await start(plane, first);
    await plane.settle(29_000);
    assert.equal(await counts(plane), "2 replicas, 1 ready, 0 available");
    await plane.settle(2_000);
    assert.equal(await counts(plane), "2 replicas, 1 ready, 1 available");
  }));

test("a ReplicaSet that shrinks gives up what is the least loss", () =>
  withControlPlane(async (plane) => {
    await create(plane, { replicas: 4 });
    const [dear, cheap, unready, pending] = await plane.pods();
    assert.ok(dear && cheap && unready && pending);
    for (const one of [dear, cheap]) await start(plane, one);
    await plane.report(unready, { phase: "Running" });
    await price(plane, cheap, "-1");
    await plane.settle();

    for (const [replicas, want] of [
      [3, [dear, cheap, unready]],
      [2, [dear, cheap]],
      [1, [dear]],
    ] as const) {
      await scale(plane, replicas);
      const left = (await plane.pods()).map(({ metadata }) => metadata.name);
      assert.deepEqual(left, want.map(({ metadata }) => metadata.name).sort());
    }
  }));

test("a ReplicaSet of 300 has all its pods after a moment, and no more than asked for", () =>
  withControlPlane(async (plane) => {
    await create(plane, { replicas: 300 });
    assert.equal((await plane.pods()).length, 300);
    await scale(plane, 10);
    assert.equal((await plane.pods()).length, 10);
    const created = (await plane.events()).filter((event) => event.startsWith("SuccessfulCreate"));
    assert.equal(created.length, 300);
  }));

test("a ReplicaSet that is deleted leaves its pods when it is asked to, else takes them along", () =>
  withControlPlane(async (plane) => {
    await create(plane, { replicas: 2 });
    const sets = plane.client.of(replicaSet);
    await sets.delete(key, { propagationPolicy: "Orphan" }, plane.signal);
    await plane.settle(2_000);
    assert.deepEqual(await show(plane), ["web-* of nobody", "web-* of nobody"]);

    await create(plane, { replicas: 2 });
    assert.deepEqual(await show(plane), ["web-* of web", "web-* of web"]);
    await sets.delete(key, { propagationPolicy: "Background" }, plane.signal);
    await plane.settle(2_000);
    assert.deepEqual(await show(plane), []);
  }));

async function create(plane: ControlPlane, spec: Partial<ReplicaSetSpec>): Promise<void> {
  const wanted = { metadata: key, spec: { selector: { matchLabels: labels }, template, ...spec } };
  await plane.client.of(replicaSet).create(wanted, {}, plane.signal);
  await plane.settle();
}

async function scale({ client, settle, signal }: ControlPlane, replicas: number): Promise<void> {
  const patch = { type: "merge", body: { spec: { replicas } } } as const;
  await client.of(replicaSet).patch(key, patch, {}, signal);
  await settle();
}

/** Plays a node on which the pod has just become ready. */
async function start(plane: ControlPlane, started: Live<Pod>): Promise<void> {
  const lastTransitionTime = new Date(plane.clock.nowMs()).toISOString().replace(/\.\d+Z/, "Z");
  const conditions = [{ type: "Ready", status: "True", lastTransitionTime }];
  await plane.report(started, { phase: "Running", conditions });
}

async function price(plane: ControlPlane, of: Live<Pod>, cost: string): Promise<void> {
  const annotations = { "controller.kubernetes.io/pod-deletion-cost": cost };
  const patch = { type: "merge", body: { metadata: { annotations } } } as const;
  await plane.client.of(pod).patch(keyOfObject(of), patch, {}, plane.signal);
}

/** Each pod, generated names cut short, with who owns it. */
async function show(plane: ControlPlane): Promise<readonly string[]> {
  const pods = await plane.pods();
  return pods.map(({ metadata }) => {
    const name = metadata.name.replace(/^web-.+/, "web-*");
    return `${name} of ${metadata.ownerReferences?.[0]?.name ?? "nobody"}`;
  });
}

async function counts({ client, signal }: ControlPlane): Promise<string> {
  const { status } = await client.of(replicaSet).get(key, signal);
  const { replicas, readyReplicas = 0, availableReplicas = 0 } = status;
  return `${replicas} replicas, ${readyReplicas} ready, ${availableReplicas} available`;
}
