import assert from "node:assert/strict";
import { test } from "node:test";
import { policyOfQuery, seriesOfPolicy } from "./policy-of-query.ts";
import type { SigmaPolicy } from "./wire.ts";

const policies = [
  { name: "latency", expr: 'avg(rate(a{b="c d"}[5m])) by (x)' },
  { name: "other", expr: "up" },
] as unknown as readonly SigmaPolicy[];

const rows: readonly (readonly [query: string, want: string | undefined])[] = [
  ['avg(rate(a{b="c d"}[5m])) by (x)', "latency"],
  ['  avg( rate(a{b="c d"}[5m]) )\n by (x)', "latency"],
  ['avg(rate(a{b="cd"}[5m])) by (x)', undefined],
  ['sigma:value{sigma_policy="latency"}', "latency"],
  ['sigma:value{service="a", sigma_policy="other"}', "other"],
  ['sigma:mean{sigma_policy="latency"}', undefined],
  ["sigma:value", undefined],
  ["", undefined],
];

for (const [query, want] of rows) {
  test(`${query} is of ${want}`, () => {
    assert.equal(policyOfQuery(query, policies)?.name, want);
  });
}

test("a recorded value is of the series that it was recorded from", () => {
  const recorded = { __name__: "sigma:value", sigma_policy: "latency", x: "1" };
  assert.deepEqual(seriesOfPolicy(recorded), { x: "1" });
  const own = { __name__: "up", job: "api" };
  assert.deepEqual(seriesOfPolicy(own), own);
});
