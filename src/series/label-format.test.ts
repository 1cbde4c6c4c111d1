import assert from "node:assert/strict";
import { test } from "node:test";
import { formatLabels, formatMatcher, formatSeries } from "./label-format.ts";
import { createMatcher } from "./matcher.ts";

const sets: readonly (readonly [readonly string[], string, string])[] = [
  [[], "{}", "{}"],
  [["__name__", "up"], '{__name__="up"}', "up"],
  [["a", "1", "b", 'x"y\n'], '{a="1", b="x\\"y\\n"}', '{a="1", b="x\\"y\\n"}'],
  [["__name__", "up", "job", "n"], '{__name__="up", job="n"}', 'up{job="n"}'],
  [["__name__", "a:b", "job", "n"], '{__name__="a:b", job="n"}', 'a:b{job="n"}'],
  [["__name__", "a.b"], '{__name__="a.b"}', '{"a.b"}'],
  [["__name__", "a.b", "l.x", "v"], '{__name__="a.b", "l.x"="v"}', '{"a.b", "l.x"="v"}'],
];

for (const [labels, set, series] of sets) {
  test(`${set} is the series ${series}`, () => {
    assert.deepEqual([formatLabels(labels), formatSeries(labels)], [set, series]);
  });
}

test("matchers are printed as they are written, names quoted where needed", () => {
  assert.equal(formatMatcher(createMatcher("!~", "job", 'a|"b"')), 'job!~"a|\\"b\\""');
  assert.equal(formatMatcher(createMatcher("=", "l.x", "v")), '"l.x"="v"');
});
