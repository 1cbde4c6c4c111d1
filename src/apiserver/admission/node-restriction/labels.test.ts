import assert from "node:assert/strict";
import { test } from "node:test";
import { forbiddenChanges } from "./labels.ts";

// A label that a node adds to itself, and whether it may.
const cases: readonly (readonly [string, boolean])[] = [
  ["team", true],
  ["example.com/team", true],
  ["kubernetes.io/hostname", true],
  ["topology.kubernetes.io/zone", true],
  ["node.kubernetes.io/anything", true],
  ["x.kubelet.kubernetes.io/anything", true],
  ["node-role.kubernetes.io/control-plane", false],
  ["k8s.io/anything", false],
  ["node-restriction.kubernetes.io/secure", false],
  ["x.node-restriction.kubernetes.io/secure", false],
];
for (const [label, allowed] of cases) {
  test(`a node ${allowed ? "may" : "may not"} label itself ${label}`, () => {
    assert.deepEqual(forbiddenChanges({ [label]: "x" }, {}), allowed ? [] : [label]);
    assert.deepEqual(forbiddenChanges({}, { [label]: "x" }), allowed ? [] : [label]);
    assert.deepEqual(forbiddenChanges({ [label]: "x" }, { [label]: "x" }), []);
  });
}
