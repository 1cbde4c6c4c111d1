/** Deploying to a real API server in memory, in which nothing comes to run. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { HttpRequest, HttpTransport } from "#base";
import { VirtualClock } from "#base/testing";
import { openTestApiServer } from "#apiserver/testing";
import { createObjectClient, type ObjectClient } from "#client";
import { kindIn, metadataOf } from "../cluster/decode.ts";
import { getRevision, listRevisions } from "../history/history.ts";
import { planOf } from "../testing.ts";
import { formatChange } from "./format-change.ts";
import { listStackObjects, lookAt } from "./look.ts";
import { removeStack } from "./remove.ts";
import { runDeployment } from "./run-deployment.ts";

const { signal } = new AbortController();
const identity = {
  gzip: async (bytes: Uint8Array) => bytes,
  gunzip: async (bytes: Uint8Array) => bytes,
};
const findPlace = () => ({ file: "compose.yaml", line: 9, column: 9 });
const key = { stack: "shop", namespace: "test" };

const two = `services:
  web: {image: "web:1", ports: ["80:80"], deploy: {replicas: 3}}
  db: {image: "db:1", volumes: ["files:/files"]}
volumes: {files: }`;

interface Shop {
  readonly objects: ObjectClient;
  /** Deploys the text without waiting; gives what changed, and what was noted. */
  deploy(text: string): Promise<readonly string[]>;
  names(): Promise<readonly string[]>;
}

function openShop(transport: HttpTransport): Shop {
  const objects = createObjectClient(transport);
  return {
    objects,
    async deploy(text) {
      const plan = await planOf(text);
      const lines: string[] = [];
      const look = await lookAt(objects, plan, { prune: true, findPlace }, signal);
      lines.push(...look.changes.flatMap((change) => formatChange(change, "short")));
      const note = (line: string) => lines.push(line);
      const deps = { objects, clock: new VirtualClock(), signal, packing: identity };
      await runDeployment({ ...deps, note, onProgress: () => {} }, plan, look, {
        until: "started",
        timeoutMs: 1_000,
        findPlace,
        description: "deploy",
      });
      return lines;
    },
    async names() {
      const found = await listStackObjects(objects, key, signal);
      return found.map((object) => `${kindIn(object)}/${metadataOf(object).name}`);
    },
  };
}

test("a stack is applied with its namespace, and then nothing is left to do", async () => {
  await using api = await openTestApiServer();
  const shop = openShop(api.transport);
  assert.deepEqual(await shop.deploy(two), [
    "+ PersistentVolumeClaim/files",
    "+ Service/web",
    "+ Service/web-published",
    "+ Deployment/web",
    "+ Service/db",
    "+ Deployment/db",
  ]);
  assert.deepEqual(await shop.deploy(two), []);
  const revisions = await listRevisions(shop.objects, key, signal);
  assert.deepEqual(
    revisions.map(({ number, status }) => `${number} ${status}`),
    ["1 deployed"],
  );
});

test("another number of replicas is the only difference", async () => {
  await using api = await openTestApiServer();
  const shop = openShop(api.transport);
  await shop.deploy(two);
  const changes = await shop.deploy(two.replace("replicas: 3", "replicas: 5"));
  assert.deepEqual(
    changes.filter((line) => /^(?:\S| {4}[-+])/.test(line)),
    ["~ Deployment/web", "    -   replicas: 3", "    +   replicas: 5"],
  );
});

test("what has left the file goes, and what is in volumes stays", async () => {
  await using api = await openTestApiServer();
  const shop = openShop(api.transport);
  await shop.deploy(two);
  const changes = await shop.deploy(
    'services:\n  web: {image: "web:1", ports: ["80:80"], deploy: {replicas: 3}}',
  );
  assert.deepEqual(changes, ["- Deployment/db", "- Service/db"]);
  assert.ok((await shop.names()).includes("PersistentVolumeClaim/files"));
});

