import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#api";
import type { Service } from "#api/core/v1";
import type { ListMeta, ObjectMeta } from "#api/meta/v1";
import { VirtualClock } from "#base/testing";
import { collect } from "#http";
import type { Authorizer } from "./authorization.ts";
import { openTestApiServer, type TestApiServer } from "./testing.ts";

type ServiceSpec = NonNullable<Service["spec"]>;

const configMaps = "/api/v1/namespaces/default/configmaps";

test("an object is created, read, replaced, patched and deleted", async () => {
  await using api = await openTestApiServer();
  const created = await call(api, "POST", configMaps, configMap("a", { k: "1" }));
  assert.equal(created.status, 201);
  const read = await call(api, "GET", `${configMaps}/a`);
  assert.deepEqual(read.body, created.body);

  const replaced = await call(api, "PUT", `${configMaps}/a`, configMap("a", { k: "2" }));
  assert.deepEqual(replaced.body["data"], { k: "2" });
  const patched = await call(api, "PATCH", `${configMaps}/a`, { data: { l: "3" } });
  assert.deepEqual(patched.body["data"], { k: "2", l: "3" });

  const deleted = await call(api, "DELETE", `${configMaps}/a`);
  assert.equal(deleted.body["status"], "Success");
  const gone = await call(api, "GET", `${configMaps}/a`);
  assert.deepEqual([gone.status, gone.body["message"]], [404, 'configmaps "a" not found']);
});

test("a write that changes nothing keeps the resource version", async () => {
  await using api = await openTestApiServer();
  const created = await call(api, "POST", configMaps, configMap("a", { x: "1", y: "2" }));
  const same = await call(api, "PUT", `${configMaps}/a`, configMap("a", { y: "2", x: "1" }));
  assert.equal(versionOf(same.body), versionOf(created.body));
});

test("a list shows the objects of one revision without their kinds", async () => {
  await using api = await openTestApiServer();
  for (const name of ["b", "a"]) await call(api, "POST", configMaps, configMap(name, {}));
  const { body } = await call(api, "GET", configMaps);
  const items = body["items"] as JsonObject[];
  assert.equal(body["kind"], "ConfigMapList");
  assert.equal(versionOf(body), "2");
  assert.deepEqual(
    items.map((item) => [item["kind"], (item["metadata"] as JsonObject)["name"]]),
    [
      [undefined, "a"],
      [undefined, "b"],
    ],
  );
});

test("pages continue the first page's revision", async () => {
  await using api = await openTestApiServer();
  for (const name of ["a", "b", "c"]) await call(api, "POST", configMaps, configMap(name, {}));
  const first = await call(api, "GET", `${configMaps}?limit=2`);
  await call(api, "POST", configMaps, configMap("d", {}));
  const { continue: token, remainingItemCount } = first.body["metadata"] as ListMeta;
  const second = await call(api, "GET", `${configMaps}?limit=2&continue=${token}`);
  assert.equal(remainingItemCount, 1);
  assert.deepEqual(namesOf(second.body), ["c"]);
  assert.equal(versionOf(second.body), versionOf(first.body));
});

test("a stale update is a conflict in upstream's words", async () => {
  await using api = await openTestApiServer();
  const { body } = await call(api, "POST", configMaps, configMap("a", {}));
  await call(api, "PATCH", `${configMaps}/a`, { data: { l: "3" } });
  const stale = await call(api, "PUT", `${configMaps}/a`, body);
  assert.deepEqual(
    [stale.status, stale.body["reason"], stale.body["message"]],
    [
      409,
      "Conflict",
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; ' +
        "please apply your changes to the latest version and try again",
    ],
  );
});

test("a watch tells the state, its end and then what happens", async () => {
  await using api = await openTestApiServer();
  await call(api, "POST", configMaps, configMap("a", {}, { app: "web" }));
  await call(api, "POST", configMaps, configMap("b", {}));
  const query = "watch=1&labelSelector=app%3Dweb&allowWatchBookmarks=true";
  const state = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
  await using events = await watch(api, `${configMaps}?${query}&${state}`);
  assert.equal(await events.next(), "ADDED a@1");
  assert.equal(await events.next(), "BOOKMARK undefined@2 end");
  await call(api, "PATCH", `${configMaps}/b`, { metadata: { labels: { app: "web" } } });
  assert.equal(await events.next(), "ADDED b@3");
  await call(api, "PATCH", `${configMaps}/a`, { metadata: { labels: { app: null } } });
  assert.equal(await events.next(), "DELETED a@4");
  await call(api, "DELETE", `${configMaps}/b`);
  assert.equal(await events.next(), "DELETED b@5");
});

