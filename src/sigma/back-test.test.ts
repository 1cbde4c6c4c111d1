import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/testing";
import { backTestSeries, type SeriesBackTest } from "./back-test.ts";
import { baselineDefault, policyDefault, type SigmaPolicy } from "./policy.ts";
import { seriesScores } from "./series-scores.ts";
import { correlatedNoise, heavyNoise, type Noise, normalNoise, valuesOf } from "./testing.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const policy: SigmaPolicy = { ...policyDefault, name: "latency", expr: "latency" };
/** Twenty-eight days that can be judged, and the week before them. */
const evaluationCount = (28 + 7) * 24 * 60;

function replay(noise: Noise, change: Partial<SigmaPolicy> = {}): SeriesBackTest {
  const values = valuesOf(() => 100 + 10 * noise(), evaluationCount);
  return backTestSeries({ ...policy, ...change }, { labels: [], startMs: 0, values });
}

function levelOf(tested: SeriesBackTest, name: string) {
  const found = tested.levels.find(({ level }) => level.name === name);
  assert.ok(found !== undefined);
  return found;
}

test("independent normal values page nobody at three sigma, and would open few tickets", () => {
  const tested = replay(normalNoise(seededRandom(1)));
  assert.equal(levelOf(tested, "s3-page").threshold, 3);
  assert.ok(levelOf(tested, "s3-page").firings.length <= 1);
  assert.ok(levelOf(tested, "s3-ticket").firings.length <= 3);
  // 4.55 % of a month's evaluations are beyond two sigma; four of five are not.
  assert.ok(levelOf(tested, "s2").firings.length <= 3);
  // One sigma is nothing: the series is out there nearly always.
  const outside = levelOf(tested, "s1").firings.map(({ startMs, endMs }) => endMs - startMs);
  assert.ok(outside.reduce((sum, ms) => sum + ms, 0) > 14 * dayMs);
  assert.deepEqual(tested.obstacles, []);
});

test("a series that swings for minutes needs more than three sigma to be worth a page", () => {
  const tested = replay(correlatedNoise(normalNoise(seededRandom(2)), 0.95));
  const { threshold = 0, firings } = levelOf(tested, "s3-page");
  assert.ok(threshold > 3.2 && threshold < 5, `${threshold}`);
  assert.ok(firings.length <= 1);
  const atThree = replay(correlatedNoise(normalNoise(seededRandom(2)), 0.95), {
    levels: policy.levels.map((level) => ({ ...level, isBackTested: false })),
  });
  // Half a firing a day, computed for this correlation.
  const count = levelOf(atThree, "s3-page").firings.length;
  assert.ok(count > 5 && count < 28, `${count}`);
});

test("heavy tails and slow swings raise the threshold further", () => {
  const tested = replay(correlatedNoise(heavyNoise(seededRandom(3)), 0.8));
  assert.ok((levelOf(tested, "s3-page").threshold ?? 0) > 4.5);
});

test("a history without a firing proves three in as many days, and no less", () => {
  const tested = replay(normalNoise(seededRandom(4)));
  const page = levelOf(tested, "s6");
  assert.equal(page.firings.length, 0);
  assert.equal((page.perDayMax * tested.judgedDays).toFixed(2), "3.00");
});

test("what stands against paging is said", () => {
  const values = valuesOf(() => 5, 4_000);
  const short = backTestSeries(policy, { labels: [], startMs: 0, values });
  assert.match(short.obstacles.join("; "), /^1\.8 of 28 days of history can be judged/);
  const slow = replay(correlatedNoise(normalNoise(seededRandom(5)), 0.9995));
  assert.match(slow.obstacles.join("; "), /independent values, 30 are needed/);
});

test("a firing tells when it was, and how far out", () => {
  const noise = normalNoise(seededRandom(6));
  const shiftAt = 30 * 24 * 60;
  let index = 0;
  const shifted = () => noise() + (index++ >= shiftAt && index < shiftAt + 20 ? 8 : 0);
  const { firings } = levelOf(replay(shifted), "s6");
  assert.equal(firings.length, 1);
  assert.equal((firings[0]?.startMs ?? 0) - shiftAt * minuteMs < 5 * minuteMs, true);
  assert.ok((firings[0]?.sigmas ?? 0) > 6);
});

test("a median baseline is not moved by bursts that a mean follows", () => {
  const noise = normalNoise(seededRandom(7));
  const values = valuesOf(noise, 3_000).map((value, at) => (at % 20 < 2 ? value + 50 : value));
  const baseline = { ...baselineDefault, windowMs: dayMs, dataMsMin: dayMs, relativeSpreadMin: 0 };
  const scoreAt = (kind: "mean" | "median") =>
    seriesScores({ ...policy, baseline: { ...baseline, kind } }, values)[2_980] ?? 0;
  assert.ok(scoreAt("median") > 30, `${scoreAt("median")}`);
  assert.ok(scoreAt("mean") < 5, `${scoreAt("mean")}`);
});

test("a seasonal baseline knows the hour of the week", () => {
  const noise = normalNoise(seededRandom(8));
  const hour = 60;
  const wave = (at: number) => 20 * Math.sin((2 * Math.PI * at) / (24 * hour));
  const values = Float64Array.from({ length: 31 * 24 * hour }, (_, at) => wave(at) + noise());
  const at = 30 * 24 * hour + 6 * hour;
  values[at] = wave(at) + 45;
  const scores = (kind: "mean" | "seasonal") =>
    seriesScores(
      { ...policy, baseline: { ...baselineDefault, kind, relativeSpreadMin: 0 } },
      values,
    );
  const [seasonal, plain] = [scores("seasonal"), scores("mean")];
  // The wave's own spread is the unit of both; what differs is where they expect the series.
  assert.ok((seasonal[at] ?? 0) > 3, `${seasonal[at]}`);
  const ordinary = seasonal.slice(29 * 24 * hour, 30 * 24 * hour).map(Math.abs);
  assert.ok(Math.max(...ordinary) < 0.5, `${Math.max(...ordinary)}`);
  assert.ok(Math.max(...plain.slice(29 * 24 * hour, 30 * 24 * hour)) > 1);
});
