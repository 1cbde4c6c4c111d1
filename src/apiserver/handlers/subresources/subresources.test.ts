import assert from "node:assert/strict";
import { test } from "node:test";
import { type JsonObject, textAt } from "#api";
import type { HttpRequest, HttpTransport } from "#base";
import { collect } from "#http";
import type { NodeConnector } from "../../node-connector.ts";
import { openTestApiServer, type TestApiServer } from "../../testing.ts";

const pods = "/api/v1/namespaces/default/pods";
const containers = [{ name: "web", image: "i", ports: [{ containerPort: 8080 }] }];

// Each line: what a client asks, and what the node or pod behind it is asked.
for (const [asked, want] of [
  [
    "GET pods/p/log?follow=true&tailLines=5",
    "node-1 GET /containerLogs/default/p/web?follow=true&tailLines=5",
  ],
  ["GET nodes/node-1/proxy/metrics/resource?x=1", "node-1 GET /metrics/resource?x=1"],
  ["POST pods/p/proxy/a/b?c=d", "10.42.0.9:8080 POST /a/b?c=d"],
  ["GET pods/p:9000/proxy/", "10.42.0.9:9000 GET /"],
  [
    "UPGRADE pods/p/exec?command=ls&command=-l&stdout=true&stderr=true",
    "node-1 POST /exec/default/p/web?output=1&error=1&command=ls&command=-l",
  ],
  [
    "UPGRADE pods/p/exec?command=sh&stdin=true&stdout=true&tty=true",
    "node-1 POST /exec/default/p/web?input=1&output=1&tty=1&command=sh",
  ],
  ["UPGRADE pods/p/attach?container=web&stdout=1", "node-1 POST /attach/default/p/web?output=1"],
  ["UPGRADE pods/p/portforward?ports=80,81", "node-1 POST /portForward/default/p?port=80&port=81"],
] as const) {
  test(`${asked} becomes ${want}`, async () => {
    const seen: string[] = [];
    await using api = await openTestApiServer({ nodes: recordingNodes(seen) });
    await createRunningPod(api, "p");
    const [method = "", path = ""] = asked.split(" ");
    const target = path.startsWith("nodes")
      ? `/api/v1/${path}`
      : `/api/v1/namespaces/default/${path}`;
    if (method === "UPGRADE") {
      const headers = { connection: "Upgrade", upgrade: "SPDY/3.1", authorization: "Bearer x" };
      await api.transport.upgrade({ method: "POST", target, headers, body: undefined }, never());
    } else await call(api, method, target);
    assert.deepEqual(seen, [want]);
  });
}

for (const [asked, want] of [
  ["GET pods/p/log?container=none", "400 container none is not valid for pod p"],
  ["GET pods/none/log", '404 pods "none" not found'],
  ["GET pods/p/exec?command=ls", "400 Upgrade request required"],
  ["PUT pods/p/exec", "405 the server does not allow this method on the requested resource"],
  ["GET pods/p/unknown", "404 the server could not find the requested resource"],
] as const) {
  test(`${asked} is refused: ${want}`, async () => {
    await using api = await openTestApiServer({ nodes: recordingNodes([]) });
    await createRunningPod(api, "p");
    const [method = "", path = ""] = asked.split(" ");
    const { status, body } = await call(api, method, `/api/v1/namespaces/default/${path}`);
    assert.equal(`${status} ${textAt(body, "message")}`, want);
  });
}

test("a binding puts a pod on a node once", async () => {
  await using api = await openTestApiServer();
  await call(api, "POST", pods, { metadata: { name: "p" }, spec: { containers } });
  const binding = { metadata: { name: "p" }, target: { kind: "Node", name: "node-2" } };
  const first = await call(api, "POST", `${pods}/p/binding`, binding);
  const second = await call(api, "POST", `${pods}/p/binding`, binding);
  const { body } = await call(api, "GET", `${pods}/p`);
  assert.deepEqual([first.status, (body["spec"] as JsonObject)["nodeName"]], [201, "node-2"]);
  assert.equal(
    second.body["message"],
    'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "node-2"',
  );
});

test("an eviction asks the budget, and spends it", async () => {
  await using api = await openTestApiServer();
  const budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
  const selector = { matchLabels: { app: "web" } };
  await call(api, "POST", budgets, {
    metadata: { name: "b" },
    spec: { minAvailable: 1, selector },
  });
  for (const name of ["p", "q"]) await createRunningPod(api, name);
  const counts = { currentHealthy: 2, desiredHealthy: 1, expectedPods: 2, observedGeneration: 1 };
  await patch(api, `${budgets}/b/status`, { status: { ...counts, disruptionsAllowed: 1 } });

  const evict = (name: string) =>
    call(api, "POST", `${pods}/${name}/eviction`, { metadata: { name } });
  assert.equal((await evict("p")).status, 201);
  const refused = await evict("q");
  assert.deepEqual(
    [refused.status, refused.body["message"]],
    [429, "Cannot evict pod as it would violate the pod's disruption budget."],
  );
  const { body } = await call(api, "GET", `${budgets}/b`);
  const { disruptionsAllowed, disruptedPods } = body["status"] as JsonObject;
  assert.deepEqual([disruptionsAllowed, Object.keys(disruptedPods ?? {})], [0, ["p"]]);
});

async function createRunningPod(api: TestApiServer, name: string): Promise<void> {
  const metadata = { name, labels: { app: "web" } };
  await call(api, "POST", pods, { metadata, spec: { nodeName: "node-1", containers } });
  const conditions = [{ type: "Ready", status: "True" }];
  const status = { phase: "Running", podIP: "10.42.0.9", conditions };
  await patch(api, `${pods}/${name}/status`, { status });
}

/** Notes what nodes and servers of the cluster are asked, without the credentials of the client. */
function recordingNodes(seen: string[]): NodeConnector {
  const transport = (whom: string): HttpTransport => {
    const note = ({ method, target, headers }: HttpRequest) => {
      assert.equal(headers["authorization"], undefined);
      seen.push(`${whom} ${method} ${target}`);
      return { status: 200, headers: {}, body: new TextEncoder().encode("{}") };
    };
    return {
      send: async (request) => note(request),
      upgrade: async (request) => ({ kind: "refused", response: note(request) }),
    };
  };
  return {
    connectNode: async (name) => transport(name),
    connectAddress: async ({ host, port }) => transport(`${host}:${port}`),
  };
}

function patch(api: TestApiServer, target: string, body: JsonObject) {
  return call(api, "PATCH", target, body);
}

async function call(
  { transport }: TestApiServer,
  method: string,
  target: string,
  body?: JsonObject,
): Promise<{ readonly status: number; readonly body: JsonObject }> {
  const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const sent = body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body));
  const headers = { "content-type": type };
  const response = await transport.send({ method, target, headers, body: sent }, never());
  const bytes = await collect(response.body ?? new Uint8Array(), 1e7, () => new Error("too long"));
  return { status: response.status, body: JSON.parse(new TextDecoder().decode(bytes)) };
}

function never(): AbortSignal {
  return new AbortController().signal;
}
