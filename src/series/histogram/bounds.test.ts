import assert from "node:assert/strict";
import { test } from "node:test";
import { exponentialBound } from "./bounds.ts";

const bounds: readonly (readonly [schema: number, index: number, bound: number])[] = [
  [0, 0, 1],
  [0, 1, 2],
  [0, -1, 0.5],
  [0, 10, 1024],
  [0, 1023, 2 ** 1023],
  [0, 1024, Number.MAX_VALUE],
  [0, 1025, Number.POSITIVE_INFINITY],
  [0, -1074, Number.MIN_VALUE],
  [0, -1075, 0],
  [0, -5000, 0],
  [1, 1, 1.414213562373095],
  [2, 1, 1.189207115002721],
  [2, 2, 1.414213562373095],
  [2, -1, 0.8408964152537144],
  [2, 4096, Number.MAX_VALUE],
  [2, 4097, Number.POSITIVE_INFINITY],
  [3, -5, 0.6484197773255048],
  [8, 1, 1.0027112750502025],
  [8, 255, 1.9945921121709396],
  [8, 256, 2],
  [8, 262144, Number.MAX_VALUE],
  [8, -274944, Number.MIN_VALUE],
  [8, -275199, Number.MIN_VALUE],
  [8, -275200, 0],
  [-1, 1, 4],
  [-1, -1, 0.25],
  [-1, 512, Number.MAX_VALUE],
  [-1, 513, Number.POSITIVE_INFINITY],
  [-4, 0, 1],
  [-4, 1, 65_536],
  [-4, 64, Number.MAX_VALUE],
  [-4, -67, 2 ** -1072],
];

for (const [schema, index, bound] of bounds) {
  test(`bucket ${index} of schema ${schema} ends at ${bound}`, () => {
    assert.equal(exponentialBound(schema, index), bound);
  });
}

test("bounds ascend and are those of the coarser schemas, too", () => {
  for (let index = -512; index <= 512; index++) {
    assert.ok(exponentialBound(8, index) > exponentialBound(8, index - 1));
    for (let schema = -4; schema < 8; schema++) {
      const step = 2 ** (8 - schema);
      assert.equal(exponentialBound(schema, index), exponentialBound(8, index * step));
    }
  }
});
