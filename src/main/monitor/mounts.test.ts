import assert from "node:assert/strict";
import { test } from "node:test";
import type { Headers, HttpHandler, ReceivedRequest } from "#base";
import { textResponse } from "#promapi";
import { withMounts } from "./mounts.ts";

function telling(name: string): HttpHandler {
  return {
    handle: async ({ target }) => textResponse(200, `${name} ${target}`),
    upgrade: async () => ({ kind: "refused", response: textResponse(400, "") }),
  };
}

async function asked(line: string, headers: Headers = {}, prefix = "/"): Promise<string> {
  const [method = "", target = ""] = line.split(" ");
  const front = withMounts(
    telling("engine"),
    [{ path: "/api/v2", handler: telling("other") }],
    prefix,
  );
  const request = { method, target, headers } as Partial<ReceivedRequest> as ReceivedRequest;
  const { status, body } = await front.handle(request, new AbortController().signal);
  return status === 200 ? new TextDecoder().decode(body as Uint8Array) : String(status);
}

const rows: readonly (readonly [line: string, prefix: string, want: string])[] = [
  ["GET /api/v2/alerts?active=true", "/", "other /api/v2/alerts?active=true"],
  ["GET /api/v2?x", "/", "other /api/v2?x"],
  ["GET /api/v22", "/", "engine /api/v22"],
  ["GET /api/v1/query", "/", "engine /api/v1/query"],
  ["GET /watch/api/v2/alerts", "/watch", "other /api/v2/alerts"],
  ["GET /api/v2/alerts", "/watch", "engine /api/v2/alerts"],
];

for (const [line, prefix, want] of rows) {
  test(`${line} below ${prefix} goes to ${want}`, async () => {
    assert.equal(await asked(line, {}, prefix), want);
  });
}

test("a page of another site may not change anything, ours and programs may", async () => {
  const post = "POST /api/v2/silences";
  const host = "127.0.0.1:9090";
  assert.equal(await asked(post, { host, origin: "https://evil.example" }), "403");
  assert.equal(await asked(post, { host, origin: "null" }), "403");
  assert.equal(await asked(post, { host, origin: `http://${host}` }), "other /api/v2/silences");
  assert.equal(await asked(post, { host }), "other /api/v2/silences");
});
