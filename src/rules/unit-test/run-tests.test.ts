import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryDisk, VirtualClock } from "#base/testing";
import { defaultEngineOptions } from "#promql";
import { compileRegex } from "#series";
import { formatJunit } from "./junit.ts";
import { runRuleTests, type TestFileOutcome } from "./run-tests.ts";

const rules = `
groups:
- name: recorded
  rules:
  - record: job:up:sum
    expr: sum by (job) (up)
- name: alerts
  rules:
  - alert: Down
    expr: job:up:sum == 0
    for: 2m
    labels: { severity: page }
    annotations: { summary: "{{ $labels.job }} of {{ $externalLabels.cluster }} at {{ externalURL }}" }
`;

const passing = `
rule_files: [rules.yml]
evaluation_interval: 1m
group_eval_order: [recorded, alerts]
tests:
- name: alert after two minutes
  interval: 1m
  external_labels: { cluster: c1 }
  external_url: http://here
  input_series:
  - series: up{job="a"}
    values: 1 0x10
  - series: 'rate{x="1"}'
    values: 0+60x10
  alert_rule_test:
  - eval_time: 2m
    alertname: Down
  - eval_time: 3m30s
    alertname: Down
    exp_alerts:
    - exp_labels: { severity: page, job: a }
      exp_annotations: { summary: a of c1 at http://here }
  promql_expr_test:
  - expr: job:up:sum
    eval_time: 1m
    exp_samples:
    - { labels: 'job:up:sum{job="a"}', value: 0 }
  - expr: rate(rate[5m])
    eval_time: 10m
    exp_samples:
    - { labels: '{x="1"}', value: 1 }
  - expr: "2 + 2"
    exp_samples:
    - { value: 4 }
- name: histograms
  input_series:
  - series: h
    values: '{{schema:0 sum:1 count:2 buckets:[1 1]}}+{{sum:1 count:1 buckets:[1]}}x2'
  promql_expr_test:
  - expr: h
    eval_time: 2m
    exp_samples:
    - { labels: h, histogram: '{{sum:3 count:4 buckets:[3 1] counter_reset_hint:not_reset}}' }
- name: another beginning
  start_timestamp: 2020-01-01T00:00:00Z
  input_series:
  - series: m
    values: _ 5
  promql_expr_test:
  - expr: timestamp(m)
    eval_time: 1m
    exp_samples:
    - { labels: '{}', value: 1577836860 }
`;

test("tests of alerts, queries and histograms pass when all is as expected", async () => {
  assert.deepEqual(await run({ "test.yml": passing }), {
    "alert after two minutes": [],
    histograms: [],
    "another beginning": [],
  });
});

const failing = `
rule_files: [rules.yml]
tests:
- input_series:
  - series: up{job="a"}
    values: 0x10
  alert_rule_test:
  - eval_time: 1m
    alertname: Down
    exp_alerts:
    - exp_labels: { job: a }
  promql_expr_test:
  - expr: up
    eval_time: 2m
    exp_samples:
    - { labels: 'up{job="a"}', value: 1.5 }
  - expr: absent(up)
    exp_samples:
    - { labels: '{}', value: 1 }
  - expr: sum(
    exp_samples: []
`;

test("failures are told as upstream tells them", async () => {
  assert.deepEqual(await run({ "test.yml": failing }), {
    "unnamed#0": [
      '    alertname: Down, time: 1m, \n        exp:[\n            0:\n              Labels:{alertname="Down", job="a"}\n              Annotations:{}\n            ], \n        got:[]',
      '    expr: "up", time: 2m,\n        exp: {__name__="up", job="a"} 1.5E+00\n        got: {__name__="up", job="a"} 0E+00',
      '    expr: "absent(up)", time: 0s,\n        exp: {} 1E+00\n        got: nil',
      '    expr: "sum(", time: 0s, err: 1:5: parse error: unclosed left parenthesis',
    ],
  });
});

for (const [comparison, value, passes] of [
  ["false", "0.30000000000000004", false],
  ["true", "0.30000000000000004", true],
  ["true", "0.3000000000000001", false],
] as const) {
  test(`0.3 ${passes ? "is" : "is not"} ${value} with fuzzy_compare ${comparison}`, async () => {
    const file = `fuzzy_compare: ${comparison}\ntests:\n- promql_expr_test:\n  - { expr: '${value}', exp_samples: [{ value: 0.3 }] }`;
    const outcome = await run({ "test.yml": file });
    assert.equal(outcome["unnamed#0"]?.length === 0, passes);
  });
}

