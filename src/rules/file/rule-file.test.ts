import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultParserOptions } from "#promql";
import { describeDuplicateRules } from "./duplicate-rules.ts";
import { parseRuleFile, type RuleFileOptions } from "./rule-file.ts";
import { isSameGroup } from "./rule-spec.ts";

const options: RuleFileOptions = {
  parser: defaultParserOptions,
  nameScheme: "utf8",
  unknownFields: "refuse",
};

const wholeFile = `
groups:
  - name: example
    interval: 30s
    limit: 5
    query_offset: 1m
    labels: { team: a, zone: group }
    rules:
      - record: job:up:sum
        expr: sum by(job)   (up)
        labels: { zone: "", kind: sum }
      - alert: Down
        expr: up == 0
        for: 5m
        keep_firing_for: 1h30m
        annotations:
          summary: "{{ $labels.instance }} is down"
  - name: empty
    rules: []
`;

test("groups and rules are read with everything they say", () => {
  const parsed = parseRuleFile(wholeFile, options);
  assert.equal(parsed.kind, "valid");
  const groups = parsed.kind === "valid" ? parsed.groups : [];
  assert.deepEqual(
    groups.map((group) => ({
      ...group,
      rules: group.rules.map(({ expr: _parsed, ...rule }) => rule),
    })),
    [
      {
        name: "example",
        intervalMs: 30_000,
        queryOffsetMs: 60_000,
        limit: 5,
        rules: [
          {
            kind: "recording",
            name: "job:up:sum",
            query: "sum by (job) (up)",
            labels: [
              ["kind", "sum"],
              ["team", "a"],
              ["zone", ""],
            ],
          },
          {
            kind: "alerting",
            name: "Down",
            query: "up == 0",
            labels: [
              ["team", "a"],
              ["zone", "group"],
            ],
            forMs: 300_000,
            keepFiringForMs: 5_400_000,
            annotations: [["summary", "{{ $labels.instance }} is down"]],
          },
        ],
      },
      { name: "empty", intervalMs: 0, queryOffsetMs: undefined, limit: 0, rules: [] },
    ],
  );
});

/** A file with one group of one rule, whose lines are given; they begin in line 4, column 7. */
function withRule(...lines: readonly string[]): string {
  return [
    "groups:",
    "- name: g",
    "  rules:",
    ...lines.map((line, index) => (index === 0 ? `  - ${line}` : `    ${line}`)),
  ].join("\n");
}

const place = 'group "g", rule 1, ';

