import assert from "node:assert/strict";
import { test } from "node:test";
import { formatKubeconfig, mergeKubeconfig, parseAccess, withoutKubeconfig } from "./kubeconfig.ts";

const access = {
  server: "https://127.0.0.1:6443",
  authority: "CA\n",
  certificate: "CERT\n",
  key: "KEY\n",
};

const foreign = `apiVersion: v1
kind: Config
preferences: {}
clusters:
  - name: work
    cluster:
      server: https://work.example:6443
      insecure-skip-tls-verify: true
contexts:
  - name: work
    context:
      cluster: work
      user: me
      namespace: team
users:
  - name: me
    user:
      token: abc
current-context: work
`;

test("a kubeconfig gives back the access it was made of", () => {
  assert.deepEqual(parseAccess(formatKubeconfig("wherry-default", access)), access);
});

test("merging adds our context, makes it current and keeps what others have there", () => {
  const merged = mergeKubeconfig(foreign, "wherry-default", access);
  assert.match(merged, /current-context: wherry-default/);
  for (const kept of [
    "name: work",
    "insecure-skip-tls-verify: true",
    "namespace: team",
    "token: abc",
  ]) {
    assert.ok(merged.includes(kept), kept);
  }
});

test("merging twice changes nothing", () => {
  const once = mergeKubeconfig("", "wherry-default", access);
  assert.equal(mergeKubeconfig(once, "wherry-default", access), once);
});

test("removing our context leaves what others have there", () => {
  const merged = mergeKubeconfig(foreign, "wherry-default", access);
  const removed = withoutKubeconfig(merged, "wherry-default");
  assert.equal(removed, foreign.replace("current-context: work", "current-context: ''"));
});

test("removing the only context leaves nothing", () => {
  assert.equal(withoutKubeconfig(formatKubeconfig("a", access), "a"), undefined);
});

test("a kubeconfig that is not one is refused", () => {
  assert.throws(() => mergeKubeconfig("- a\n", "x", access), /expected a mapping/);
  assert.throws(() => mergeKubeconfig("clusters: 3\n", "x", access), /clusters is not a list/);
});
