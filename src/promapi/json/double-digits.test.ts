import assert from "node:assert/strict";
import { test } from "node:test";
import type { Random } from "#base";
import { seededRandom } from "#base/testing";
import { doubleBytesMax, writeDouble } from "./double-digits.ts";

test("doubles are written in the shortest form, and what is left to others is refused", () => {
  const cases: readonly (readonly [value: number, text: string | undefined])[] = [
    [1, "1"],
    [2 ** 31 - 1, "2147483647"],
    [8.5, "8.5"],
    [-18639.5, "-18639.5"],
    [18639.06697923644, "18639.06697923644"],
    [99.99999999999999, "99.99999999999999"],
    [16.000000000000004, "16.000000000000004"],
    [1234567.0000000002, "1234567.0000000002"],
    [1e9 + 0.1, "1000000000.1"],
    [0, undefined],
    [-1, undefined],
    [0.1, undefined],
    [2 ** 31, undefined],
    [Number.NaN, undefined],
    [Number.NEGATIVE_INFINITY, undefined],
  ];
  for (const [value, text] of cases) assert.equal(written(value), text, String(value));
});

test("any double is written as the runtime writes it", () => {
  const random = seededRandom(7);
  for (let round = 0; round < 100_000; round++) {
    const value = anyDouble(random, round % 4);
    const text = written(value);
    if (text !== undefined) assert.equal(text, String(value));
  }
});

/** Evenly spread, with few decimals, with any bits, and beside the borders of exponents. */
function anyDouble(random: Random, kind: number): number {
  const exponent = 3 + Math.floor(random.fraction() * 28);
  const mantissa = 1 + random.fraction();
  switch (kind) {
    case 0:
      return (random.fraction() - 0.5) * 1e5;
    case 1:
      return Math.round(random.fraction() * 1e9) / 10 ** Math.floor(random.fraction() * 8);
    case 2:
      return mantissa * 2 ** exponent;
    default:
      return 2 ** exponent * (1 + Math.floor(random.fraction() * 8) * 2 ** -52);
  }
}

function written(value: number): string | undefined {
  const bytes = new Uint8Array(doubleBytesMax);
  const end = writeDouble(bytes, 0, value);
  return end < 0 ? undefined : new TextDecoder().decode(bytes.subarray(0, end));
}