test("a service that gets ports gets another Service under its name", async () => {
  await using api = await openTestApiServer();
  const shop = openShop(api.transport);
  await shop.deploy("services:\n  web: {image: web}");
  const [first] = await shop.deploy('services:\n  web: {image: web, expose: ["80"]}');
  assert.equal(first, "± Service/web (made anew)");
  assert.deepEqual(await shop.deploy('services:\n  web: {image: web, expose: ["80"]}'), []);
});

test("when one object is refused in the end, everything is as it was before", async () => {
  await using api = await openTestApiServer();
  const refusing = openShop(refuseInEnd(api.transport, "/deployments/db"));
  await assert.rejects(refusing.deploy(two), {
    message: /^compose.yaml:3:3: service "db": the cluster refuses Deployment\/db: no more room/,
  });
  const namespaces = await api.transport.send(getOf("/api/v1/namespaces/test"), signal);
  assert.equal(namespaces.status === 404 || (await refusing.names()).length === 0, true);

  const shop = openShop(api.transport);
  await shop.deploy('services:\n  web: {image: "web:0"}');
  const before = await shop.names();
  await assert.rejects(refusing.deploy(two), /no more room/);
  assert.deepEqual(await shop.names(), before);
  assert.deepEqual(await shop.deploy('services:\n  web: {image: "web:0"}'), []);
  assert.equal((await listRevisions(shop.objects, key, signal)).length, 1);
});

test("what the server refuses is told with the line of the attribute", async () => {
  await using api = await openTestApiServer();
  const shop = openShop(api.transport);
  await shop.deploy(two);
  await assert.rejects(
    shop.deploy(`${two.replace("files: ", 'files: {driver_opts: {size: "1M"}}')}`),
    {
      message: /^compose.yaml:4:11: the cluster refuses PersistentVolumeClaim\/files: /,
    },
  );
});

test("objects of others are left alone", async () => {
  await using api = await openTestApiServer();
  const shop = openShop(api.transport);
  await shop.deploy(two);
  const plan = await planOf(two, { stack: "other" });
  await assert.rejects(lookAt(shop.objects, plan, { prune: true, findPlace }, signal), {
    message: /^compose.yaml:2:3: service "web": Service\/web is of stack "shop"; give the stack/m,
  });
});

test("history gives back what was deployed, and removing leaves nothing", async () => {
  await using api = await openTestApiServer();
  const shop = openShop(api.transport);
  await shop.deploy(two);
  await shop.deploy('services:\n  web: {image: "web:2"}');
  const deps = { objects: shop.objects, packing: identity, clock: new VirtualClock() };
  const first = await getRevision(deps, key, 1, signal);
  const { objects } = await planOf(two);
  assert.deepEqual(first.objects, JSON.parse(JSON.stringify(objects)));

  const options = { volumes: "remove", waits: false, timeoutMs: 0 } as const;
  const removal = await removeStack({ ...deps, signal }, key, options);
  assert.deepEqual(removal.keptVolumes, []);
  assert.deepEqual(await listRevisions(shop.objects, key, signal), []);
});

/** Refuses what is applied to that path, but not when it is only tried. */
function refuseInEnd(transport: HttpTransport, path: string): HttpTransport {
  const status = {
    kind: "Status",
    status: "Failure",
    reason: "Forbidden",
    code: 403,
    message: "no more room",
  };
  return {
    ...transport,
    upgrade: (request, stop) => transport.upgrade(request, stop),
    send: async (request, stop) => {
      const isReal = request.method === "PATCH" && !request.target.includes("dryRun");
      if (!isReal || !request.target.includes(path)) return transport.send(request, stop);
      const body = new TextEncoder().encode(JSON.stringify(status));
      return { status: 403, headers: {}, body };
    },
  };
}

function getOf(target: string): HttpRequest {
  return { method: "GET", target, headers: {}, body: undefined };
}
