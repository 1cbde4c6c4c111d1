import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRule } from "../bootstrap/notation.ts";
import { formatRule, uncoveredRules } from "./coverage.ts";

// What somebody holds, what is to be granted, and what of it is missing.
const cases: readonly (readonly [string, string, string])[] = [
  ["read core pods", "get core pods", ""],
  [
    "get core pods",
    "read core pods",
    '{APIGroups:[""], Resources:["pods"], Verbs:["list" "watch"]}',
  ],
  ["* * *", "* * *", ""],
  ["get * *", "* core pods", '{APIGroups:[""], Resources:["pods"], Verbs:["*"]}'],
  ["get core */log", "get core pods/log", ""],
  ["get core pods", "get core *", '{APIGroups:[""], Resources:["*"], Verbs:["get"]}'],
  ["get core pods a", "get core pods a", ""],
  ["get core pods a", "get core pods", '{APIGroups:[""], Resources:["pods"], Verbs:["get"]}'],
  ["get core pods", "get core pods a", ""],
  [
    "get core pods a",
    "get core pods a,b",
    '{APIGroups:[""], Resources:["pods"], ResourceNames:["b"], Verbs:["get"]}',
  ],
  ["get /api/*", "get /api/v1", ""],
  ["get /api/*", "get /apis", '{NonResourceURLs:["/apis"], Verbs:["get"]}'],
  ["* * *", "get *", '{NonResourceURLs:["*"], Verbs:["get"]}'],
];
for (const [held, wanted, missing] of cases) {
  test(`who has "${held}" and grants "${wanted}" lacks ${missing || "nothing"}`, () => {
    const uncovered = uncoveredRules([parseRule(held)], [parseRule(wanted)]);
    assert.equal(uncovered.map(formatRule).join("\n"), missing);
  });
}

test("a rule of billions of permissions is looked at as a whole", () => {
  const many = Array.from({ length: 2_000 }, (_, index) => `n${index}`);
  const huge = { verbs: many, apiGroups: many, resources: many, resourceNames: many };
  assert.deepEqual(uncoveredRules([parseRule("* * *")], [huge]), []);
  assert.equal(uncoveredRules([parseRule("get core pods")], [huge]).length, 1);
});
