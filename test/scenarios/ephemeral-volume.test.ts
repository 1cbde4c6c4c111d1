import assert from "node:assert/strict";
import { test } from "node:test";
import { persistentVolumeClaim, pod } from "#api/core/v1";
import { type ControlPlane, withControlPlane } from "./control-plane.ts";

const podKey = { namespace: "default", name: "web" };
const claimKey = { namespace: "default", name: "web-scratch" };
const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };

test("a pod's own volume gets a claim of its own, which goes with the pod", () =>
  withControlPlane(async (plane) => {
    const { client, signal } = plane;
    await createPod(plane);
    const claim = await client.of(persistentVolumeClaim).get(claimKey, signal);
    assert.deepEqual(claim.metadata.labels, { kind: "scratch" });
    assert.deepEqual(claim.spec.resources, spec.resources);
    assert.equal(claim.metadata.ownerReferences?.[0]?.name, "web");

    await client.of(pod).delete(podKey, { gracePeriodSeconds: 0 }, signal);
    await plane.settle(2_000);
    assert.equal(await client.of(persistentVolumeClaim).find(claimKey, signal), undefined);
  }));

test("a claim of somebody else that bears the name is not taken", () =>
  withControlPlane(async (plane) => {
    await plane.client
      .of(persistentVolumeClaim)
      .create({ metadata: claimKey, spec }, {}, plane.signal);
    await createPod(plane);
    const why = "PVC default/web-scratch was not created for pod default/web (pod is not owner)";
    assert.ok((await plane.events()).includes(`FailedBinding: ephemeral volume scratch: ${why}`));
  }));

async function createPod({ client, settle, signal }: ControlPlane): Promise<void> {
  const volumeClaimTemplate = { metadata: { labels: { kind: "scratch" } }, spec };
  const volumes = [{ name: "scratch", ephemeral: { volumeClaimTemplate } }];
  const containers = [{ name: "app", image: "a" }];
  await client.of(pod).create({ metadata: podKey, spec: { containers, volumes } }, {}, signal);
  await settle();
}
