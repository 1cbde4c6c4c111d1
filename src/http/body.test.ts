import assert from "node:assert/strict";
import { test } from "node:test";
import type { HttpRequest, HttpResponse } from "#base";
import { readBody } from "./body.ts";
import { compressing } from "./compression.ts";
import { findHeader, listHeader, listHeaderElements } from "./headers.ts";

test("a body is read whole, from one piece or many", async () => {
  const texts = [
    await read(undefined),
    await read(bytesOf("whole")),
    await read(pieces("a", "bc")),
  ];
  assert.deepEqual(texts, ["", "whole", "abc"]);

  async function read(body: HttpRequest["body"]): Promise<string> {
    return new TextDecoder().decode(await readBody(requestOf({}, body), 10));
  }
});

test("a body over the limit is refused, before it is read when it says so itself", async () => {
  const refusal = { status: 413, message: "Request entity too large: limit is 4" };
  await assert.rejects(readBody(requestOf({}, pieces("abc", "de")), 4), refusal);
  await assert.rejects(readBody(requestOf({}, bytesOf("abcde")), 4), refusal);
  let readCount = 0;
  const announced = requestOf({ "content-length": "5" }, counted());
  await assert.rejects(readBody(announced, 4), refusal);
  assert.equal(readCount, 0);

  async function* counted(): AsyncGenerator<Uint8Array> {
    readCount++;
    yield bytesOf("abcde");
  }
});

test("headers are found by name alone, never in a prototype", () => {
  const headers = { accept: ["a", "b"], connection: "keep-alive, Upgrade" };
  assert.deepEqual(
    [
      findHeader(headers, "accept"),
      findHeader(headers, "constructor"),
      listHeader(headers, "accept"),
      listHeader(headers, "__proto__"),
      listHeaderElements(headers, "connection"),
    ],
    ["a", undefined, ["a", "b"], [], ["keep-alive", "Upgrade"]],
  );
});

const large = new Uint8Array(128 * 1024);
const stream = pieces("event");
const far = "192.0.2.1";

// Accept-Encoding, where the client is, and the body; whether it is compressed.
const cases: readonly (readonly [string, string, string, HttpResponse["body"], boolean])[] = [
  ["a large body for a client that takes gzip", "gzip, deflate", far, large, true],
  ["a large body for a client with a quality", "br;q=1.0, GZIP;q=0.5", far, large, true],
  ["a client that refuses gzip", "gzip;q=0", far, large, false],
  ["a client that says nothing", "", far, large, false],
  ["a client on this machine", "gzip", "127.0.0.1", large, false],
  ["a small body", "gzip", far, large.subarray(1), false],
  ["a stream", "gzip", far, stream, false],
];

for (const [why, accept, address, body, want] of cases) {
  test(`compression, ${why}: ${want}`, async () => {
    const response = { status: 200, headers: { "content-type": "application/json" }, body };
    const handler = compressing(
      { handle: async () => response, upgrade: async () => ({ kind: "refused", response }) },
      { gzip: async () => bytesOf("small") },
    );
    const peer = { address: { address, port: 1 }, certificate: undefined };
    const request = { ...requestOf({ "accept-encoding": accept }, undefined), peer };
    const answered = await handler.handle(request, new AbortController().signal);
    const compressed = {
      status: 200,
      headers: {
        "content-type": "application/json",
        "content-encoding": "gzip",
        "content-length": "5",
        vary: "Accept-Encoding",
      },
      body: bytesOf("small"),
    };
    assert.deepEqual(answered, want ? compressed : response);
  });
}

function requestOf(headers: HttpRequest["headers"], body: HttpRequest["body"]): HttpRequest {
  return { method: "POST", target: "/", headers, body };
}

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield bytesOf(text);
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
