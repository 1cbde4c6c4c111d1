import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base";
import { lastSlotValue, type LoadShape, loadTrack, meanBetween } from "./load-track.ts";

const ramp: LoadShape = {
  interpolation: "linear",
  noise: 0,
  points: [
    { atMs: 0, values: { requests: 0 } },
    { atMs: 20_000, values: { requests: 40, queue: 7 } },
  ],
};
const load = loadTrack(ramp, seededRandom(1));
const columnOf = (name: string, shape = ramp) => [
  ...(loadTrack(shape, seededRandom(1)).columns.get(name) ?? []),
];

test("a slot holds the mean of its five seconds", () => {
  assert.deepEqual(columnOf("requests"), [5, 15, 25, 35]);
});

test("steps hold until the next point", () => {
  assert.deepEqual(columnOf("requests", { ...ramp, interpolation: "steps" }), [0, 0, 0, 0]);
});

test("a column that some points leave out is known from the others", () => {
  assert.deepEqual(columnOf("queue"), [7, 7, 7, 7]);
});

test("what is told is the slot that ended last, and the first and the last beyond the ends", () => {
  const told = [-60_000, 0, 5_000, 9_999, 10_000, 20_000, 90_000];
  assert.deepEqual(
    told.map((atMs) => lastSlotValue(load, "requests", atMs)),
    [5, 5, 5, 5, 15, 35, 35],
  );
  assert.equal(lastSlotValue(load, "nothing", 0), 0);
});

test("a mean is that of all slots of its time", () => {
  assert.equal(meanBetween(load, "requests", { fromMs: 5_000, toMs: 20_000 }), 25);
  assert.equal(meanBetween(load, "requests", { fromMs: 90_000, toMs: 105_000 }), 35);
});

test("noise stays within its share, and comes again with its seed", () => {
  const noisy = columnOf("queue", { ...ramp, noise: 0.5 });
  assert.ok(noisy.every((value) => value >= 3.5 && value <= 10.5));
  assert.ok(new Set(noisy).size > 1);
  assert.deepEqual(columnOf("queue", { ...ramp, noise: 0.5 }), noisy);
});