test("a watch from a revision tells what came after it", async () => {
  await using api = await openTestApiServer();
  await call(api, "POST", configMaps, configMap("a", {}));
  await call(api, "POST", configMaps, configMap("b", {}));
  await using events = await watch(api, `${configMaps}?watch=1&resourceVersion=1`);
  assert.equal(await events.next(), "ADDED b@2");
  await call(api, "DELETE", `${configMaps}/a`);
  assert.equal(await events.next(), "DELETED a@3");
});

function configMap(
  name: string,
  data: Readonly<Record<string, string>>,
  labels?: Readonly<Record<string, string>>,
): JsonObject {
  return { kind: "ConfigMap", apiVersion: "v1", metadata: { name, labels }, data };
}

async function call(
  { transport }: TestApiServer,
  method: string,
  target: string,
  body?: JsonObject,
): Promise<{ readonly status: number; readonly body: JsonObject }> {
  const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const encoded = body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body));
  const headers = { "content-type": type };
  const signal = new AbortController().signal;
  const response = await transport.send({ method, target, headers, body: encoded }, signal);
  const bytes = await collect(response.body ?? new Uint8Array(), 1e9, () => new Error("too long"));
  return { status: response.status, body: JSON.parse(new TextDecoder().decode(bytes)) };
}

async function watch(
  { transport }: TestApiServer,
  target: string,
): Promise<AsyncDisposable & { next(): Promise<string> }> {
  const stop = new AbortController();
  const request = { method: "GET", target, headers: {}, body: undefined };
  const { body } = await transport.send(request, stop.signal);
  assert.ok(body !== undefined && !(body instanceof Uint8Array));
  const chunks = body[Symbol.asyncIterator]();
  const lines: string[] = [];
  return {
    next: async () => {
      while (lines.length === 0) {
        const { value, done } = await chunks.next();
        if (done === true) return "the end";
        lines.push(...new TextDecoder().decode(value).trimEnd().split("\n"));
      }
      const { type, object } = JSON.parse(lines.shift() ?? "");
      const { name, resourceVersion, annotations } = object.metadata ?? {};
      const isEnd = annotations?.["k8s.io/initial-events-end"] === "true";
      return `${type} ${name}@${resourceVersion}${isEnd ? " end" : ""}`;
    },
    [Symbol.asyncDispose]: async () => stop.abort(),
  };
}

function versionOf(object: JsonObject): unknown {
  return (object["metadata"] as JsonObject)["resourceVersion"];
}

function namesOf(list: JsonObject): readonly unknown[] {
  return (list["items"] as JsonObject[]).map((item) => (item["metadata"] as JsonObject)["name"]);
}

test("a Service gets an address and node ports, and gives them back", async () => {
  await using api = await openTestApiServer();
  const services = "/api/v1/namespaces/default/services";
  const web = await call(api, "POST", services, nodePortService("web", {}));
  const { clusterIP, ports } = web.body["spec"] as ServiceSpec;
  const nodePort = ports?.[0]?.nodePort ?? 0;
  const held = await call(api, "GET", `/apis/networking.k8s.io/v1/ipaddresses/${clusterIP}`);
  assert.match(clusterIP ?? "", /^10\.43\./);
  assert.equal(held.status, 200);

  const taken = await call(api, "POST", services, nodePortService("b", { clusterIP }));
  assert.equal(
    taken.body["message"],
    `Service "b" is invalid: spec.clusterIPs: Invalid value: ["${clusterIP}"]: ` +
      `failed to allocate IP ${clusterIP}: provided IP is already allocated`,
  );
  const again = await call(api, "POST", services, nodePortService("c", {}, nodePort));
  assert.equal(
    again.body["message"],
    `Service "c" is invalid: spec.ports[0].nodePort: Invalid value: ${nodePort}: provided port is already allocated`,
  );

  await call(api, "DELETE", `${services}/web`);
  const reused = await call(api, "POST", services, nodePortService("d", { clusterIP }, nodePort));
  assert.equal(reused.status, 201);
});

