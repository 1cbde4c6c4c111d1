import assert from "node:assert/strict";
import { test } from "node:test";
import { persistentVolume, persistentVolumeClaim, pod } from "#api/core/v1";
import { type ControlPlane, withControlPlane } from "./control-plane.ts";

const claimKey = { namespace: "default", name: "data" };
const volumeKey = { namespace: "", name: "disk" };
const podKey = { namespace: "default", name: "web" };

test("a claim and its volume stay as long as a pod uses them, and go with it", () =>
  withControlPlane(async (plane) => {
    const { client, signal } = plane;
    await createAll(plane);
    assert.equal(await show(plane), "claim Bound, volume Bound, pod");

    await client.of(persistentVolumeClaim).delete(claimKey, {}, signal);
    await client.of(persistentVolume).delete(volumeKey, {}, signal);
    await plane.settle(10_000);
    assert.equal(await show(plane), "claim Bound going, volume Bound going, pod");

    await client.of(pod).delete(podKey, { gracePeriodSeconds: 0 }, signal);
    await plane.settle();
    assert.equal(await show(plane), "");
  }));

test("a claim that no pod uses goes at once, its volume stays for its owner to reclaim", () =>
  withControlPlane(async (plane) => {
    const { client, signal } = plane;
    await createAll(plane);
    await client.of(pod).delete(podKey, { gracePeriodSeconds: 0 }, signal);
    await client.of(persistentVolumeClaim).delete(claimKey, {}, signal);
    await plane.settle();
    assert.equal(await show(plane), "volume Released");
    await client.of(persistentVolume).delete(volumeKey, {}, signal);
    await plane.settle();
    assert.equal(await show(plane), "");
  }));

/** A claim bound to a volume, used by a pod on a node. */
async function createAll({ client, signal, settle }: ControlPlane): Promise<void> {
  const common = { accessModes: ["ReadWriteOnce"], storageClassName: "" };
  const size = { storage: "1Gi" };
  const volume = { ...common, capacity: size, hostPath: { path: "/data" } };
  const claim = { ...common, resources: { requests: size } };
  const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
  const containers = [{ name: "app", image: "a" }];
  await client
    .of(persistentVolume)
    .create({ metadata: { name: "disk" }, spec: volume }, {}, signal);
  await client.of(persistentVolumeClaim).create({ metadata: claimKey, spec: claim }, {}, signal);
  const spec = { nodeName: "node-1", containers, volumes };
  await client.of(pod).create({ metadata: podKey, spec }, {}, signal);
  await settle();
}

/** What there is, the phases of claim and volume, and what is being deleted. */
async function show({ client, signal }: ControlPlane): Promise<string> {
  const claim = await client.of(persistentVolumeClaim).find(claimKey, signal);
  const volume = await client.of(persistentVolume).find(volumeKey, signal);
  const user = await client.of(pod).find(podKey, signal);
  const describe = (name: string, found: typeof claim | typeof volume): readonly string[] => {
    if (found === undefined) return [];
    const going = found.metadata.deletionTimestamp === undefined ? "" : " going";
    return [`${name} ${found.status.phase}${going}`];
  };
  const pods = user === undefined ? [] : ["pod"];
  return [...describe("claim", claim), ...describe("volume", volume), ...pods].join(", ");
}
