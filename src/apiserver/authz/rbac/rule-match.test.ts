import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRule } from "../bootstrap/notation.ts";
import { accessOf } from "../testing.ts";
import { ruleAllows } from "./rule-match.ts";

// A rule in the notation of the default policy, a request, and whether the rule allows it.
const cases: readonly (readonly [string, string, boolean])[] = [
  ["get core pods", "get pods/web", true],
  ["get core pods", "list pods", false],
  ["get core pods", "get pods/web/log", false],
  ["get core pods", "get apps:pods/web", false],
  ["* * *", "delete apps:deployments/web/scale", true],
  ["* * *", "get /metrics", false],
  ["get core pods/log", "get pods/web/log", true],
  ["get core */log", "get pods/web/log", true],
  ["get core */log", "get pods/web", false],
  ["get core *", "get pods/web/log", true],
  ["get core pods a,b", "get pods/b", true],
  ["get core pods a,b", "get pods/c", false],
  ["list core pods a", "list pods", false],
  ["get /healthz", "get /healthz", true],
  ["get /healthz", "get /healthz/ping", false],
  ["get /apis/*", "get /apis/apps/v1", true],
  ["get /apis/*", "get /apis", false],
  ["* *", "post /anything", true],
];
for (const [rule, request, expected] of cases) {
  test(`"${rule}" ${expected ? "allows" : "does not allow"} ${request}`, () => {
    assert.equal(ruleAllows(parseRule(rule), accessOf(request)), expected);
  });
}
