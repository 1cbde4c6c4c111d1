import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMatcher, matchersOf, parseMatchers } from "./matchers.ts";

const rows: readonly (readonly [written: string, want: string])[] = [
  ["", ""],
  ["a=b", 'a="b"'],
  ['a="b", c=~"d|e"', 'a="b" c=~"d|e"'],
  ['{a!="b,c",d!~x}', 'a!="b,c" d!~"x"'],
  ['"foo bar"="baz\\"", über=1', '"foo bar"="baz\\"" über="1"'],
  ["a", "? a"],
  ['a="b", =c', "? =c"],
];

for (const [written, want] of rows) {
  test(`${written} is read as ${want}`, () => {
    const read = parseMatchers(written);
    assert.equal(typeof read === "string" ? `? ${read}` : read.map(formatMatcher).join(" "), want);
  });
}

test("the labels of an alert are matchers for it", () => {
  assert.equal(matchersOf({ alertname: "A", job: 'x"y' }), 'alertname="A", job="x\\"y"');
});
