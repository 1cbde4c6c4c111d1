import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/testing";
import { addressRangeOf, candidates, formatAddress, parseAddress } from "./address-range.ts";

test("every address of a network but its first and last is a candidate, once, the reserved ones last", () => {
  const range = addressRangeOf("10.43.0.0/26");
  const all = [...candidates(range, seededRandom(1))];
  assert.equal(new Set(all).size, 62);
  assert.equal(formatAddress(Math.min(...all)), "10.43.0.1");
  assert.equal(formatAddress(Math.max(...all)), "10.43.0.62");
  assert.equal(formatAddress(Math.min(...all.slice(0, 46))), "10.43.0.17");
});

for (const [text, want] of [
  ["10.43.0.1", 0x0a2b0001],
  ["255.255.255.255", 0xffffffff],
  ["10.43.0", undefined],
  ["10.43.0.256", undefined],
  ["10.43.0.01", undefined],
  ["::1", undefined],
] as const) {
  test(`${text} is ${want === undefined ? "no address" : want}`, () => {
    assert.equal(parseAddress(text), want);
  });
}