// What is written, and what upstream says of it.
const mistakes: readonly (readonly [why: string, content: string, problems: readonly string[]])[] =
  [
    ["an empty file is fine", "", []],
    ["groups may be absent", "groups:", []],
    ["a group needs a name", "groups:\n- rules: []", ["2:3: Groupname must not be empty"]],
    [
      "a group's name is used once",
      "groups:\n- name: a\n- name: a",
      ['3:3: groupname: "a" is repeated in the same file'],
    ],
    [
      "a rule is one or the other",
      withRule("record: r", "alert: A", "expr: up"),
      [`4:13: 5:12: ${place}"A": only one of 'record' and 'alert' must be set`],
    ],
    [
      "a rule is at least one of them",
      withRule("expr: up"),
      [`0:0: 0:0: ${place}"": one of 'record' or 'alert' must be set`],
    ],
    [
      "a rule has an expression",
      withRule("record: r"),
      [`0:0: ${place}"r": field 'expr' must be set in rule`],
    ],
    [
      "an expression is PromQL",
      withRule("record: r", "expr: sum(up"),
      [
        `5:11: ${place}"r": could not parse expression: 1:7: parse error: unclosed left parenthesis`,
      ],
    ],
    [
      "an expression in an expression is told once",
      withRule("record: r", "expr: up{a=~'('}"),
      [
        `5:11: ${place}"r": could not parse expression: 1:4: parse error: error parsing regexp: missing closing ): \`(\``,
      ],
    ],
    [
      "a record has no annotations, no for and no keep_firing_for",
      withRule("record: r", "expr: up", "for: 5m", "keep_firing_for: 5m", "annotations: {a: b}"),
      [
        `4:13: ${place}"r": invalid field 'annotations' in recording rule`,
        `4:13: ${place}"r": invalid field 'for' in recording rule`,
        `4:13: ${place}"r": invalid field 'keep_firing_for' in recording rule`,
      ],
    ],
    [
      "a record's name is no expression",
      withRule("record: 'up{job=\"a\"}'", "expr: up"),
      [
        `4:13: ${place}"up{job=\\"a\\"}": braces present in the recording rule name; should it be in expr?: up{job="a"}`,
      ],
    ],
    [
      "labels have valid names, and do not name the metric",
      withRule("record: r", "expr: up", "labels: {__name__: x}"),
      [`${place}"r": invalid label name: __name__`],
    ],
    [
      "templates are checked",
      withRule("alert: A", "expr: up", "labels: {a: '{{ $x }}'}", "annotations: {b: '{{ nope }}'}"),
      [
        `${place}"A": label "a": template: __alert_A:1: undefined variable "$x"`,
        `${place}"A": annotation "b": template: __alert_A:1: function "nope" not defined`,
      ],
    ],
    [
      "unknown options are refused",
      "groups:\n- name: g\n  rulez: []\n",
      ["yaml: unmarshal errors:\n  line 3: field rulez not found in type rulefmt.RuleGroup"],
    ],
    [
      "types are checked",
      "groups:\n- name: g\n  limit: many\n",
      ["yaml: unmarshal errors:\n  line 3: cannot unmarshal !!str `many` into int"],
    ],
    [
      "durations are checked",
      "groups:\n- name: g\n  interval: 5x\n",
      ['unknown unit "x" in duration "5x"'],
    ],
  ];

for (const [why, content, problems] of mistakes) {
  test(why, () => {
    const parsed = parseRuleFile(content, options);
    const found = parsed.kind === "valid" ? [] : parsed.problems.map(({ message }) => message);
    assert.deepEqual(found, problems);
  });
}

test("old names can be asked for", () => {
  const parsed = parseRuleFile(withRule("record: a.b", "expr: up"), {
    ...options,
    nameScheme: "legacy",
  });
  assert.equal(
    parsed.kind === "invalid" && parsed.problems[0]?.message,
    `4:13: ${place}"a.b": invalid recording rule name: a.b`,
  );
});

test("unknown options can be ignored", () => {
  const parsed = parseRuleFile("groups:\n- name: g\n  rulez: []\n", {
    ...options,
    unknownFields: "ignore",
  });
  assert.equal(parsed.kind, "valid");
});

test("groups are the same when only the writing differs", () => {
  const groupOf = (content: string) => {
    const parsed = parseRuleFile(content, options);
    const group = parsed.kind === "valid" ? parsed.groups[0] : undefined;
    assert.ok(group);
    return group;
  };
  const first = groupOf(withRule("alert: A", "expr: up==0", "labels: {a: b, c: d}"));
  const second = groupOf(withRule("alert: A", "labels: {c: d, a: b}", "expr: up   == 0"));
  const third = groupOf(withRule("alert: A", "expr: up == 0", "labels: {a: b, c: e}"));
  assert.deepEqual([isSameGroup(first, second), isSameGroup(first, third)], [true, false]);
});

test("rules that would write the same series are told", () => {
  const duplicated = [
    "groups:",
    "- name: a",
    "  rules: [{ record: r, expr: up, labels: { x: y } }, { record: q, expr: up }]",
    "- name: b",
    "  labels: { x: y }",
    "  rules: [{ record: r, expr: down }, { record: q, expr: up }]",
  ].join("\n");
  const parsed = parseRuleFile(duplicated, options);
  assert.equal(
    describeDuplicateRules(parsed.kind === "valid" ? parsed.groups : []),
    "1 duplicate rule(s) found.\nMetric: r\nLabel(s):\n\tx: y\nMight cause inconsistency while recording expressions",
  );
  assert.equal(describeDuplicateRules([]), undefined);
});
