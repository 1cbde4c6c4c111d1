import assert from "node:assert/strict";
import { test } from "node:test";
import type { Secret } from "#api/core/v1";
import { findUser } from "./bootstrap-tokens.ts";

const token = { id: "abcdef", key: "0123456789abcdef" };
const nowMs = Date.parse("2026-06-01T00:00:00Z");
const facts = {
  "token-id": "abcdef",
  "token-secret": "0123456789abcdef",
  "usage-bootstrap-authentication": "true",
};

test("a bootstrap token lets its user in, with the groups that its secret names", () => {
  const found = findUser(
    secretOf({ ...facts, "auth-extra-groups": "system:bootstrappers:kubeadm:x" }),
    token,
    nowMs,
  );
  assert.deepEqual(
    [found?.name, found?.groups],
    ["system:bootstrap:abcdef", ["system:bootstrappers", "system:bootstrappers:kubeadm:x"]],
  );
});

const refused: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["another secret", { "token-secret": "0123456789abcdeX" }],
  ["another id", { "token-id": "aaaaaa" }],
  ["no use for authentication", { "usage-bootstrap-authentication": "false" }],
  ["an end in the past", { expiration: "2026-05-31T23:59:59Z" }],
  ["an end that is no time", { expiration: "soon" }],
  ["a group that is not for bootstrapping", { "auth-extra-groups": "system:masters" }],
];
for (const [why, changes] of refused) {
  test(`a bootstrap token with ${why} lets nobody in`, () => {
    assert.equal(findUser(secretOf({ ...facts, ...changes }), token, nowMs), undefined);
  });
}

test("a secret of another type, or one that is going away, lets nobody in", () => {
  const good = secretOf(facts);
  assert.equal(findUser({ ...good, type: "Opaque" }, token, nowMs), undefined);
  const metadata = { deletionTimestamp: "2026-05-01T00:00:00Z" };
  assert.equal(findUser({ ...good, metadata }, token, nowMs), undefined);
});

function secretOf(data: Readonly<Record<string, string>>): Secret {
  return {
    type: "bootstrap.kubernetes.io/token",
    data: Object.fromEntries(Object.entries(data).map(([name, text]) => [name, btoa(text)])),
  };
}
