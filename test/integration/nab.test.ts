/**
 * The Numenta Anomaly Benchmark. Its data is not part of this repository: WHERRY_NAB names a checkout
 * of it (github.com/numenta/NAB), and without one only the scoring itself is tested.
 */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { readCorpus } from "./nab/corpus.ts";
import { shippedPolicy, windowedGaussian } from "./nab/detectors.ts";
import { bestScore, profiles, scoreAt, type ScoredFile } from "./nab/score.ts";

const directory = process.env["WHERRY_NAB"];
const skip =
  directory === undefined ? "WHERRY_NAB names no checkout of the benchmark's repository" : false;

test("early in a window is best, missing it and crying wolf cost", () => {
  const rows: readonly (readonly [flagged: string, score: number | null])[] = [
    ["", 0],
    // The first row of the window counts fully, its last nearly nothing.
    ["40", 50],
    ["49", null],
    ["40 45 49", 50],
    ["40 70", 100],
    // Before any window, or far behind the last, a row is as wrong as can be.
    ["40 20 70", 100 - 5.5 / 2],
    ["40 70 99", 100 - 5.5 / 2],
    // In the probation nothing counts.
    ["40 70 3", 100],
  ];
  for (const [flagged, expected] of rows) {
    const scores = new Float64Array(100);
    for (const row of flagged.split(" ").filter((text) => text !== "")) scores[Number(row)] = 1;
    const files: readonly ScoredFile[] = [
      {
        scores,
        windows: [
          [40, 49],
          [70, 72],
        ],
      },
    ];
    const found = scoreAt(files, profiles.standard, 1);
    const best = bestScore(files, profiles.standard).score;
    const isRight = expected === null ? found > 0 && found < 50 : Math.abs(found - expected) < 0.01;
    assert.ok(isRight, `${flagged}: ${found} instead of ${expected}`);
    assert.ok(best >= found - 1e-9);
  }
});

test("the windowed Gaussian of the benchmark scores what is published of it", { skip }, () => {
  const files = filesOf(windowedGaussian);
  const published = { standard: 39.65, "low false positives": 20.87, "low false negatives": 47.41 };
  for (const [name, expected] of Object.entries(published)) {
    const profile = Object.entries(profiles).find(([known]) => known === name)?.[1];
    assert.ok(profile !== undefined);
    assert.equal(bestScore(files, profile).score.toFixed(2), expected.toFixed(2), name);
  }
});

test("the shipped policy is better than a plain Gaussian", { skip }, (context) => {
  const files = filesOf(shippedPolicy);
  const score = scoreAt(files, profiles.standard, 1);
  for (const [name, profile] of Object.entries(profiles)) {
    context.diagnostic(`${name}: ${scoreAt(files, profile, 1).toFixed(1)}`);
  }
  assert.ok(score >= 50, `${score}`);
});

function filesOf(detect: typeof shippedPolicy): readonly ScoredFile[] {
  return readCorpus(directory ?? "").map((file) => ({
    scores: detect(file),
    windows: file.windows,
  }));
}
