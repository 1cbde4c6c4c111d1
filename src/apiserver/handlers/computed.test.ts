import assert from "node:assert/strict";
import { test } from "node:test";
import { type JsonObject, notFound } from "#api";
import { nodeMetrics, podMetrics } from "#api/metrics/v1beta1";
import { collect } from "#http";
import { openTestApiServer } from "../testing.ts";
import { computedGroupOf } from "./computed.ts";

const root = "/apis/metrics.k8s.io/v1beta1";
const all = [podMetricsOf("blue", "a", "web"), podMetricsOf("red", "b", "db")];
const group = computedGroupOf("metrics.k8s.io", [
  {
    kind: podMetrics,
    list: (namespace) =>
      all.filter((one) => namespace === "" || one.metadata.namespace === namespace),
    get(_namespace, name) {
      const found = all.find(({ metadata }) => metadata.name === name);
      if (found === undefined) throw notFound({ group: "metrics.k8s.io", name: "pods" }, name);
      return found;
    },
  },
  { kind: nodeMetrics, list: () => [], get: () => ({}) },
]);

const cases: readonly (readonly [request: string, answer: string])[] = [
  ["GET pods", "200 PodMetricsList a b"],
  ["GET namespaces/red/pods", "200 PodMetricsList b"],
  ["GET namespaces/green/pods", "200 PodMetricsList "],
  ["GET pods?labelSelector=app=web", "200 PodMetricsList a"],
  ["GET pods?labelSelector=app+in+(", "400 Status"],
  ["GET pods?fieldSelector=metadata.namespace=red", "200 PodMetricsList b"],
  ["GET namespaces/blue/pods/a", "200 PodMetrics a"],
  ["GET namespaces/blue/pods/c", "404 Status"],
  ["GET namespaces/blue/pods/a/log", "404 Status"],
  ["GET pods/a", "404 Status"],
  ["GET services", "404 Status"],
  ["GET nodes", "200 NodeMetricsList "],
  ["GET namespaces/blue/nodes", "404 Status"],
  ["GET pods?watch=1", "405 Status"],
  ["POST namespaces/blue/pods", "405 Status"],
  ["DELETE namespaces/blue/pods/a", "405 Status"],
];

for (const [request, answer] of cases) {
  test(`what is computed is read only: ${request} gives ${answer}`, async () => {
    await using api = await openTestApiServer({ computedGroups: [group] });
    const [method = "", path = ""] = request.split(" ");
    assert.equal(show(await ask(api.transport, method, `${root}/${path}`)), answer);
  });
}

test("resources that come and go are listed by discovery as they are", async () => {
  const resources = [{ name: "queue_depth", namespaced: true, kind: "Depth" }];
  const dynamic = {
    name: "queues.shop.io",
    versions: ["v2", "v1"],
    resources: () => resources,
    answer: async () => assert.fail("nobody asks"),
  };
  await using api = await openTestApiServer({ dynamicGroups: [dynamic] });
  const list = async (path: string) => (await ask(api.transport, "GET", path)).body;
  const listed = { name: "queue_depth", singularName: "", namespaced: true, kind: "Depth" };
  assert.deepEqual(await list("/apis/queues.shop.io/v1"), {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: "queues.shop.io/v1",
    resources: [{ ...listed, verbs: ["get"] }],
  });
  resources.length = 0;
  assert.deepEqual((await list("/apis/queues.shop.io/v2"))["resources"], []);
  const named = await list("/apis/queues.shop.io");
  assert.deepEqual(named["preferredVersion"], { groupVersion: "queues.shop.io/v2", version: "v2" });
  const lastGroup = async () => {
    const { groups } = (await list("/apis")) as { readonly groups?: readonly JsonObject[] };
    return groups?.at(-1)?.["name"];
  };
  // A group without any resource is not told of.
  assert.notEqual(await lastGroup(), "queues.shop.io");
  resources.push({ name: "queue_depth", namespaced: true, kind: "Depth" });
  assert.equal(await lastGroup(), "queues.shop.io");
});

test("what nobody computes is unavailable", async () => {
  await using api = await openTestApiServer();
  const { status, body } = await ask(api.transport, "GET", `${root}/pods`);
  assert.equal(status, 503);
  assert.equal(body["message"], "the server is currently unable to handle the request");
});

test("rows show usage as metrics-server does", async () => {
  await using api = await openTestApiServer({ computedGroups: [group] });
  const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
  const { body } = await ask(api.transport, "GET", `${root}/namespaces/blue/pods`, accept);
  const { columnDefinitions, rows } = body as unknown as {
    readonly columnDefinitions: readonly { readonly name: string; readonly format: string }[];
    readonly rows: readonly { readonly cells: readonly string[] }[];
  };
  assert.deepEqual(
    columnDefinitions.map(({ name, format }) => `${name} ${format}`),
    ["Name name", "cpu quantity", "memory quantity", "Window duration"],
  );
  assert.deepEqual(rows[0]?.cells, ["a", "3m", "2Mi", "15s"]);
});

async function ask(
  transport: Awaited<ReturnType<typeof openTestApiServer>>["transport"],
  method: string,
  target: string,
  accept = "application/json",
): Promise<{ readonly status: number; readonly body: JsonObject }> {
  const { signal } = new AbortController();
  const request = { method, target, headers: { accept }, body: undefined };
  const { status, body } = await transport.send(request, signal);
  const bytes = await collect(body ?? new Uint8Array(), 1e6, () => new Error("too long"));
  return { status, body: JSON.parse(new TextDecoder().decode(bytes)) as JsonObject };
}

function show({ status, body }: { readonly status: number; readonly body: JsonObject }): string {
  const { kind, items, metadata } = body as {
    readonly kind: string;
    readonly items?: readonly { readonly metadata: { readonly name: string } }[];
    readonly metadata?: { readonly name?: string };
  };
  if (kind === "Status") return `${status} ${kind}`;
  const names = items?.map((item) => item.metadata.name) ?? [metadata?.name];
  return `${status} ${kind} ${names.join(" ")}`;
}

function podMetricsOf(namespace: string, name: string, app: string) {
  return {
    metadata: { name, namespace, labels: { app } },
    timestamp: "2026-01-01T12:00:00Z",
    window: "15s",
    containers: [
      { name: "app", usage: { cpu: "1m", memory: "1Mi" } },
      { name: "log", usage: { cpu: "2m", memory: "1Mi" } },
    ],
  };
}
