import assert from "node:assert/strict";
import { test } from "node:test";
import { formatContinueToken, parseContinueToken } from "./continue-token.ts";

test("a token is upstream's encoding of revision and start key", () => {
  const token = formatContinueToken({ revision: 42, startAfter: "default/web" });
  assert.equal(
    Buffer.from(token, "base64url").toString(),
    '{"v":"meta.k8s.io/v1","rv":42,"start":"default/web\\u0000"}',
  );
});

test("a token comes back as it was made", () => {
  for (const token of [
    { revision: 1, startAfter: "a" },
    { revision: -1, startAfter: "kube-system/ünïcode" },
  ]) {
    assert.deepEqual(parseContinueToken(formatContinueToken(token)), token);
  }
});

for (const [why, text] of [
  ["not base64", "***"],
  ["an impossible length", "abcde"],
  ["not JSON", Buffer.from("{").toString("base64url")],
  ["another version", encode({ v: "v9", rv: 1, start: "a\0" })],
  ["revision zero", encode({ v: "meta.k8s.io/v1", rv: 0, start: "a\0" })],
  ["no start", encode({ v: "meta.k8s.io/v1", rv: 1 })],
  ["a start that climbs", encode({ v: "meta.k8s.io/v1", rv: 1, start: "../secrets" })],
] as const) {
  test(`a token with ${why} is refused`, () => {
    assert.throws(() => parseContinueToken(text), { reason: "BadRequest" });
  });
}

function encode(fields: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(fields)).toString("base64url");
}