// What a file may have wrong, and what becomes of it.
for (const [why, file, want] of [
  [
    "unknown options",
    "testz: []",
    "yaml: unmarshal errors:\n  line 1: field testz not found in type main.unitTestFile",
  ],
  [
    "a group named twice in the order",
    "group_eval_order: [a, a]",
    "group name repeated in evaluation order: a",
  ],
  [
    "a time that is none",
    "tests: [{ start_timestamp: soon }]",
    'cannot parse "soon" to a valid timestamp',
  ],
] as const) {
  test(`${why} keep a file from being run`, async () => {
    const outcome = await outcomeOf({ "test.yml": file });
    assert.deepEqual([outcome.error, outcome.cases], [want, []]);
  });
}

test("rule files with mistakes, and patterns without files, are told", async () => {
  const outcome = await outcomeOf({
    "test.yml": "rule_files: [bad.yml, none*.yml]\ntests: [{ name: a }]",
    "bad.yml": "groups: [{ name: g, rules: [{ record: r, expr: 'sum(' }] }]",
  });
  assert.deepEqual(
    [outcome.cases[0]?.failures, outcome.warnings],
    [
      [
        '/tests/bad.yml: 1:48: group "g", rule 1, "r": could not parse expression: 1:5: parse error: unclosed left parenthesis',
      ],
      ["no file match pattern /tests/none*.yml"],
    ],
  );
});

test("only tests of the wanted names are run", async () => {
  const outcome = await outcomeOf({ "test.yml": passing }, "^hist");
  assert.deepEqual(
    outcome.cases.map(({ name }) => name),
    ["histograms"],
  );
});

test("results are written for continuous integration", async () => {
  const good = await outcomeOf({ "test.yml": "tests: [{ name: 'a & b' }]" });
  const file = "tests: [{ promql_expr_test: [{ expr: '1', exp_samples: [] }] }]";
  const bad = await outcomeOf({ "test.yml": file });
  const broken = await outcomeOf({ "test.yml": "nope: 1" });
  assert.equal(
    formatJunit([good, bad, broken]).replaceAll("</testsuite>", "</testsuite>\n"),
    `<testsuites><testsuite name="/tests/test.yml" tests="1" failures="0" errors="0" skipped="0" timestamp="2026-01-01T00:00:00"><testcase name="a &amp; b"></testcase></testsuite>
<testsuite name="/tests/test.yml" tests="1" failures="1" errors="0" skipped="0" timestamp="2026-01-01T00:00:00"><testcase name="unnamed#0"><failure>    expr: &#34;1&#34;, time: 0s,&#xA;        exp: nil&#xA;        got: {} 1E+00</failure></testcase></testsuite>
<testsuite name="/tests/test.yml" tests="1" failures="0" errors="1" skipped="0" timestamp="2026-01-01T00:00:00"><testcase name="unknown"><error>yaml: unmarshal errors:&#xA;  line 1: field nope not found in type main.unitTestFile</error></testcase></testsuite>
</testsuites>`,
  );
});

async function run(files: Readonly<Record<string, string>>) {
  const { cases, error } = await outcomeOf(files);
  assert.equal(error, undefined);
  return Object.fromEntries(cases.map(({ name, failures }) => [name, failures]));
}

async function outcomeOf(
  files: Readonly<Record<string, string>>,
  only?: string,
): Promise<TestFileOutcome> {
  const disk = new MemoryDisk();
  await disk.makeDirectory("/tests");
  for (const [name, text] of Object.entries({ "rules.yml": rules, ...files })) {
    await disk.writeFile(`/tests/${name}`, text);
  }
  const deps = { disk, clock: new VirtualClock() };
  return runRuleTests("/tests/test.yml", deps, {
    engine: defaultEngineOptions,
    nameScheme: "utf8",
    unknownFields: "refuse",
    only: only === undefined ? undefined : compileRegex(only, "unanchored"),
    alertFailures: "lists",
    debug: undefined,
  });
}
