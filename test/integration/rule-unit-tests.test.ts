/** The same unit tests of rules, run by the real promtool and by us. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { realClock, realDisk } from "#host";
import { defaultEngineOptions, defaultParserOptions } from "#promql";
import { loadRules, runRuleTests } from "#rules";

const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;
const skip = !hasPromtool && "no promtool here";

const rules = `groups:
- name: example
  interval: 2m
  rules:
  - record: instance:requests:rate5m
    expr: sum by (instance) (rate(requests_total[5m]))
    labels: { origin: recorded }
  - alert: NoRequests
    expr: instance:requests:rate5m == 0
    for: 4m
    keep_firing_for: 3m
    labels: { severity: '{{ if eq $value 0.0 }}page{{ else }}warn{{ end }}' }
    annotations:
      summary: '{{ $labels.instance }} has {{ $value | humanize }}'
      all: '{{ range query "sum by (instance) (requests_total)" | sortByLabel "instance" }}{{ .Labels.instance }}={{ .Value | humanize }} {{ end }}'
      broken: '{{ query "nope(" }}'
`;

const tests = `rule_files: [rules.yml]
evaluation_interval: 1m
tests:
- name: rules
  interval: 30s
  input_series:
  - series: requests_total{instance="a"}
    values: 0+3x20 60x40
  - series: requests_total{instance="b"}
    values: 0+7x200
  alert_rule_test:
${[5, 10, 15, 16, 20, 25, 30].map((minute) => `  - { eval_time: ${minute}m, alertname: NoRequests, exp_alerts: [] }`).join("\n")}
  promql_expr_test:
${[
  "instance:requests:rate5m",
  "ALERTS",
  "ALERTS_FOR_STATE",
  "count(ALERTS)",
  "absent(none)",
  "-requests_total / 7",
]
  .flatMap((expr) => [10, 16, 30].map((minute) => `  - { expr: '${expr}', eval_time: ${minute}m }`))
  .join("\n")}
`;

test("both tell the same failures, in the same words", { skip }, async () => {
  await inDirectory({ "rules.yml": rules, "test.yml": tests }, async (directory) => {
    const file = path.join(directory, "test.yml");
    const real = spawnSync("promtool", ["test", "rules", file], { encoding: "utf8" });
    const outcome = await runRuleTests(
      file,
      { disk: realDisk, clock: realClock },
      {
        engine: defaultEngineOptions,
        nameScheme: "utf8",
        unknownFields: "refuse",
        only: undefined,
        alertFailures: "lists",
        debug: undefined,
      },
    );
    const told = real.stderr
      .replace(/^ {2}FAILED:\n/, "")
      .replaceAll(/\n\n/g, "\n")
      .trim();
    const ours = outcome.cases
      .flatMap(({ failures }) => failures)
      .join("\n")
      .trim();
    assert.ok(ours.length > 1_000);
    assert.equal(ours, told);
  });
});

const mistaken = `groups:
- name: a
  rules:
  - record: r
    expr: sum(
  - record: bad name
    alert: x
    expr: up
- name: a
  rules:
  - alert: A
    expr: up ==
    labels: { __name__: x }
    annotations: { b: '{{ $x }}', c: '{{ nope }}' }
  - record: r
    expr: up
    for: 5m
    annotations: { b: c }
`;

test("both find the same mistakes in a rule file", { skip }, async () => {
  await inDirectory({ "rules.yml": mistaken }, async (directory) => {
    const file = path.join(directory, "rules.yml");
    const real = spawnSync("promtool", ["check", "rules", file], { encoding: "utf8" });
    const { problems } = await loadRules(realDisk, [file], {
      parser: defaultParserOptions,
      nameScheme: "legacy",
      unknownFields: "refuse",
    });
    const told = real.stderr.split("\n").filter((line) => line.startsWith(directory));
    // The real one goes through labels and annotations in no order.
    assert.deepEqual(problems.map(({ message }) => `${file}: ${message}`).sort(), told.sort());
    assert.equal(told.length, 10);
  });
});

async function inDirectory(
  files: Readonly<Record<string, string>>,
  act: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), "wherry-rules-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(path.join(directory, name), text);
    }
    await act(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