function nodePortService(name: string, spec: ServiceSpec, nodePort?: number): JsonObject {
  const ports = [{ port: 80, ...(nodePort === undefined ? {} : { nodePort }) }];
  return {
    kind: "Service",
    apiVersion: "v1",
    metadata: { name },
    spec: { type: "NodePort", ...spec, ports } as JsonObject,
  };
}

test("continue tokens expire, with another that goes on inconsistently", async () => {
  const clock = new VirtualClock();
  await using api = await openTestApiServer({ clock });
  for (const name of ["a", "b"]) await call(api, "POST", configMaps, configMap(name, {}));
  const first = await call(api, "GET", `${configMaps}?limit=1`);
  const { continue: token } = first.body["metadata"] as ListMeta;
  await call(api, "POST", configMaps, configMap("c", {}));
  await clock.advance(6 * 60_000);
  const expired = await call(api, "GET", `${configMaps}?limit=1&continue=${token}`);
  const { continue: other } = expired.body["metadata"] as ListMeta;
  const rest = await call(api, "GET", `${configMaps}?continue=${other}`);
  assert.deepEqual([expired.status, expired.body["reason"]], [410, "Expired"]);
  assert.deepEqual(namesOf(rest.body), ["b", "c"]);
});

test("events are gone an hour after they happened", async () => {
  const clock = new VirtualClock();
  await using api = await openTestApiServer({ clock });
  const events = "/api/v1/namespaces/default/events";
  const involvedObject = { kind: "Pod", name: "p", namespace: "default" };
  await call(api, "POST", events, { metadata: { name: "old" }, involvedObject });
  await clock.advance(31 * 60_000);
  await call(api, "POST", events, { metadata: { name: "young" }, involvedObject });
  await clock.advance(31 * 60_000);
  assert.deepEqual(namesOf((await call(api, "GET", events)).body), ["young"]);
});

test("an event of the core group is one of events.k8s.io as well", async () => {
  await using api = await openTestApiServer();
  const core = "/api/v1/namespaces/default/events";
  const newer = "/apis/events.k8s.io/v1/namespaces/default/events";
  await using seen = await watch(api, `${newer}?watch=1&resourceVersion=0`);
  const regarding = { kind: "Pod", name: "p", namespace: "default" };
  const eventTime = "2026-01-01T00:00:00.000000Z";
  const reporter = { reportingController: "example.com/c", reportingInstance: "c-1" };
  const what = { action: "Greeting", reason: "Greeted", type: "Normal", note: "hi" };
  await call(api, "POST", newer, {
    metadata: { name: "e" },
    regarding,
    eventTime,
    ...reporter,
    ...what,
  });
  const { body } = await call(api, "GET", `${core}/e`);
  assert.equal(await seen.next(), "ADDED e@1");
  assert.deepEqual(
    [body["kind"], body["apiVersion"], body["message"], body["involvedObject"]],
    ["Event", "v1", "hi", regarding],
  );
  await call(api, "PATCH", `${core}/e`, { message: "again" });
  assert.equal((await call(api, "GET", `${newer}/e`)).body["note"], "again");
});

test("an autoscaler of version 1 is one of version 2 with a processor metric", async () => {
  await using api = await openTestApiServer();
  const v1 = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
  const v2 = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
  const spec = { scaleTargetRef, maxReplicas: 3, targetCPUUtilizationPercentage: 80 };
  await call(api, "POST", v1, { metadata: { name: "web" }, spec });
  const { body } = await call(api, "GET", `${v2}/web`);
  const target = { type: "Utilization", averageUtilization: 80 };
  assert.deepEqual((body["spec"] as JsonObject)["metrics"], [
    { type: "Resource", resource: { name: "cpu", target } },
  ]);
  assert.deepEqual((await call(api, "GET", `${v1}/web`)).body["spec"], spec);
});

test("what the store has given up is Expired, for lists and within watches", async () => {
  await using api = await openTestApiServer();
  for (const name of ["a", "b", "c"]) await call(api, "POST", configMaps, configMap(name, {}));
  await api.store.compact(3);
  const exact = "resourceVersion=1&resourceVersionMatch=Exact";
  const list = await call(api, "GET", `${configMaps}?${exact}`);
  assert.deepEqual([list.status, list.body["reason"]], [410, "Expired"]);
  await using events = await watch(api, `${configMaps}?watch=1&resourceVersion=1`);
  assert.equal(await events.next(), "ERROR undefined@undefined");
  assert.equal(await events.next(), "the end");
});

