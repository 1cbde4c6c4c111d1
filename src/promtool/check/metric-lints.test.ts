import assert from "node:assert/strict";
import { test } from "node:test";
import { readFamilies } from "../families/read-families.ts";
import { lintFamilies } from "./metric-lints.ts";

// The name and type of a family, its samples, and what is unusual about it.
for (const [family, samples, want] of [
  ["a gauge", "a 1", ""],
  ["a_total counter", "a_total 1", ""],
  ["a counter", "a 1", 'counter metrics should have "_total" suffix'],
  ["a_total gauge", "a_total 1", 'non-counter metrics should not have "_total" suffix'],
  ["a_total untyped", "a_total 1", ""],
  ["a_milliseconds gauge", "a_milliseconds 1", 'use base unit "seconds" instead of "milliseconds"'],
  ["a_minutes gauge", "a_minutes 1", 'use base unit "seconds" instead of "minutes"'],
  ["a_seconds_minutes gauge", "a_seconds_minutes 1", ""],
  ["a_kibibytes gauge", "a_kibibytes 1", 'use base unit "bytes" instead of "kibibytes"'],
  ["a_ms gauge", "a_ms 1", "metric names should not contain abbreviated units"],
  ["ms_a gauge", "ms_a 1", ""],
  ["a:b gauge", "a:b 1", "metric names should not contain ':'"],
  ["aB gauge", "aB 1", "metric names should be written in 'snake_case' not 'camelCase'"],
  ["a gauge", 'a{bC="1"} 1', "label names should be written in 'snake_case' not 'camelCase'"],
  ["a_gauge gauge", "a_gauge 1", "metric name should not include type 'gauge'"],
  ["gauge_a gauge", "gauge_a 1", ""],
  ["a_bucket gauge", "a_bucket 1", 'non-histogram metrics should not have "_bucket" suffix'],
  ["a_sum gauge", "a_sum 1", 'non-histogram and non-summary metrics should not have "_sum" suffix'],
  ["a summary", "a_count 1", ""],
  ["a gauge", 'a{le="1"} 1', 'non-histogram metrics should not have "le" label'],
  ["a gauge", 'a{quantile="1"} 1', 'non-summary metrics should not have "quantile" label'],
  ["a histogram", 'a_bucket{le="1"} 1', ""],
  ["a gauge", 'a{b="1"} 1\na{b="1"} 2\na{b="1"} 3', "metric not unique, metric not unique"],
] as const) {
  test(`${family}, ${samples.replaceAll("\n", " ")}: ${want === "" ? "nothing" : want}`, () => {
    const [name = ""] = family.split(" ");
    const text = `# HELP ${name} x\n# TYPE ${family}\n${samples}\n`;
    const problems = lintFamilies(readFamilies(text, "legacy"));
    assert.equal(problems.map((problem) => problem.text).join(", "), want);
  });
}

test("a help text is missed", () => {
  const problems = lintFamilies(readFamilies("b 1\na 1\n", "legacy"));
  assert.deepEqual(problems, [
    { metric: "a", text: "no help text" },
    { metric: "b", text: "no help text" },
  ]);
});
