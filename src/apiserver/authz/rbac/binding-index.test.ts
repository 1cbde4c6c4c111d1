import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClusterRoleBinding } from "#api/rbac/v1";
import { userOf } from "../../authentication.ts";
import { BindingIndex } from "./binding-index.ts";

test("a user has what is bound to the name, a group or the service account, each binding once", () => {
  const index = new BindingIndex();
  index.put("", "all", bindingOf("reader", "Group readers", "User jane"));
  index.put("", "other", bindingOf("reader", "User joe"));
  index.put("team", "own", bindingOf("writer", "User jane"));
  index.put("team", "bot", bindingOf("writer", "ServiceAccount bot"));
  const jane = userOf("jane", "readers");
  assert.deepEqual(show(index, jane, ""), [
    'ClusterRoleBinding "all" of ClusterRole "reader" to Group "readers"',
  ]);
  assert.equal(show(index, jane, "team").length, 2);
  assert.deepEqual(show(index, userOf("system:serviceaccount:team:bot"), "team"), [
    'RoleBinding "bot/team" of ClusterRole "writer" to ServiceAccount "bot/team"',
  ]);
  assert.deepEqual(show(index, userOf("system:serviceaccount:other:bot"), "team"), []);
});

test("what was unbound, or bound to somebody else, is gone", () => {
  const index = new BindingIndex();
  index.put("team", "a", bindingOf("x", "User jane"));
  index.put("team", "b", bindingOf("x", "User jane"));
  index.put("team", "a", bindingOf("x", "User joe"));
  index.remove("team", "b");
  assert.deepEqual(show(index, userOf("jane"), "team"), []);
  assert.equal(show(index, userOf("joe"), "team").length, 1);
  index.reset("namespaces");
  assert.deepEqual(show(index, userOf("joe"), "team"), []);
});

function bindingOf(role: string, ...subjects: readonly string[]): ClusterRoleBinding {
  return {
    roleRef: { kind: "ClusterRole", name: role },
    subjects: subjects.map((text) => {
      const [kind = "", name = ""] = text.split(" ");
      return { kind, name };
    }),
  };
}

function show(index: BindingIndex, user: ReturnType<typeof userOf>, namespace: string) {
  return index.grantsOf(user, namespace).map(({ binding }) => binding);
}
