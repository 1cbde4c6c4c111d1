import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "#base";
import { collect, connectionPair } from "#http";
import { upgradeOver } from "./http-upgrade.ts";

const utf8 = new TextDecoder();
const { signal } = new AbortController();

test("a granted upgrade goes on with the bytes behind the answer, however they are cut", async () => {
  const answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: SPDY/3.1\r\n\r\nfirst";
  for (let size = 1; size <= answer.length; size++) {
    const [ours, theirs] = connectionPair();
    const result = ask(ours);
    await sendIn(theirs, answer, size);
    await theirs.finish();
    const upgrade = await result;
    assert.equal(upgrade.kind, "upgraded");
    assert.deepEqual(upgrade.response.headers["upgrade"], ["SPDY/3.1"]);
    if (upgrade.kind === "upgraded") assert.equal(await textOf(upgrade.connection), "first");
  }
});

test("the request carries repeated headers and no undefined ones", async () => {
  const [ours, theirs] = connectionPair();
  const asked = ask(ours, { "x-protocol": ["v4", "v3"], missing: undefined });
  const { value } = await theirs.received[Symbol.asyncIterator]().next();
  assert.equal(
    utf8.decode(value),
    "POST /exec/abc HTTP/1.1\r\nhost: 127.0.0.1:1\r\nx-protocol: v4\r\nx-protocol: v3\r\n\r\n",
  );
  await theirs.finish();
  await assert.rejects(asked, /closed the connection/);
});

test("a refusal is an ordinary response with its text", async () => {
  const [ours, theirs] = connectionPair();
  const result = ask(ours);
  await sendIn(theirs, "HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nnot found rest", 7);
  const refused = await result;
  assert.deepEqual([refused.kind, refused.response.status], ["refused", 404]);
  const body = refused.response.body ?? new Uint8Array(0);
  assert.equal(utf8.decode(await collect(body, 100, () => new Error("too long"))), "not found");
});

test("what is not HTTP, or never ends, is refused", async () => {
  for (const [answer, message] of [
    ["SSH-2.0-OpenSSH\r\n\r\n", /does not speak HTTP/],
    [`HTTP/1.1 101 OK\r\n${"x: y\r\n".repeat(20_000)}`, /too long/],
  ] as const) {
    const [ours, theirs] = connectionPair();
    const result = assert.rejects(ask(ours), message);
    await sendIn(theirs, answer, 10_000);
    await result;
  }
});

function ask(connection: Connection, headers: Record<string, string[] | undefined> = {}) {
  const request = { method: "POST", target: "/exec/abc", host: "127.0.0.1:1", headers } as const;
  return upgradeOver(connection, request, signal);
}

async function sendIn(connection: Connection, text: string, size: number): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) {
    await connection.send(bytes.subarray(at, at + size)).catch(() => {});
  }
}

async function textOf({ received }: Connection): Promise<string> {
  return utf8.decode(await collect(received, 1000, () => new Error("too long")));
}
