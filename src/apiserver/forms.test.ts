/** Every kind that is served can be stored and is shown in every form. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { apiVersionOf, type JsonObject, type ResourceKind, servedKinds, withValueAt } from "#api";
import { oracleSkip, readOracle } from "#api/testing";
import { collect } from "#http";
import { seededRandom, VirtualClock } from "#base/testing";
import { encodeStored } from "./objects/object-content.ts";
import { metadataOf } from "./objects/metadata.ts";
import { storeKeyOf } from "./objects/stored-object.ts";
import { openTestApiServer, type TestApiServer } from "./testing.ts";

const forms = [
  "application/json",
  "application/yaml",
  "application/vnd.kubernetes.protobuf",
  "application/json;as=Table;v=v1;g=meta.k8s.io",
  "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
];

test("every kind is listed, watched and shown in every form", { skip: oracleSkip }, async () => {
  await using api = await openTestApiServer({ clock: new VirtualClock(), random: seededRandom(1) });
  const failures: string[] = [];
  for (const kind of servedKinds) {
    // Of custom resources upstream has no examples, and they are in fewer forms.
    if (!kind.resource.verbs.includes("watch") || kind.package.isCustom === true) continue;
    const stored = await storeGolden(api, kind);
    const at = pathOf(kind);
    const statuses: string[] = [];
    for (const accept of forms) {
      const { status, text } = await get(api, at, accept);
      statuses.push(`${status} ${text.includes("nameValue") || stored === undefined}`);
    }
    const watched = await get(api, `${at}?watch=1&resourceVersion=0&timeoutSeconds=1`, forms[0]);
    statuses.push(`${watched.status} ${watched.text.includes('"ADDED"')}`);
    if (statuses.some((status) => status !== "200 true")) {
      failures.push(`${kind.kind}: ${statuses.join(", ")}`);
    }
  }
  assert.deepEqual(failures, []);
});

/** Puts upstream's example of a kind, in which every field is set, right into the store. */
async function storeGolden(
  api: TestApiServer,
  kind: ResourceKind,
): Promise<JsonObject | undefined> {
  const group = kind.package.group === "" ? "core" : kind.package.group;
  const file = `golden/${group}.${kind.package.version}.${kind.kind}.json`;
  const resource = api.objects.catalog.get(kind);
  const own = resource.view?.stored ?? resource;
  const parsed = JSON.parse(new TextDecoder().decode(readOracle(file))) as JsonObject;
  const object = withValueAt(
    parsed,
    ["metadata", "namespace"],
    kind.resource.namespaced ? "x" : undefined,
  );
  const value = encodeStored(own, resource.view?.toStored(object) ?? object);
  const key = storeKeyOf(own, { namespace: "x", name: metadataOf(object).name ?? "" });
  const { revision = 0 } = (await api.store.find(key)) ?? {};
  await api.store.commit([{ key, revision }], [{ kind: "put", key, value }]);
  return object;
}

async function get(
  { transport }: TestApiServer,
  target: string,
  accept = "",
): Promise<{ readonly status: number; readonly text: string }> {
  const stop = new AbortController();
  const request = { method: "GET", target, headers: { accept }, body: undefined };
  const { status, body } = await transport.send(request, stop.signal);
  if (target.includes("watch=1") && body !== undefined && !(body instanceof Uint8Array)) {
    const { value } = await body[Symbol.asyncIterator]().next();
    stop.abort();
    return { status, text: new TextDecoder().decode(value) };
  }
  const bytes = await collect(body ?? new Uint8Array(), 1e8, () => new Error("too long"));
  return { status, text: new TextDecoder().decode(bytes) };
}

function pathOf(kind: ResourceKind): string {
  const prefix = kind.package.group === "" ? "/api" : "/apis";
  return `${prefix}/${apiVersionOf(kind)}/${kind.resource.name}`;
}
