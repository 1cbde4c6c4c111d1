import assert from "node:assert/strict";
import { test } from "node:test";
import { controllerRevision, type DaemonSetSpec, daemonSet } from "#api/apps/v1";
import { node } from "#api/core/v1";
import type { JsonObject } from "#api";
import { type ControlPlane, withControlPlane } from "./control-plane.ts";

const key = { namespace: "default", name: "agent" };

test("a DaemonSet follows the nodes that come and go", () =>
  withControlPlane(async (plane) => {
    await addNode(plane, "a");
    await create(plane, {});
    assert.deepEqual(await places(plane), ["a 1"]);
    await addNode(plane, "b");
    assert.deepEqual(await places(plane), ["a 1", "b 1"]);
    await startAll(plane);
    const { status } = await plane.client.of(daemonSet).get(key, plane.signal);
    assert.equal(status.desiredNumberScheduled, 2);
    assert.equal(status.numberAvailable, 2);
    const [first] = await plane.pods();
    const tolerated = first?.spec.tolerations?.map((toleration) => toleration.key);
    assert.ok(tolerated?.includes("node.kubernetes.io/unschedulable"));
  }));

test("a rolling update replaces daemons one by one and can be undone", () =>
  withControlPlane(async (plane) => {
    await addNode(plane, "a");
    await addNode(plane, "b");
    await create(plane, {});
    await startAll(plane);
    await patch(plane, {
      spec: { template: { spec: { containers: [{ name: "app", image: "2" }] } } },
    });
    assert.deepEqual(await places(plane), ["a 2", "b 1"]);
    await startAll(plane);
    assert.deepEqual(await places(plane), ["a 2", "b 2"]);
    await startAll(plane);

    const { items } = await plane.client.of(controllerRevision).list({}, plane.signal);
    await patch(plane, items.find(({ revision }) => revision === 1)?.data ?? {});
    await startAll(plane);
    await startAll(plane);
    assert.deepEqual(await places(plane), ["a 1", "b 1"]);
    const { status } = await plane.client.of(daemonSet).get(key, plane.signal);
    assert.equal(status.updatedNumberScheduled, 2);
  }));

async function addNode(plane: ControlPlane, name: string): Promise<void> {
  const status = { conditions: [{ type: "Ready", status: "True" }] };
  await plane.client.of(node).create({ metadata: { name }, status }, {}, plane.signal);
  await plane.settle();
}

async function create(plane: ControlPlane, spec: Partial<DaemonSetSpec>): Promise<void> {
  const labels = { app: "agent" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "app", image: "1" }] } };
  const wanted = { metadata: key, spec: { selector: { matchLabels: labels }, template, ...spec } };
  await plane.client.of(daemonSet).create(wanted, {}, plane.signal);
  await plane.settle();
}

async function patch({ client, signal, settle }: ControlPlane, body: JsonObject): Promise<void> {
  await client.of(daemonSet).patch(key, { type: "strategic", body }, {}, signal);
  await settle();
}

/** Each pod as the node that it is meant for and its image. */
async function places(plane: ControlPlane): Promise<readonly string[]> {
  const pods = await plane.pods();
  return pods
    .map(({ spec }) => {
      const affinity = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
      const name = affinity?.nodeSelectorTerms[0]?.matchFields?.[0]?.values?.[0];
      return `${name} ${spec.containers[0]?.image}`;
    })
    .sort();
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
