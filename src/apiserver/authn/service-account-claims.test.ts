import assert from "node:assert/strict";
import { test } from "node:test";
import type { TokenClaims } from "../token-issuer.ts";
import { claimsToSign, decodeClaims, encodeClaims } from "./service-account-claims.ts";
import { userOfClaims } from "./service-account-tokens.ts";

const signing = { issuer: "https://issuer", nowSeconds: 1_000_000, id: "token-1" };
const request: TokenClaims = {
  namespace: "team",
  serviceAccount: { name: "bot", uid: "sa-uid" },
  boundTo: { kind: "Pod", name: "web", uid: "pod-uid" },
  node: { name: "a", uid: "node-uid" },
  audiences: ["https://issuer"],
  expirationSeconds: 7_200,
};

test("claims are written as upstream writes them, and read again", () => {
  const claims = claimsToSign(request, signing, true);
  assert.deepEqual(JSON.parse(encodeClaims(claims)), {
    aud: ["https://issuer"],
    exp: 1_007_200,
    iat: 1_000_000,
    iss: "https://issuer",
    jti: "token-1",
    "kubernetes.io": {
      namespace: "team",
      node: { name: "a", uid: "node-uid" },
      pod: { name: "web", uid: "pod-uid" },
      serviceaccount: { name: "bot", uid: "sa-uid" },
    },
    nbf: 1_000_000,
    sub: "system:serviceaccount:team:bot",
  });
  assert.deepEqual(decodeClaims(encodeClaims(claims)), claims);
});

test("a token of 3607 seconds for this server lasts a year and says when it should not", () => {
  const short = { ...request, expirationSeconds: 3_607 };
  const claims = claimsToSign(short, signing, true);
  assert.equal(claims.expiresAtSeconds - 1_000_000, 365 * 24 * 3_600);
  assert.equal(claims.warnAfterSeconds, 1_003_607);
  const foreign = claimsToSign(short, signing, false);
  assert.deepEqual([foreign.expiresAtSeconds, foreign.warnAfterSeconds], [1_003_607, undefined]);
});

const foreign: readonly (readonly [string, string])[] = [
  ["no JSON object", "[]"],
  ["no claims of ours", '{"sub":"system:serviceaccount:a:b","exp":1}'],
  [
    "another subject",
    '{"sub":"admin","exp":1,"kubernetes.io":{"namespace":"a","serviceaccount":{"name":"b"}}}',
  ],
  [
    "no end",
    '{"sub":"system:serviceaccount:a:b","kubernetes.io":{"namespace":"a","serviceaccount":{"name":"b"}}}',
  ],
];
for (const [why, payload] of foreign) {
  test(`a payload with ${why} is nobody's`, () => {
    assert.equal(decodeClaims(payload), undefined);
  });
}

test("the user of a pod's token is told where the pod runs", () => {
  const user = userOfClaims(claimsToSign(request, signing, true));
  assert.equal(user.name, "system:serviceaccount:team:bot");
  assert.deepEqual(Object.fromEntries(user.extra), {
    "authentication.kubernetes.io/credential-id": ["JTI=token-1"],
    "authentication.kubernetes.io/node-name": ["a"],
    "authentication.kubernetes.io/node-uid": ["node-uid"],
    "authentication.kubernetes.io/pod-name": ["web"],
    "authentication.kubernetes.io/pod-uid": ["pod-uid"],
  });
});
