import assert from "node:assert/strict";
import { test } from "node:test";
import {
  compileLabelSelector,
  formatLabelSelector,
  matchesLabels,
  parseLabelSelector,
} from "./label-selector.ts";

test("selector texts are read, sorted by key, and written back", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["", ""],
    ["app=web", "app=web"],
    ["app == web", "app==web"],
    ["tier!=db,app=web", "app=web,tier!=db"],
    ["app in (b,a)", "app in (a,b)"],
    ["app notin ()", "app notin ()"],
    ["app in (a,,b)", "app in (,a,b)"],
    ["app", "app"],
    ["!app", "!app"],
    ["example.com/size>3", "example.com/size>3"],
    ["in=notin", "in=notin"],
    ["app=", "app="],
    ["app=,tier", "app=,tier"],
  ];
  for (const [text, want] of cases) {
    assert.equal(formatLabelSelector(parseLabelSelector(text)), want, text);
  }
});

test("selector texts with errors are refused in upstream's words", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["=a", "found '=', expected: !, identifier, or 'end of string'"],
    ["a,", "found '', expected: identifier after ','"],
    ["a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ["a in b", "unable to parse requirement: found 'b' expected: '('"],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => parseLabelSelector(text), { name: "ValueError", message }, text);
  }
  assert.throws(() => parseLabelSelector("a=b c"), /found 'c', expected: ',' or 'end of string'/);
  assert.throws(
    () => parseLabelSelector(`a=${"x".repeat(64)}`),
    /must be no more than 63 characters/,
  );
});

test("labels match", () => {
  const labels = { app: "web", size: "5" };
  const cases: readonly (readonly [string, boolean])[] = [
    ["", true],
    ["app=web", true],
    ["app!=web", false],
    ["other!=web", true],
    ["app in (web,db),size", true],
    ["!app", false],
    ["!constructor", true],
    ["size>4", true],
    ["size<5", false],
    ["app notin (web)", false],
  ];
  for (const [text, want] of cases) {
    assert.equal(matchesLabels(parseLabelSelector(text), labels), want, text);
  }
});

test("an absent selector matches nothing, an empty one everything", () => {
  assert.equal(matchesLabels(compileLabelSelector(undefined), {}), false);
  assert.equal(matchesLabels(compileLabelSelector({}), {}), true);
  const selector = compileLabelSelector({
    matchLabels: { app: "web" },
    matchExpressions: [{ key: "tier", operator: "DoesNotExist" }],
  });
  assert.equal(formatLabelSelector(selector), "app=web,!tier");
  assert.throws(
    () => compileLabelSelector({ matchExpressions: [{ key: "a", operator: "Near", values: [] }] }),
    { message: '"Near" is not a valid label selector operator' },
  );
});
