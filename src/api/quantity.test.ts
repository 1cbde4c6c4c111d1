import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityMillis,
  quantityUnits,
  subtractQuantities,
} from "./quantity.ts";

test("quantities print in canonical form, within their family of suffixes", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["0", "0"],
    ["0m", "0"],
    ["1000m", "1"],
    ["100m", "100m"],
    ["0.5", "500m"],
    ["1.5", "1500m"],
    ["2500m", "2500m"],
    ["1024Mi", "1Gi"],
    ["1Gi", "1Gi"],
    ["1.5Gi", "1536Mi"],
    ["0.5Gi", "512Mi"],
    ["1025Ki", "1025Ki"],
    ["1023Ki", "1023Ki"],
    ["512", "512"],
    ["1000", "1k"],
    ["1000k", "1M"],
    ["12e6", "12e6"],
    ["1e3", "1e3"],
    ["1E3", "1E3"],
    ["1e2", "100"],
    ["100e-3", "100e-3"],
    ["0.1n", "1n"],
    ["1000000n", "1m"],
    ["-5", "-5"],
    ["-1000m", "-1"],
    ["4096", "4096"],
    ["0.0001Ki", "102400u"],
    ["9223372036854775807Ei", "9223372036854775807"],
    ["1000000000000000000000", "1000E"],
    [".5", "500m"],
    ["5.", "5."],
  ];
  for (const [text, want] of cases) assert.equal(canonicalQuantity(text), want, text);
});

test("what is no quantity is refused in upstream's words", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["", /^quantities must match the regular expression/],
    ["1 Gi", /^quantities must match/],
    ["1.2.3", /^quantities must match/],
    ["1Gib", /^quantities must match/],
    ["1x", /^quantities must match/],
    ["1kM", /^unable to parse quantity's suffix/],
    ["1e1000000000", /^unable to parse quantity's suffix/],
    ["m", /^unable to parse numeric part of quantity|^quantities must match/],
    ["9".repeat(10_000), /^unable to parse numeric part/],
  ];
  for (const [text, want] of cases) {
    assert.throws(() => parseQuantity(text), { name: "ValueError", message: want }, text);
  }
});

test("arithmetic is exact and keeps the left format", () => {
  const sum = addQuantities(parseQuantity("1Gi"), parseQuantity("512Mi"));
  assert.equal(formatQuantity(sum), "1536Mi");
  const rest = subtractQuantities(parseQuantity("2"), parseQuantity("100m"));
  assert.equal(formatQuantity(rest), "1900m");
  assert.equal(formatQuantity(addQuantities(parseQuantity("0"), parseQuantity("1Ki"))), "1Ki");
  assert.equal(compareQuantities(parseQuantity("1"), parseQuantity("1000m")), 0);
  assert.equal(compareQuantities(parseQuantity("1Gi"), parseQuantity("1G")), 1);
});

test("whole units and thousandths round up", () => {
  assert.equal(quantityUnits(parseQuantity("1Gi")), 1_073_741_824);
  assert.equal(quantityUnits(parseQuantity("100m")), 1);
  assert.equal(quantityMillis(parseQuantity("1.5")), 1500);
  assert.equal(quantityMillis(parseQuantity("1n")), 1);
});
