import assert from "node:assert/strict";
import { test } from "node:test";
import { formatFloat } from "./format-float.ts";

const floats: readonly (readonly [number, string, string])[] = [
  [0, "0", "0"],
  [-0, "-0", "-0"],
  [1, "1", "1"],
  [0.1, "0.1", "0.1"],
  [-1.5, "-1.5", "-1.5"],
  [0.0001, "0.0001", "0.0001"],
  [0.00012, "0.00012", "0.00012"],
  [0.00001, "0.00001", "1e-05"],
  [123_456, "123456", "123456"],
  [999_999.5, "999999.5", "999999.5"],
  [1_000_000, "1000000", "1e+06"],
  [123_456_789, "123456789", "1.23456789e+08"],
  [1e20, "100000000000000000000", "1e+20"],
  [1e21, "1000000000000000000000", "1e+21"],
  [-1.25e22, "-12500000000000000000000", "-1.25e+22"],
  [1.5e-7, "0.00000015", "1.5e-07"],
  [5e-324, `0.${"0".repeat(323)}5`, "5e-324"],
  [1.7976931348623157e308, `17976931348623157${"0".repeat(292)}`, "1.7976931348623157e+308"],
  [Number.NaN, "NaN", "NaN"],
  [Number.POSITIVE_INFINITY, "+Inf", "+Inf"],
  [Number.NEGATIVE_INFINITY, "-Inf", "-Inf"],
];

for (const [value, decimal, general] of floats) {
  test(`${value} is written ${general}`, () => {
    assert.deepEqual([formatFloat(value, "f"), formatFloat(value, "g")], [decimal, general]);
  });
}
