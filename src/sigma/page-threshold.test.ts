import assert from "node:assert/strict";
import { test } from "node:test";
import { integerBelow } from "#base";
import { seededRandom } from "#base/testing";
import { backTestedThreshold, thresholdForBudget } from "./page-threshold.ts";
import { findFirings, runScores } from "./run-rule.ts";
import { correlatedNoise, normalNoise, valuesOf } from "./testing.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

test("one false page a week, for so many series", () => {
  const rows: readonly (readonly [number, string])[] = [
    [1, "3.89"],
    [10, "4.42"],
    [100, "4.89"],
    [1_000, "5.33"],
    [10_000, "5.73"],
  ];
  for (const [seriesCount, expected] of rows) {
    const budget = { evaluationIntervalMs: minuteMs, falsePages: 1, periodMs: 7 * dayMs };
    assert.equal(thresholdForBudget({ ...budget, seriesCount }).toFixed(2), expected);
  }
});

test("scores are the height at which enough of the last evaluations are beyond, on one side", () => {
  const rows: readonly (readonly [rule: string, z: string, scores: string])[] = [
    ["1/1", "1 -2 3", "1 2 3"],
    ["2/3", "5 1 4 0 0 6", "-Infinity 1 4 1 0 0"],
    ["2/3", "-5 5 -4 4", "-Infinity -5 4 4"],
    ["2/2", "3 NaN 3 4", "-Infinity -Infinity -Infinity 3"],
    ["3/5", "3 3 0 0 3 9", "-Infinity -Infinity 0 0 3 3"],
  ];
  for (const [rule, z, scores] of rows) {
    const [beyond = 0, of = 0] = rule.split("/").map(Number);
    const found = runScores(Float64Array.from(z.split(" "), Number), { beyond, of });
    assert.equal(found.join(" "), scores, `${rule}: ${z}`);
  }
});

test("firings close to each other are one", () => {
  const scores = Float64Array.of(0, 3, 0, 4, 0, 0, 0, 5, 0);
  const found = findFirings(scores, 3, 2).map(({ first, last, peak }) => [first, last, peak]);
  assert.deepEqual(found, [
    [1, 3, 4],
    [7, 7, 5],
  ]);
});

test("the back-tested threshold is the smallest that fires as often as it may", () => {
  const rows: readonly (readonly [scores: string, firingsMax: number, expected: number])[] = [
    ["0 1 2 1 0", 1, 3],
    ["0 3.5 0 0 0 7 0", 1, 3.51],
    ["0 3.5 0 0 0 7 0", 2, 3],
    ["0 3.5 0 0 0 7 0", 0, 7.01],
    // As a threshold of 4 cuts the first firing into two, none below 5 is good for two firings.
    ["5 3 3 3 5 0 0 0 6", 2, 5.01],
    ["5 3 3 3 5 0 0 0 6", 3, 3],
  ];
  for (const [scores, firingsMax, expected] of rows) {
    const column = Float64Array.from(scores.split(" "), Number);
    const found = backTestedThreshold(column, { floor: 3, firingsMax, quiet: 2 });
    assert.equal(found, expected, scores);
  }
});

test("whatever the series, no threshold from the back-tested one on fires more often (property)", () => {
  const random = seededRandom(20_260_501);
  for (let round = 0; round < 60; round++) {
    const lag = random.fraction() * 0.98;
    const noise = correlatedNoise(normalNoise(random.fork(`${round}`)), lag);
    const rule = { beyond: 1 + integerBelow(random, 3), of: 3 + integerBelow(random, 3) };
    const scores = runScores(valuesOf(noise, 2_000), rule);
    const options = {
      floor: 0.5,
      firingsMax: integerBelow(random, 4),
      quiet: 1 + integerBelow(random, 10),
    };
    const threshold = backTestedThreshold(scores, options);
    assert.ok(threshold !== undefined);
    for (const higher of [0, 0.01, 0.1, 0.5, 1]) {
      const firings = findFirings(scores, threshold + higher, options.quiet).length;
      assert.ok(firings <= options.firingsMax, `round ${round}: ${firings}`);
    }
    const below = threshold - 0.02;
    const isFloor = threshold === options.floor;
    const worst = Math.max(
      ...[0, 0.005, 0.01].map((step) => findFirings(scores, below + step, options.quiet).length),
    );
    assert.ok(isFloor || worst > options.firingsMax || below < options.floor, `round ${round}`);
  }
});
