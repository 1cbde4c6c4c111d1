import assert from "node:assert/strict";
import { test } from "node:test";
import { outsideShare, tailQuantile, upperTail } from "./normal.ts";

/** Shares outside ±k standard deviations, as tables of the normal distribution have them. */
const rows: readonly (readonly [sigmas: number, share: number])[] = [
  [0, 1],
  [0.5, 0.6170750774519738],
  [1, 0.31731050786291415],
  [2, 0.04550026389635842],
  [2.4999, 0.012422832],
  [2.5001, 0.012415822],
  [3, 0.002699796063260207],
  [4, 6.334248366623996e-5],
  [5, 5.733031437583892e-7],
  [6, 1.973175290075396e-9],
  [8, 1.2441921148543568e-15],
];

test("the share outside is that of the tables, in the middle and far out", () => {
  for (const [sigmas, share] of rows) {
    const digits = sigmas % 0.5 === 0 ? 1e-12 : 1e-6;
    assert.ok(Math.abs(outsideShare(sigmas) / share - 1) < digits, `${sigmas} sigma`);
  }
});

test("the quantile undoes the tail, on both sides", () => {
  for (const z of [-6, -3, -1, 0, 0.1, 1, 2.5, 3, 4.76, 6, 8, 20]) {
    assert.ok(Math.abs(tailQuantile(upperTail(z)) - z) < 1e-6 * Math.max(1, Math.abs(z)), `${z}`);
  }
  for (const share of [0, 1, -1, Number.NaN]) assert.throws(() => tailQuantile(share), RangeError);
});

test("six sigma as the quality method has it is 4.5 on one side", () => {
  assert.equal((upperTail(4.5) * 1e6).toFixed(1), "3.4");
});
