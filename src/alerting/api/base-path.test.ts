import assert from "node:assert/strict";
import { test } from "node:test";
import type { HttpHandler } from "#base";
import { below } from "./base-path.ts";

const echo: HttpHandler = {
  handle: async ({ target }) => ({
    status: 200,
    headers: {},
    body: new TextEncoder().encode(target),
  }),
  upgrade: () => Promise.reject(new Error("nobody upgrades")),
};

test("TestWebWithPrefix: everything is below the prefix, and nothing beside it", async () => {
  const { signal } = new AbortController();
  const ask = async (target: string) => {
    const request = { method: "GET", target, headers: {}, body: undefined };
    const { status, headers, body } = await below("/foo", echo).handle(
      { ...request, peer },
      signal,
    );
    const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : "";
    return `${status} ${String(headers["location"] ?? text)}`.trim();
  };
  const peer = { address: undefined, certificate: undefined };
  assert.deepEqual(await Promise.all(["/foo", "/foo/-/ready?a=b", "/", "/food"].map(ask)), [
    "200 /",
    "200 /-/ready?a=b",
    "302 /foo/",
    "404 404 page not found",
  ]);
});
