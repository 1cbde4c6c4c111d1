import assert from "node:assert/strict";
import { test } from "node:test";
import type { Headers } from "#base";
import { userOf } from "../authentication.ts";
import {
  accessesOf,
  findImpersonation,
  impersonate,
  userOfImpersonation,
} from "./impersonation.ts";

// Headers, what has to be permitted, and the groups of the user that results.
const cases: readonly (readonly [string, Headers, string, string])[] = [
  ["a user", { "impersonate-user": "jane" }, "users/jane", "system:authenticated"],
  [
    "a user with groups",
    { "impersonate-user": "jane", "impersonate-group": ["a", "b"] },
    "users/jane groups/a groups/b",
    "a b system:authenticated",
  ],
  [
    "a service account",
    { "impersonate-user": "system:serviceaccount:team:bot" },
    "team:serviceaccounts/bot",
    "system:serviceaccounts system:serviceaccounts:team system:authenticated",
  ],
  [
    "anonymous",
    { "impersonate-user": "system:anonymous" },
    "users/system:anonymous",
    "system:unauthenticated",
  ],
  [
    "a user with uid and extras",
    { "impersonate-user": "jane", "impersonate-uid": "7", "impersonate-extra-a%2fb": ["x", "y"] },
    "users/jane uids/7 userextras/a/b/x userextras/a/b/y",
    "system:authenticated",
  ],
];
for (const [who, headers, accesses, groups] of cases) {
  test(`acting as ${who} needs ${accesses}`, () => {
    const wanted = findImpersonation(headers);
    assert.ok(wanted !== undefined);
    const shown = accessesOf(wanted).map(({ namespace, resource, subresource, name }) => {
      const path = [resource, subresource, name].filter((part) => part !== "").join("/");
      return namespace === "" ? path : `${namespace}:${path}`;
    });
    assert.equal(shown.join(" "), accesses);
    assert.equal(userOfImpersonation(wanted).groups.join(" "), groups);
  });
}

test("no header asks for nothing, and a group without a user is a mistake", () => {
  assert.equal(findImpersonation({ authorization: "Bearer x" }), undefined);
  assert.throws(() => findImpersonation({ "impersonate-group": "system:masters" }), {
    reason: "BadRequest",
  });
});

test("who may not act as somebody is told so in upstream's words", async () => {
  const nobody = { authorize: async () => ({ allowed: false, reason: "" }) };
  const wanted = findImpersonation({ "impersonate-user": "jane" });
  assert.ok(wanted !== undefined);
  await assert.rejects(impersonate(nobody, userOf("joe"), wanted, new AbortController().signal), {
    message:
      'users "jane" is forbidden: User "joe" cannot impersonate resource "users" in API group "" at the cluster scope',
  });
});
