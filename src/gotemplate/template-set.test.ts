import assert from "node:assert/strict";
import { test } from "node:test";
import type { ExecutionOptions } from "./evaluate.ts";
import { TemplateError } from "./template-error.ts";
import { TemplateSet } from "./template-set.ts";
import { caseFunctions, readCases, type TemplateCase } from "./testing.ts";
import { functionOf, type GoValue, mapOf } from "./value.ts";

test("templates make what Go makes of them, and fail with its words", () => {
  const { data, cases } = readCases();
  const differing = cases.filter((row) => outcomeOf(row, data) !== row.outcome);
  assert.deepEqual(
    differing.map((row) => `${row.line}: ${row.template} gave ${outcomeOf(row, data)}`),
    [],
  );
  assert.ok(cases.length > 250);
});

const options: ExecutionOptions = { missingKey: "zero", functions: caseFunctions };

function outcomeOf(row: TemplateCase, data: GoValue): string {
  const templates = new TemplateSet(caseFunctions.keys());
  try {
    templates.add("t", row.template);
    return templates.execute("t", data, { ...options, missingKey: row.missingKey });
  } catch (error) {
    if (error instanceof TemplateError) return `error ${error.message}`;
    throw error;
  }
}

const unbounded: readonly (readonly [string, string, string])[] = [
  [
    "recursion",
    '{{define "r"}}{{template "r" .}}{{end}}{{template "r" .}}',
    "maximum template depth",
  ],
  ["loops", "{{range 100000}}{{range 100000}}{{end}}{{end}}", "maximum of 1000000 steps"],
  ["output", "{{range 5000}}{{printf `%1000d` 1}}{{end}}", "output is longer than 4000000"],
  [
    "doubling",
    `{{$x := "0123456789"}}{{range 60}}{{$x = printf "%s%s" $x $x}}{{end}}`,
    "text is longer than 4000000",
  ],
  [
    "parentheses",
    `{{${"(".repeat(20_000)}1${")".repeat(20_000)}}}`,
    "max expression depth exceeded",
  ],
  ["nested blocks", "{{if 1}}".repeat(20_000), "max expression depth exceeded"],
  ["else-if chains", `{{if 0}}${"{{else if 0}}".repeat(20_000)}{{end}}`, "max expression depth"],
];

for (const [what, template, problem] of unbounded) {
  test(`no template gets far with endless ${what}`, () => {
    assert.match(outcomeOf(rowOf(template), undefined), new RegExp(`^error .*${problem}`));
  });
}

test("templates do not see the prototypes of what they are given", () => {
  const data = mapOf(new Map([["own", "yes"]]));
  const template = "{{.own}} {{.constructor}} {{.__proto__}} {{.toString}} {{index . `valueOf`}}";
  assert.equal(outcomeOf(rowOf(template), data), "yes <no value> <no value> <no value> <no value>");
});

test("errors that are not a function's refusal pass through", () => {
  const broken = new Map([["boom", functionOf([], () => assert.fail("a bug"))]]);
  const templates = new TemplateSet(broken.keys());
  templates.add("t", "{{boom}}");
  assert.throws(
    () => templates.execute("t", undefined, { ...options, functions: broken }),
    /a bug/,
  );
});

test("a later definition replaces an earlier one, but an empty one does not", () => {
  const templates = new TemplateSet([]);
  templates.add(
    "main",
    '{{define "a"}}1{{end}}{{define "b"}}1{{end}}{{template "a"}}{{template "b"}}',
  );
  templates.add("more", '{{define "a"}}2{{end}}{{define "b"}} {{end}}');
  assert.equal(templates.execute("main", undefined, options), "21");
});

test("actions may stand between other delimiters", () => {
  const templates = new TemplateSet([], { left: "<<", right: ">>" });
  templates.add(
    "t",
    "sum(<<.Series>>{a=~`b`}) {{.}} by (<< .By ->> )<<- /* why */ ->> !<<len .By>>",
  );
  const data = mapOf(
    new Map([
      ["Series", "up"],
      ["By", "pod"],
    ]),
  );
  assert.equal(templates.execute("t", data, options), "sum(up{a=~`b`}) {{.}} by (pod)!3");
  const unclosed = new TemplateSet([], { left: "<<", right: ">>" });
  assert.throws(() => unclosed.add("t", "<<.A}}"), /t:1: /);
});

function rowOf(template: string): TemplateCase {
  return { line: 0, template, missingKey: "default", outcome: "" };
}
