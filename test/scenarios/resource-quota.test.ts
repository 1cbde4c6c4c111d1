import assert from "node:assert/strict";
import { test } from "node:test";
import { deployment } from "#api/apps/v1";
import { configMap, pod, resourceQuota, service } from "#api/core/v1";
import { resourceQuotaPlugin } from "#apiserver/testing";
import { type ControlPlane, noFigures, withControlPlane } from "./control-plane.ts";

const namespace = "default";
const labels = { app: "web" };
const container = { name: "app", image: "a", resources: { requests: { cpu: "500m" } } };

test("a namespace gets no more than its quota, and what goes makes room", () =>
  withQuotas(async (plane) => {
    const { client, signal, settle } = plane;
    await quotaOf(plane, { "requests.cpu": "1", pods: "3" });
    await podOf(plane, "a");
    await podOf(plane, "b");
    await assert.rejects(podOf(plane, "c"), {
      message:
        'pods "c" is forbidden: exceeded quota: bounds, requested: requests.cpu=500m, used: requests.cpu=1, limited: requests.cpu=1',
    });
    assert.equal(await used(plane), "pods=2 requests.cpu=1");
    await client.of(pod).delete({ namespace, name: "a" }, { gracePeriodSeconds: 0 }, signal);
    await settle();
    assert.equal(await used(plane), "pods=1 requests.cpu=500m");
    await podOf(plane, "c");
    assert.equal(await used(plane), "pods=2 requests.cpu=1");
  }));

test("a pod that ends makes room, a bound that is raised is in effect at once", () =>
  withQuotas(async (plane) => {
    const { client, signal, settle } = plane;
    await quotaOf(plane, { pods: "1" });
    await podOf(plane, "a");
    const [running] = await plane.pods();
    assert.ok(running !== undefined);
    await plane.report(running, { phase: "Succeeded" });
    await settle();
    await podOf(plane, "b");
    await assert.rejects(podOf(plane, "c"), /exceeded quota/);
    const quota = await client.of(resourceQuota).get({ namespace, name: "bounds" }, signal);
    await client.of(resourceQuota).update({ ...quota, spec: { hard: { pods: "2" } } }, {}, signal);
    await settle();
    await podOf(plane, "c");
  }));

test("a Deployment says what its pods lack, and goes on when there is room", () =>
  withQuotas(async (plane) => {
    const { client, signal, settle } = plane;
    await quotaOf(plane, { "limits.memory": "1Gi" });
    const template = { metadata: { labels }, spec: { containers: [container] } };
    const spec = { replicas: 1, selector: { matchLabels: labels }, template };
    await client.of(deployment).create({ metadata: { namespace, name: "web" }, spec }, {}, signal);
    await settle();
    const events = await plane.events();
    assert.ok(
      events.some((text) =>
        /^FailedCreate: .*failed quota: bounds: must specify limits.memory for: app$/.test(text),
      ),
      events.join("\n"),
    );
    await client.of(resourceQuota).delete({ namespace, name: "bounds" }, {}, signal);
    await settle(60_000);
    assert.equal((await plane.pods()).length, 1);
  }));

test("objects are counted by their kind, services by what they open", () =>
  withQuotas(async (plane) => {
    const { client, signal } = plane;
    await quotaOf(plane, { "count/configmaps": "1", "services.nodeports": "1" });
    const map = (name: string) =>
      client.of(configMap).create({ metadata: { namespace, name } }, {}, signal);
    await map("a");
    await assert.rejects(map("b"), /requested: count\/configmaps=1, used: count\/configmaps=1/);
    const open = (name: string) => {
      const spec = { type: "NodePort", ports: [{ port: 80 }], selector: labels };
      return client.of(service).create({ metadata: { namespace, name }, spec }, {}, signal);
    };
    const web = await open("web");
    await assert.rejects(open("other"), /exceeded quota/);
    const closed = { ...web, spec: { ...web.spec, type: "ClusterIP" } };
    await client.of(service).update(closed, {}, signal);
    await plane.settle();
    await open("other");
  }));

test("what is refused after one quota had booked it is booked out again", () =>
  withQuotas(async (plane) => {
    await quotaOf(plane, { pods: "5" }, "bounds");
    await quotaOf(plane, { "requests.cpu": "100m" }, "other");
    await assert.rejects(podOf(plane, "a"), /exceeded quota: other/);
    assert.equal(await used(plane), "pods=0");
  }));

function withQuotas(scenario: (plane: ControlPlane) => Promise<void>): Promise<void> {
  return withControlPlane(scenario, noFigures(), (deps) => [resourceQuotaPlugin(deps)]);
}

async function quotaOf(
  { client, signal, settle }: ControlPlane,
  hard: Readonly<Record<string, string>>,
  name = "bounds",
): Promise<void> {
  const object = { metadata: { namespace, name }, spec: { hard } };
  await client.of(resourceQuota).create(object, {}, signal);
  await settle();
}

async function podOf({ client, signal }: ControlPlane, name: string): Promise<void> {
  const object = { metadata: { namespace, name, labels }, spec: { containers: [container] } };
  await client.of(pod).create(object, {}, signal);
}

async function used({ client, signal }: ControlPlane): Promise<string> {
  const { status } = await client.of(resourceQuota).get({ namespace, name: "bounds" }, signal);
  const words = Object.entries(status.used ?? {}).map(([name, amount]) => `${name}=${amount}`);
  return words.sort().join(" ");
}
