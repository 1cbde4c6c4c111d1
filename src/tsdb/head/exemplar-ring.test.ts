import assert from "node:assert/strict";
import { test } from "node:test";
import { labelsOf } from "#series";
import { ExemplarRing } from "./exemplar-ring.ts";

test("the newest exemplars stay, whatever series they are of", () => {
  const ring = new ExemplarRing(3);
  for (const [ref, timestampMs] of [
    [1, 10],
    [2, 11],
    [1, 12],
    [1, 13],
  ] as const) {
    add(ring, ref, timestampMs);
  }
  assert.deepEqual(times(ring), [11, 12, 13]);
  assert.deepEqual([ring.count, ring.seriesCount], [3, 2]);
  ring.resize(2);
  assert.deepEqual(times(ring), [12, 13]);
  assert.equal(ring.seriesCount, 1);
  ring.resize(4);
  add(ring, 3, 14);
  assert.deepEqual(times(ring), [12, 13, 14]);
  ring.resize(0);
  add(ring, 3, 15);
  assert.deepEqual(times(ring), []);
});

// The last exemplar of the series is at 10 with value 1.
const cases: readonly (readonly [number, number, string])[] = [
  [11, 0, "taken"],
  [10, 1, "repeated"],
  [10, 2, "taken"],
  [10, 0, "out of order"],
  [9, 5, "out of order"],
];

for (const [timestampMs, value, want] of cases) {
  test(`an exemplar of ${value} at ${timestampMs} is ${want}`, () => {
    const ring = new ExemplarRing(5);
    add(ring, 1, 10, 1);
    assert.equal(ring.judge(1, { labels: [], value, timestampMs }), want);
  });
}

function add(ring: ExemplarRing, ref: number, timestampMs: number, value = 0): void {
  const seriesLabels = labelsOf([["series", `${ref}`]]);
  ring.add({ ref, seriesLabels, exemplar: { labels: [], value, timestampMs } });
}

function times(ring: ExemplarRing): readonly number[] {
  return [...ring.list()].map(({ exemplar }) => exemplar.timestampMs);
}
