import assert from "node:assert/strict";
import { test } from "node:test";
import { runTool } from "../testing.ts";

for (const [line, want] of [
  ["format 'sum by(a)(x)/y'", "sum by (a) (x) / y\n= 0"],
  ["format 'x{'", "! 1:3: parse error: unexpected end of input inside braces\n= 1"],
  ["label-matchers set 'x + rate(y{a=\"b\"}[5m])' a c", 'x{a="c"} + rate(y{a="c"}[5m])\n= 0'],
  ["label-matchers set -t !~ 'x{b=\"c\"}' a c.*", 'x{a!~"c.*",b="c"}\n= 0'],
  ['label-matchers delete \'x{a="b",c="d",a!="e"} / y\' a', 'x{c="d"} / y\n= 0'],
  [
    "--enable-feature=promql-experimental-functions format 'mad_over_time(x[1m])'",
    "mad_over_time(x[1m])\n= 0",
  ],
] as const) {
  test(`promql ${line}`, async () => {
    assert.equal((await runTool(`--experimental promql ${line}`)).shown, want);
  });
}

test("a matcher that is no regular expression is refused", async () => {
  const { shown } = await runTool("--experimental promql label-matchers set -t =~ x a (");
  assert.match(shown, /^! .*missing closing \)/);
});

test("queries are edited only where experiments are allowed", async () => {
  const { shown } = await runTool("promql format x");
  const want = "This command is experimental and requires the --experimental flag to be set.";
  assert.equal(shown, `! ${want}\n= 1`);
});
