import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "js-yaml";
import { deployment } from "./apps/v1/deployment.ts";
import type { JsonValue } from "./schema/schema.ts";
import { isSemanticallyEqual } from "./semantic-equality.ts";

// Two Deployments' specs and whether they mean the same.
const rows: readonly (readonly [string, "=" | "≠", string])[] = [
  ["{}", "=", "{}"],
  ["{replicas: 1}", "=", "{replicas: 1}"],
  ["{replicas: 1}", "≠", "{replicas: 2}"],
  // A pointer says something even when it is zero; a plain value does not.
  ["{replicas: 0}", "≠", "{}"],
  ["{paused: false, minReadySeconds: 0}", "=", "{}"],
  ["{replicas: null}", "=", "{}"],
  // Structs, lists and maps may be left out when empty.
  ["{strategy: {}, template: {metadata: {labels: {}}, spec: {containers: []}}}", "=", "{}"],
  ["{strategy: {rollingUpdate: {}}}", "≠", "{strategy: {}}"],
  ["{template: {metadata: {labels: {a: x}}}}", "≠", "{template: {metadata: {labels: {a: y}}}}"],
  ["{template: {metadata: {labels: {a: x}}}}", "≠", "{template: {metadata: {labels: {b: x}}}}"],
  // Quantities count by their amount, even where they are no quantities.
  [
    "{template: {spec: {overhead: {cpu: 1000m, memory: 1Gi}}}}",
    "=",
    '{template: {spec: {overhead: {cpu: "1", memory: "1073741824"}}}}',
  ],
  [
    "{template: {spec: {overhead: {cpu: 1000m}}}}",
    "≠",
    "{template: {spec: {overhead: {cpu: 1001m}}}}",
  ],
  ["{template: {spec: {overhead: {cpu: x}}}}", "≠", '{template: {spec: {overhead: {cpu: "1"}}}}'],
  // The order of lists counts.
  [
    "{template: {spec: {containers: [{name: a}, {name: b}]}}}",
    "≠",
    "{template: {spec: {containers: [{name: b}, {name: a}]}}}",
  ],
  [
    "{template: {spec: {containers: [{name: a, resources: {}}]}}}",
    "=",
    "{template: {spec: {containers: [{name: a}]}}}",
  ],
];
for (const [left, relation, right] of rows) {
  test(`${left} ${relation} ${right}`, () => {
    const [before, after] = [left, right].map((text) => ({ spec: load(text) as JsonValue }));
    assert.equal(isSemanticallyEqual(deployment, before, after), relation === "=");
    assert.equal(isSemanticallyEqual(deployment, after, before), relation === "=");
  });
}
