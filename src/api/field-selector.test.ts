import assert from "node:assert/strict";
import { test } from "node:test";
import { formatFieldSelector, matchesFields, parseFieldSelector } from "./field-selector.ts";

test("field selectors are read, sorted, and written back", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["", ""],
    ["status.phase!=Failed,spec.nodeName=a", "spec.nodeName=a,status.phase!=Failed"],
    ["a==b", "a=b"],
    ["a=x\\,y\\=z\\\\", "a=x\\,y\\=z\\\\"],
    ["a=", "a="],
  ];
  for (const [text, want] of cases) {
    assert.equal(formatFieldSelector(parseFieldSelector(text)), want, text);
  }
  assert.throws(() => parseFieldSelector("a"), {
    message: "invalid selector: 'a'; can't understand 'a'",
  });
  assert.throws(() => parseFieldSelector("a=b=c"), /unescaped character in value: 61/);
  assert.throws(() => parseFieldSelector("a=\\x"), /invalid escape sequence: \\x/);
});

test("fields match", () => {
  const valueOf = (field: string) => (field === "spec.nodeName" ? "a" : "");
  assert.equal(matchesFields(parseFieldSelector("spec.nodeName=a"), valueOf), true);
  assert.equal(matchesFields(parseFieldSelector("spec.nodeName!=a"), valueOf), false);
  assert.equal(matchesFields([], valueOf), true);
});
