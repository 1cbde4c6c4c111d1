import assert from "node:assert/strict";
import { test } from "node:test";
import { formatLabels, labelsOf, type MetricMetadata } from "#series";
import { isOfFamily, withTypeAndUnit } from "./metric-family.ts";

// A series, the family and type that were introduced last, and whether it is of that family.
const series: readonly (readonly [string, string, MetricMetadata["type"], boolean])[] = [
  ["a", "a", "gauge", true],
  ["ab", "a", "gauge", false],
  ["a", "ab", "gauge", false],
  ["a_sum", "a", "gauge", false],
  ["a_total", "a", "counter", true],
  ["a_total", "a_total", "counter", true],
  ["a", "a", "counter", true],
  ["a_bucket", "a", "histogram", true],
  ["a_sum", "a", "histogram", true],
  ["a_count", "a", "histogram", true],
  ["a", "a", "histogram", true],
  ["a_other", "a", "histogram", false],
  ["a_gsum", "a", "gaugehistogram", true],
  ["a_sum", "a", "summary", true],
  ["a_bucket", "a", "summary", false],
  ["a_info", "a", "info", true],
  ["a_info", "a_info", "info", true],
];

for (const [name, family, type, isOf] of series) {
  test(`${name} ${isOf ? "is" : "is not"} of the ${type} ${family}`, () => {
    assert.equal(isOfFamily(name, family, type), isOf);
  });
}

test("type and unit become labels where they are known", () => {
  const labels = labelsOf([
    ["__name__", "a_seconds_total"],
    ["b", "c"],
  ]);
  const shown = (["counter", "unknown"] as const).map((type) =>
    formatLabels(withTypeAndUnit(labels, "a_seconds_total", { type, unit: "seconds", help: "" })),
  );
  assert.deepEqual(shown, [
    '{__name__="a_seconds_total", __type__="counter", __unit__="seconds", b="c"}',
    '{__name__="a_seconds_total", __unit__="seconds", b="c"}',
  ]);
});
