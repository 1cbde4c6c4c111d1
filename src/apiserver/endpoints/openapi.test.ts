import assert from "node:assert/strict";
import { test } from "node:test";
import { collect } from "#http";
import { openTestApiServer, type TestApiServer } from "../testing.ts";

const protobuf = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

test("version 2 comes as JSON or protobuf, and not twice", async () => {
  await using api = await openTestApiServer();
  const json = await get(api, "/openapi/v2", { accept: "application/json" });
  assert.equal(json.headers["content-type"], "application/json");
  assert.equal(JSON.parse(json.text).swagger, "2.0");

  const binary = await get(api, "/openapi/v2", { accept: protobuf });
  assert.equal(
    binary.headers["content-type"],
    "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
  );
  const known = { accept: protobuf, "if-none-match": String(binary.headers["etag"]) };
  assert.equal((await get(api, "/openapi/v2", known)).status, 304);
});

test("version 3 is found through its index", async () => {
  await using api = await openTestApiServer();
  const index = JSON.parse((await get(api, "/openapi/v3", {})).text);
  const url: string = index.paths["apis/apps/v1"].serverRelativeURL;
  const document = await get(api, url, {});
  assert.match(String(document.headers["cache-control"]), /immutable/);
  assert.equal(JSON.parse(document.text).openapi, "3.0.0");

  const moved = await get(api, "/openapi/v3/apis/apps/v1?hash=OLD", {});
  assert.deepEqual([moved.status, moved.headers["location"]], [301, url]);
  assert.equal((await get(api, "/openapi/v3/apis/none/v1", {})).status, 404);
});

async function get(api: TestApiServer, target: string, headers: Readonly<Record<string, string>>) {
  const { signal } = new AbortController();
  const request = { method: "GET", target, headers, body: undefined };
  const response = await api.transport.send(request, signal);
  const bytes = await collect(response.body ?? new Uint8Array(), 1e9, () => new Error("too long"));
  return { ...response, text: new TextDecoder().decode(bytes) };
}
