import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError } from "#promconfig";
import { parsePolicyFile } from "./policy-file.ts";
import { policyDefault } from "./policy.ts";

test("what an entry leaves out is as policies are by default", () => {
  const { policies, burnRates } = parsePolicyFile(
    "sigma_policies: [{name: latency, expr: 'rate(x[5m])'}]",
  );
  assert.deepEqual(policies, [{ ...policyDefault, name: "latency", expr: "rate(x[5m])" }]);
  assert.deepEqual(burnRates, []);
});

test("everything can be said", () => {
  const [policy] = parsePolicyFile(`
sigma_policies:
  - name: latency
    expr: x
    interval: 30s
    baseline: {kind: seasonal, window: 2w, gap: 5m, data_min: 2d, spread_min: 0.1, relative_spread_min: 0.2}
    levels:
      - {name: odd, sigmas: 2.5, rule: 4/5, action: ticket}
      - {name: bad, sigmas: 4, rule: 2/3, action: page, back_tested: true}
    team: payments
    runbook_url: https://runbooks.example/latency
    page_eligible: true
    agreeing_alert: BurnRate
    mode: active
    back_test: {history: 14d, firings_max: 2, quiet: 1h}
`).policies;
  const dayMs = 86_400_000;
  assert.deepEqual(policy, {
    name: "latency",
    expr: "x",
    evaluationIntervalMs: 30_000,
    baseline: {
      kind: "seasonal",
      windowMs: 14 * dayMs,
      gapMs: 300_000,
      dataMsMin: 2 * dayMs,
      spreadMin: 0.1,
      relativeSpreadMin: 0.2,
    },
    levels: [
      {
        name: "odd",
        sigmas: 2.5,
        rule: { beyond: 4, of: 5 },
        action: "ticket",
        isBackTested: false,
      },
      { name: "bad", sigmas: 4, rule: { beyond: 2, of: 3 }, action: "page", isBackTested: true },
    ],
    team: "payments",
    runbookUrl: "https://runbooks.example/latency",
    isPageEligible: true,
    agreeingAlert: "BurnRate",
    mode: "active",
    backTest: { historyMs: 14 * dayMs, firingsMax: 2, quietMs: 3_600_000 },
  });
});

test("service levels are of 30 days unless they say otherwise", () => {
  const { burnRates } = parsePolicyFile(
    "burn_rate_policies: [{name: api, objective: 0.999, bad_expr: 'a[$window]', total_expr: 'b[$window]'}]",
  );
  assert.equal(burnRates[0]?.periodMs, 30 * 86_400_000);
});

// One policy's fields; what is wrong with it.
const mistakes: readonly (readonly [fields: string, problem: string])[] = [
  [
    "name: Latency, expr: x",
    '"Latency" cannot be a policy\'s name: lower-case letters, digits and dashes, at most 63',
  ],
  ["name: a", 'policy "a" has no expr'],
  ["name: a, expr: x, interval: 0s", 'policy "a" needs an interval above 0'],
  ["name: a, expr: x, mode: loud", 'unknown mode "loud", one of shadow, active is expected'],
  [
    "name: a, expr: x, baseline: {kind: best}",
    'unknown baseline "best", one of mean, median, seasonal is expected',
  ],
  ["name: a, expr: x, baseline: {window: 1h}", "data_min is longer than the window"],
  [
    "name: a, expr: x, levels: [{name: b, sigmas: 3, rule: 5/3, action: page}]",
    '"5/3" is no rule; 3/5 stands for three of five evaluations',
  ],
  [
    "name: a, expr: x, levels: [{name: b, sigmas: 0, rule: 1/1, action: page}]",
    'level "b" needs a threshold in sigmas above 0',
  ],
  ["name: a, expr: x, levels: [{name: b, sigmas: 1, rule: 1/1}]", 'level "b" has no action'],
  [
    "name: a, expr: x, back_test: {history: 0s}",
    "history is how far the back-test looks back, and cannot be 0",
  ],
  ['name: a, expr: x, agreeing_alert: "a\\"b"', '"a"b" cannot be an alert\'s name'],
];
for (const [fields, problem] of mistakes) {
  test(`refuses {${fields}}`, () => {
    const source = `sigma_policies:\n  - {${fields}}\n`;
    assert.throws(
      () => parsePolicyFile(source),
      (error) =>
        error instanceof ConfigError && error.message === problem && error.position?.line === 2,
    );
  });
}

test("names are there once", () => {
  const source = "sigma_policies:\n- {name: a, expr: x}\n- {name: a, expr: y}\n";
  assert.throws(() => parsePolicyFile(source), { message: 'policy "a" is there twice' });
});
