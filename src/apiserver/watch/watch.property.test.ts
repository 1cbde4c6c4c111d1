/**
 * Whatever happens to objects, and whenever a client begins to watch: the state it started from, changed
 * by what it is told, is what a list shows in the end.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "#api";
import type { ConfigMap } from "#api/core/v1";
import type { Body } from "#base";
import { promisesSettled } from "#base/testing";
import { collect } from "#http";
import { openTestApiServer, type TestApiServer } from "../testing.ts";

const path = "/api/v1/namespaces/default/configmaps";
const selected = "labelSelector=side%3Dleft";

/** One step: a write to one of a few objects, or a watcher that begins. */
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("left", "right", "delete"),
      name: fc.constantFrom("a", "b", "c"),
      value: fc.nat(3),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom("watch state", "watch on", "watch old") }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "settle" }) },
);
type Step = { kind: string; name?: string; value?: number };

test("a watch tells just what leads from where it starts to what a list shows", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      await using api = await openTestApiServer();
      // So that there is a revision to start from: zero would mean any state.
      await call(api, "POST", "/api/v1/namespaces", { metadata: { name: "default" } });
      const ending = new AbortController();
      const watchers: Watcher[] = [];
      // What a client that watches "old" had listed before anything happened.
      const first = await listed(api);
      for (const one of steps) {
        const isOld = one.kind === "watch old";
        const watcher = isOld
          ? await follow(api, `resourceVersion=${first.revision}`, new Map(), ending.signal)
          : await perform(api, one, ending.signal);
        if (watcher !== undefined) watchers.push(watcher);
      }
      await promisesSettled();
      const want = (await listed(api)).objects;
      for (const watcher of watchers) assert.deepEqual(sorted(watcher.objects), sorted(want));
      ending.abort();
    }),
    { numRuns: 60 },
  );
});

interface Watcher {
  readonly objects: Map<string, string>;
}

async function perform(
  api: TestApiServer,
  { kind, name = "", value = 0 }: Step,
  signal: AbortSignal,
): Promise<Watcher | undefined> {
  switch (kind) {
    case "settle":
      await promisesSettled();
      return undefined;
    case "delete":
      await call(api, "DELETE", `${path}/${name}`);
      return undefined;
    case "left":
    case "right": {
      const object = { metadata: { name, labels: { side: kind } }, data: { value: `${value}` } };
      const put = await call(api, "PUT", `${path}/${name}`, object);
      if (put["kind"] === "Status") await call(api, "POST", path, object);
      return undefined;
    }
    default:
      return openWatcher(api, kind, signal);
  }
}

async function openWatcher(
  api: TestApiServer,
  kind: string,
  signal: AbortSignal,
): Promise<Watcher> {
  if (kind === "watch state") {
    const query = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
    return follow(api, query, new Map(), signal);
  }
  const { objects, revision } = await listed(api);
  return follow(api, `resourceVersion=${revision}`, objects, signal);
}

async function follow(
  { transport }: TestApiServer,
  query: string,
  objects: Map<string, string>,
  signal: AbortSignal,
): Promise<Watcher> {
  const target = `${path}?watch=1&${selected}&${query}`;
  const request = { method: "GET", target, headers: {}, body: undefined };
  const { body } = await transport.send(request, signal);
  void applyEvents(body, objects);
  return { objects };
}

interface Told {
  readonly type: string;
  readonly object: ConfigMap;
}

async function applyEvents(body: Body | undefined, objects: Map<string, string>): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) return;
  for await (const chunk of body) {
    for (const line of new TextDecoder().decode(chunk).trimEnd().split("\n")) {
      const { type, object }: Told = JSON.parse(line);
      const name = object.metadata?.name ?? "";
      if (type === "BOOKMARK") continue;
      if (type === "DELETED") {
        assert.ok(objects.delete(name), `${name} was there before it was deleted`);
      } else {
        assert.equal(objects.has(name), type === "MODIFIED", `${type} ${name}`);
        objects.set(name, shown(object));
      }
    }
  }
}

async function listed(api: TestApiServer) {
  const list = await call(api, "GET", `${path}?${selected}`);
  const items = list["items"] as ConfigMap[];
  const { resourceVersion } = list["metadata"] as { resourceVersion: string };
  const objects = new Map(items.map((item) => [item.metadata?.name ?? "", shown(item)]));
  return { objects, revision: resourceVersion };
}

function shown({ metadata, data }: ConfigMap): string {
  return `${metadata?.resourceVersion} ${data?.["value"]}`;
}

function sorted(objects: ReadonlyMap<string, string>): readonly string[] {
  return [...objects].map(([name, text]) => `${name} ${text}`).sort();
}

async function call(
  { transport }: TestApiServer,
  method: string,
  target: string,
  body?: JsonObject,
): Promise<JsonObject> {
  const sent = body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body));
  const headers = { "content-type": "application/json" };
  const signal = new AbortController().signal;
  const response = await transport.send({ method, target, headers, body: sent }, signal);
  const bytes = await collect(response.body ?? new Uint8Array(), 1e7, () => new Error("too long"));
  return JSON.parse(new TextDecoder().decode(bytes));
}
