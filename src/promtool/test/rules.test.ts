import assert from "node:assert/strict";
import { test } from "node:test";
import { runTool } from "../testing.ts";

const rules = "groups: [{name: g, rules: [{record: twice, expr: x * 2}]}]";

function testsOf(value: number): string {
  return `rule_files: [rules.yml, more/*.yml]
tests:
- name: one
  input_series: [{series: x, values: 1 2 3}]
  promql_expr_test: [{expr: twice, eval_time: 2m, exp_samples: [{labels: twice, value: ${value}}]}]
- name: other
  promql_expr_test: [{expr: vector(1), eval_time: 0m, exp_samples: [{value: 2}]}]
`;
}

const files = {
  "rules.yml": rules,
  "tests.yml": testsOf(6),
  "wrong.yml": testsOf(7),
  "typo.yml": "test: []",
};

const warning = "!   WARNING: no file match pattern more/*.yml";
const other = `!     expr: "vector(1)", time: 0s,
!         exp: {} 2E+00
!         got: {} 1E+00`;

for (const [line, want] of [
  ["--run=one tests.yml", `${warning}\n  SUCCESS\n\n= 0`],
  ["--run=one --run=two tests.yml", `${warning}\n  SUCCESS\n\n= 0`],
  ["tests.yml", `${warning}\n!   FAILED:\n${other}\n\n\n= 1`],
  [
    "--run=on wrong.yml",
    `${warning}
!   FAILED:
!     expr: "twice", time: 2m,
!         exp: {__name__="twice"} 7E+00
!         got: {__name__="twice"} 6E+00


= 1`,
  ],
  [
    "typo.yml",
    "!   FAILED:\n! yaml: unmarshal errors:\n!   line 1: field test not found in type main.unitTestFile\n\n\n= 1",
  ],
] as const) {
  test(`test rules ${line}`, async () => {
    assert.equal((await runTool(`test rules ${line}`, { files })).shown, want);
  });
}

test("what goes on is told when asked for, with all samples in the end", async () => {
  const line = "test rules --debug --run=one tests.yml";
  const { shown } = await runTool(line, { files });
  assert.equal(
    shown,
    `! DEBUG: Starting test one
! DEBUG: Dump of all data (input_series and rules) at 2m1s:
! {__name__="twice"} =>
! 4 @[60000]
! 6 @[120000]
! {__name__="x"} =>
! 2 @[60000]
! 3 @[120000]
! DEBUG: Test one finished, took 0s
${warning}
  SUCCESS

= 0`,
  );
});

const alerting = {
  "rules.yml": "groups: [{name: g, rules: [{alert: A, expr: vector(1)}]}]",
  "tests.yml":
    "rule_files: [rules.yml]\ntests: [{name: t, alert_rule_test: [{eval_time: 1m, alertname: A, exp_alerts: [{exp_labels: {b: c}}]}]}]",
};

test("alerts are compared label by label when asked for", async () => {
  const { shown } = await runTool("test rules --diff tests.yml", { files: alerting });
  assert.deepEqual(shown.split("\n").slice(1, 5), [
    "!     name: t,",
    "!     alertname: A, time: 1m, ",
    "!         diff: [",
    "!                 {",
  ]);
});

test("results are written for continuous integration", async () => {
  const { disk } = await runTool("test --junit=out.xml rules tests.yml", { files });
  assert.equal(
    new TextDecoder().decode(await disk.readFile("/here/out.xml")),
    '<testsuites><testsuite name="tests.yml" tests="2" failures="1" errors="0" skipped="0" timestamp="2026-01-01T00:00:00">' +
      '<testcase name="one"></testcase><testcase name="other"><failure>    expr: &#34;vector(1)&#34;, time: 0s,&#xA;' +
      "        exp: {} 2E+00&#xA;        got: {} 1E+00</failure></testcase></testsuite></testsuites>",
  );
});
