import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/testing";
import { baselineDefault, policyDefault, type SigmaPolicy } from "./policy.ts";
import { seriesBands } from "./series-bands.ts";
import { seriesScores } from "./series-scores.ts";
import { normalNoise, valuesOf } from "./testing.ts";

const minuteMs = 60_000;
const baseline = {
  ...baselineDefault,
  windowMs: 100 * minuteMs,
  dataMsMin: 50 * minuteMs,
  relativeSpreadMin: 0,
};
const policy: SigmaPolicy = { ...policyDefault, name: "latency", expr: "latency", baseline };

function evaluated(change: (values: Float64Array) => void = () => {}) {
  const values = valuesOf(normalNoise(seededRandom(1)), 400).map((value) => 100 + 10 * value);
  change(values);
  return { labels: [], startMs: 0, values };
}

test("a point has the value, what it is judged by, and its score", () => {
  const series = evaluated();
  const range = { startMs: 200 * minuteMs, endMs: 209 * minuteMs, pointsMax: 100 };
  const { timesMs, values, means, spreads, scores, evaluationsPerPoint } = seriesBands(
    policy,
    series,
    range,
  );
  assert.equal(evaluationsPerPoint, 1);
  assert.deepEqual(
    timesMs,
    Array.from({ length: 10 }, (_, at) => (200 + at) * minuteMs),
  );
  assert.deepEqual(Float64Array.from(values, Number), series.values.slice(200, 210));
  const own = seriesScores(policy, series.values).slice(200, 210);
  assert.deepEqual(Float64Array.from(scores, Number), own);
  for (const [index, score] of scores.entries()) {
    const told: number = ((values[index] ?? 0) - (means[index] ?? 0)) / (spreads[index] ?? 0);
    assert.equal(score, told);
  }
});

test("one evaluation far out is seen however few points there are", () => {
  const outAt = 317;
  const series = evaluated((values) => {
    values[outAt] = 400;
  });
  const range = { startMs: 200 * minuteMs, endMs: 399 * minuteMs, pointsMax: 8 };
  const { timesMs, values, evaluationsPerPoint } = seriesBands(policy, series, range);
  assert.equal(evaluationsPerPoint, 25);
  assert.equal(timesMs.length, 8);
  assert.equal(timesMs[values.indexOf(400)], outAt * minuteMs);
});

test("without a baseline there is the value alone, and without a value nothing", () => {
  const series = evaluated((values) => values.fill(Number.NaN, 5, 10));
  const range = { startMs: -minuteMs, endMs: 9 * minuteMs, pointsMax: 100 };
  const { values, means, scores } = seriesBands(policy, series, range);
  assert.deepEqual(
    values.map((value) => value === null),
    [0, 0, 0, 0, 0, 1, 1, 1, 1, 1].map(Boolean),
  );
  assert.deepEqual([...new Set([...means, ...scores])], [null]);
});
