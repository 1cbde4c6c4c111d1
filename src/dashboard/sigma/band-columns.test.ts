import assert from "node:assert/strict";
import { test } from "node:test";
import { bandEdges, columnAt, crossings, edgeOf, scoreBands } from "./band-columns.ts";
import type { Bands } from "./wire.ts";

function bandsOf(scores: readonly (number | null)[]): Bands {
  return {
    timesMs: scores.map((_, index) => index * 1_000),
    values: scores,
    means: scores.map((score) => (score === null ? null : 100)),
    spreads: scores.map((score) => (score === null ? null : 10)),
    scores,
    evaluationsPerPoint: 1,
  };
}

test("bands are so many spreads around the mean, the widest first", () => {
  const edges = bandEdges(bandsOf([0, null]));
  assert.deepEqual(edges, [
    { sigmas: 3, upper: [130, null], lower: [70, null] },
    { sigmas: 2, upper: [120, null], lower: [80, null] },
    { sigmas: 1, upper: [110, null], lower: [90, null] },
  ]);
});

test("six sigma are shaded only where something goes beyond three", () => {
  const sizes = (scores: readonly (number | null)[]) =>
    [bandEdges, scoreBands].map((of) =>
      of(bandsOf(scores))
        .map(({ sigmas }) => sigmas)
        .join(),
    );
  assert.deepEqual(sizes([1, -3, null]), ["3,2,1", "3,2,1"]);
  assert.deepEqual(sizes([1, -3.2]), ["6,3,2,1", "6,3,2,1"]);
});

test("an edge may be at any distance", () => {
  assert.deepEqual(edgeOf(bandsOf([0, null]), -3.25), [67.5, null]);
});

test("crossings are on either side, and where there is no score there is none", () => {
  assert.deepEqual(crossings([1, 3, null, -4, 2.99], 3), [1, 3]);
});

test("a column at other times has what was last before them, if it is recent", () => {
  const column = [1, null, 3];
  const timesMs = [10_000, 20_000, 30_000];
  const at = [5, 10, 15, 20, 31, 45, 51];
  const want = [null, 1, 1, null, 3, 3, null];
  assert.deepEqual(columnAt(column, timesMs, { at, staleMs: 20_000 }), want);
});
