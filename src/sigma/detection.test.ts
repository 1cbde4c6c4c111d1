/**
 * Detectors against series whose statistics have a closed form: shares of exceedance, average run
 * lengths, what correlation and heavy tails do to both. Measured values must be within four standard
 * errors of what is computed.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/testing";
import { autocorrelation, effectiveCount, zScores } from "./baseline.ts";
import { calibrate } from "./calibration.ts";
import { cusumScores, whiten } from "./cusum.ts";
import { outsideShare } from "./normal.ts";
import { type RunRule, runScores } from "./run-rule.ts";
import {
  correlatedNoise,
  heavyNoise,
  lognormalNoise,
  type Noise,
  normalNoise,
  poissonNoise,
  valuesOf,
} from "./testing.ts";

const sampleCount = 200_000;
const standardErrorsMax = 4;

/** A share of samples beyond k on both sides ("both") or only above ("above"). */
type ShareRow = readonly [
  name: string,
  noise: (seed: number) => Noise,
  sigmas: number,
  side: "both" | "above",
  share: number,
];

const normalOf = (seed: number) => normalNoise(seededRandom(seed));

const shares: readonly ShareRow[] = [
  ["normal", normalOf, 1, "both", outsideShare(1)],
  ["normal", normalOf, 2, "both", outsideShare(2)],
  ["normal", normalOf, 3, "both", outsideShare(3)],
  ["t(3)", (seed) => heavyNoise(seededRandom(seed)), 2, "both", 0.0405],
  ["t(3)", (seed) => heavyNoise(seededRandom(seed)), 3, "both", 0.0138],
  ["t(3)", (seed) => heavyNoise(seededRandom(seed)), 6, "both", 0.0019],
  ["lognormal", (seed) => lognormalNoise(seededRandom(seed)), 3, "above", 0.018],
  ["lognormal", (seed) => lognormalNoise(seededRandom(seed)), 6, "above", 0.0037],
  ["Poisson of 0.1", (seed) => poissonNoise(seededRandom(seed), 0.1), 3, "above", 0.0047],
  ["Poisson of 0.1", (seed) => poissonNoise(seededRandom(seed), 0.1), 6, "above", 0.0047],
  ["Poisson of 20", (seed) => poissonNoise(seededRandom(seed), 20), 3, "above", 0.0027],
];

for (const [index, [name, noise, sigmas, side, share]] of shares.entries()) {
  test(`${name}: ${(share * 100).toFixed(2)} % beyond ${sigmas} sigma (${side})`, () => {
    const values = valuesOf(noise(index + 1), sampleCount);
    const beyond = values.filter((z) => (side === "both" ? Math.abs(z) : z) > sigmas).length;
    const error = Math.sqrt((share * (1 - share)) / sampleCount);
    // Shares are given in two or three digits.
    const rounding = share * 0.02;
    const off = Math.abs(beyond / sampleCount - share);
    assert.ok(off < standardErrorsMax * error + rounding, `${beyond / sampleCount}`);
  });
}

/** Evaluations until the first signal, on average, after a shift; for independent evaluations. */
type RunLengthRow = readonly [
  name: string,
  score: (z: Float64Array) => Float64Array,
  lengths: string,
];

const above = (beyond: number, of: number, sigmas: number) => {
  const rule: RunRule = { beyond, of };
  return (z: Float64Array) => runScores(z, rule).map((score) => score / sigmas);
};
const cusum = (slack: number, limit: number) => (z: Float64Array) =>
  cusumScores(z, { slack, limit });

/** As "shift:length"; shift 0 is the run to a false signal. */
const runLengths: readonly RunLengthRow[] = [
  ["1 beyond 3", above(1, 1, 3), "0:370.4 1:43.9 2:6.3 3:2.0"],
  ["2 of 3 beyond 3", above(2, 3, 3), "3:4.7 4:2.4 5:2.1"],
  ["3 of 5 beyond 3", above(3, 5, 3), "3:7.3 4:3.6 5:3.1"],
  ["6 of 6 beyond 3", above(6, 6, 3), "3:126 4:11.5 5:6.5"],
  ["4 of 5 beyond 2", above(4, 5, 2), "3:5.1 4:4.1 5:4.0"],
  ["cumulative sum 0.5, 5", cusum(0.5, 5), "0:465 1:10.4 2:4.0 3:2.6"],
  ["cumulative sum 0.5, 4", cusum(0.5, 4), "0:168 1:8.4 2:3.3 3:2.2"],
];