test("a body of more than 3 MiB is refused", async () => {
  await using api = await openTestApiServer();
  const { status, body } = await call(
    api,
    "POST",
    configMaps,
    configMap("a", { k: "x".repeat(4e6) }),
  );
  assert.deepEqual([status, body["message"]], [413, "Request entity too large: limit is 3145728"]);
});

test("a watcher that does not read is ended, and may go on from its last event", async () => {
  await using api = await openTestApiServer();
  await using slow = await watch(api, `${configMaps}?watch=1&resourceVersion=0`);
  const text = "x".repeat(1_000_000);
  for (let index = 0; index < 20; index++) {
    await call(api, "PUT", `${configMaps}/a`, configMap("a", { text, index: `${index}` }));
    if (index === 0) await call(api, "POST", configMaps, configMap("a", { text }));
  }
  const told: string[] = [];
  while (told.at(-1) !== "the end") told.push(await slow.next());
  const [, last = ""] = told.at(-2)?.split("@") ?? [];
  assert.ok(told.length < 20, "what it left unread is bounded");
  await using again = await watch(api, `${configMaps}?watch=1&resourceVersion=${last}`);
  assert.equal(await again.next(), `MODIFIED a@${Number(last) + 1}`);
});

test("who applies what is not there must be allowed to create it", async () => {
  const authorizer: Authorizer = {
    authorize: async (_user, { verb }) => ({ allowed: verb !== "create", reason: "" }),
  };
  await using api = await openTestApiServer({ authorizer });
  const refused = await apply(api, configMap("a", {}));
  assert.deepEqual(
    [refused.status, refused.body["message"]],
    [
      403,
      'configmaps "a" is forbidden: User "test-admin" cannot create resource "configmaps" ' +
        'in API group "" in the namespace "default"',
    ],
  );
});

test("an applied object that names a uid is not made anew", async () => {
  await using api = await openTestApiServer();
  const object = { ...configMap("a", {}), metadata: { name: "a", uid: "gone" } };
  const { status, body } = await apply(api, object);
  assert.deepEqual(
    [status, body["message"]],
    [
      409,
      'Operation cannot be fulfilled on configmaps "a": uid mismatch: the provided object ' +
        "specified uid gone, and no existing object was found",
    ],
  );
});

async function apply({ transport }: TestApiServer, object: JsonObject) {
  const target = `${configMaps}/a?fieldManager=test`;
  const headers = { "content-type": "application/apply-patch+yaml" };
  const body = new TextEncoder().encode(JSON.stringify(object));
  const signal = new AbortController().signal;
  const response = await transport.send({ method: "PATCH", target, headers, body }, signal);
  const bytes = await collect(response.body ?? new Uint8Array(), 1e7, () => new Error("too long"));
  const decoded: JsonObject = JSON.parse(new TextDecoder().decode(bytes));
  return { status: response.status, body: decoded };
}

test("a watch tells a large state page by page, whole and of one revision", async () => {
  await using api = await openTestApiServer();
  const names = Array.from({ length: 2_300 }, (_, index) => `c-${index}`);
  for (const name of names) await call(api, "POST", configMaps, configMap(name, {}));
  const state = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
  await using events = await watch(api, `${configMaps}?watch=1&${state}`);
  const told = new Set<string>();
  for (let event = await events.next(); !event.endsWith(" end"); event = await events.next()) {
    told.add(event.replace(/^ADDED (.*)@.*$/, "$1"));
  }
  assert.deepEqual([...told].sort(), [...names].sort());
});

test("who owns a field is kept when the object is written in its other version", async () => {
  await using api = await openTestApiServer();
  const v1 = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
  const v2 = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
  const made = { metadata: { name: "web" }, spec: { scaleTargetRef, maxReplicas: 3 } };
  await call(api, "POST", `${v2}?fieldManager=first`, made);
  const { body } = await call(api, "PATCH", `${v1}/web?fieldManager=second`, {
    spec: { maxReplicas: 4 },
  });
  const { managedFields = [] } = body["metadata"] as ObjectMeta;
  assert.deepEqual(
    managedFields.map(({ manager, apiVersion }) => `${manager} ${apiVersion}`),
    ["first autoscaling/v2", "second autoscaling/v1"],
  );
});
