import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, type JsonWebKey } from "node:crypto";
import { test } from "node:test";
import { realDisk } from "./disk.ts";
import { openServiceAccountKeys } from "./pki/service-account-key.ts";
import { openFolder } from "./testing.ts";
import { createTokenKeys } from "./token-keys.ts";

const ec = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const payload = '{"iss":"https://kubernetes.default.svc","sub":"system:serviceaccount:a:b"}';

test("a token is verified by its own key, also after that was rotated", () => {
  const old = rsa;
  const before = createTokenKeys(old.privateKey, []);
  const after = createTokenKeys(ec().privateKey, [old.publicKey]);
  const stranger = createTokenKeys(ec().privateKey, []);
  const token = before.sign(payload);
  assert.deepEqual(
    [before, after, stranger].map((keys) => keys.verify(token)),
    [payload, payload, undefined],
  );
  assert.equal(after.verify(after.sign(payload)), payload);
});

test("a token that was changed, cut, or chooses its own algorithm is not verified", () => {
  const keys = createTokenKeys(ec().privateKey, []);
  const [header = "", body = "", signature = ""] = keys.sign(payload).split(".");
  const kid = keys.publicKeys[0]?.["kid"];
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const none = encode({ alg: "none", kid });
  const hmac = encode({ alg: "HS256", kid });
  const tokens = [
    `${header}.${encode({ sub: "admin" })}.${signature}`,
    `${header}.${body}.`,
    `${header}.${body}`,
    `${none}.${body}.`,
    `${hmac}.${body}.${signature}`,
    `${header}.${body}.${signature}.${signature}`,
    `x.${body}.${signature}`,
    "",
  ];
  assert.deepEqual(
    tokens.map((token) => keys.verify(token)),
    tokens.map(() => undefined),
  );
});

test("the published keys are those that verify, by name", () => {
  const pair = ec();
  const [own, earlier] = createTokenKeys(pair.privateKey, [rsa.publicKey]).publicKeys;
  assert.deepEqual(
    [own?.["alg"], own?.["kty"], earlier?.["alg"], earlier?.["use"]],
    ["ES256", "EC", "RS256", "sig"],
  );
  const read = createPublicKey({ key: own as JsonWebKey, format: "jwk" });
  assert.ok(read.equals(pair.publicKey));
  assert.equal(own?.["d"], undefined);
});

test("the service-account key is made once and kept for its owner alone", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/service-account.key`;
  const token = (await openServiceAccountKeys(realDisk, path)).sign(payload);
  const reopened = await openServiceAccountKeys(realDisk, path);
  const facts = await realDisk.findFacts(path);
  assert.deepEqual([reopened.verify(token), facts?.mode], [payload, 0o600]);
});