for (const [name, score, lengths] of runLengths) {
  test(`run lengths: ${name}`, () => {
    for (const pair of lengths.split(" ")) {
      const [shift = 0, expected = 0] = pair.split(":").map(Number);
      const runs = measureRuns(score, shift, expected);
      // Run lengths spread about as much as they are long.
      const error = expected / Math.sqrt(runs.count);
      assert.ok(
        Math.abs(runs.mean - expected) < standardErrorsMax * error + 0.06,
        `shift ${shift}: ${runs.mean} instead of ${expected}`,
      );
    }
  });
}

function measureRuns(
  score: (z: Float64Array) => Float64Array,
  shift: number,
  expected: number,
): { readonly mean: number; readonly count: number } {
  const noise = normalNoise(seededRandom(7));
  const count = expected > 100 ? 400 : 2_000;
  const lengthMax = Math.ceil(expected * 12);
  let total = 0;
  for (let run = 0; run < count; run++) {
    const scores = score(valuesOf(() => noise() + shift, lengthMax));
    const signal = scores.findIndex((value) => value >= 1);
    total += signal < 0 ? lengthMax : signal + 1;
  }
  return { mean: total / count, count };
}

test("with the tested point left out, a spike of any height is seen", () => {
  const values = Float64Array.of(1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1000);
  const options = { window: 10, offset: 1, countMin: 10, spreadMin: 0, relativeSpreadMin: 0 };
  const z = zScores(values, options);
  assert.ok(z.slice(0, 10).every(Number.isNaN));
  assert.equal(z[10], (1000 - 1.5) / 0.5);
});

test("a baseline follows its window and stays exact over many steps", () => {
  const noise = normalNoise(seededRandom(3));
  const values = valuesOf(() => 1e6 + noise(), 5_000);
  const options = { window: 100, offset: 6, countMin: 100, spreadMin: 0, relativeSpreadMin: 0 };
  const z = zScores(values, options);
  for (const index of [105, 1_000, 4_999]) {
    const window = values.slice(index - 105, index - 5);
    const mean = window.reduce((sum, value) => sum + value, 0) / 100;
    const square = window.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 100;
    const expected = ((values[index] ?? 0) - mean) / Math.sqrt(square);
    assert.ok(Math.abs((z[index] ?? 0) - expected) < 1e-4, `${z[index]} ${expected}`);
  }
});

test("a flat line has no z-score, unless a spread is given", () => {
  const flat = new Float64Array(20).fill(5);
  const options = { window: 10, offset: 1, countMin: 10, spreadMin: 0, relativeSpreadMin: 0 };
  assert.ok(zScores(flat, options).every(Number.isNaN));
  flat[19] = 6;
  assert.equal(zScores(flat, { ...options, relativeSpreadMin: 0.1 })[19], 2);
});

test("correlation is measured, and what it leaves of a baseline", () => {
  for (const lag of [0, 0.5, 0.8, 0.95]) {
    const values = valuesOf(correlatedNoise(normalOf(11), lag), 50_000);
    assert.ok(Math.abs(autocorrelation(values) - lag) < 0.02, `${lag}`);
    const residual = autocorrelation(whiten(values, lag).slice(1));
    assert.ok(Math.abs(residual) < 0.02, `whitened ${lag}: ${residual}`);
  }
  assert.equal(effectiveCount(60, 0).toFixed(1), "60.0");
  assert.equal(effectiveCount(60, 0.95).toFixed(1), "1.5");
});

test("a calibrated sigma is as rare on a heavy tail as on a normal one", () => {
  const normal = calibrate(valuesOf(normalOf(5), sampleCount));
  const heavy = calibrate(valuesOf(heavyNoise(seededRandom(6)), sampleCount));
  assert.ok(Math.abs(normal.sigmaOf(3) - 3) < 0.05, `${normal.sigmaOf(3)}`);
  // 0.19 % of the heavy series is beyond 6 of its deviations: as rare as 3.1 of a normal one.
  assert.ok(Math.abs(heavy.sigmaOf(6) - 3.106) < 0.1, `${heavy.sigmaOf(6)}`);
  // Never seen: the fitted tail goes on, and goes on falling.
  const far = [10, 100, 1_000].map((size) => heavy.shareBeyond(size));
  assert.ok(
    far.every((share, index) => share > 0 && share < (far[index - 1] ?? 1)),
    `${far}`,
  );
});
