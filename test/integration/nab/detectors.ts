/** Detectors that are run over the corpus. Each knows only the rows before the one it judges. */
import {
  backTestedThreshold,
  policyDefault,
  runScores,
  seriesScores,
  type SigmaPolicy,
  upperTail,
} from "#sigma";
import type { CorpusFile } from "./corpus.ts";

/**
 * The benchmark's own windowed Gaussian: 1 minus the tail probability in the last 6,400 rows, whose
 * mean and deviation are taken anew with every 100 rows. Scores are rounded to twelve digits, as the
 * reference wrote its results: what is 1 then is above its threshold.
 */
export function windowedGaussian({ values }: CorpusFile): Float64Array {
  let window: number[] = [];
  let waiting: number[] = [];
  let moments = { mean: 0, deviation: 1 };
  return values.map((value) => {
    const z = Math.abs(value - moments.mean) / moments.deviation;
    const score = window.length === 0 ? 0 : Number((1 - upperTail(z)).toPrecision(12));
    waiting.push(value);
    if (window.length < gaussianWindow || waiting.length === gaussianStep) {
      window = [...window.slice(window.length < gaussianWindow ? 0 : gaussianStep), ...waiting];
      waiting = [];
      moments = momentsOf(window);
    }
    return score;
  });
}

/**
 * The policy that is shipped, as if each row were what its rule sees in five minutes: a row pages when
 * it is beyond the threshold that the rows before it give, and no row has paged within the quiet time.
 */
export function shippedPolicy({ timesMs, values }: CorpusFile): Float64Array {
  const intervalMs = medianStep(timesMs);
  const policy: SigmaPolicy = {
    ...policyDefault,
    name: "nab",
    expr: "nab",
    evaluationIntervalMs: intervalMs,
    baseline: { ...policyDefault.baseline, gapMs: intervalMs },
  };
  const scores = runScores(seriesScores(policy, values), { beyond: 1, of: 1 });
  const { historyMs, firingsMax, quietMs } = policy.backTest;
  const quiet = Math.max(1, Math.round(quietMs / intervalMs));
  const history = Math.round(historyMs / intervalMs);
  const flags = new Float64Array(values.length);
  let last = Number.NEGATIVE_INFINITY;
  for (const [row, score] of scores.entries()) {
    if (!(score >= floor)) continue;
    const past = scores.subarray(Math.max(0, row - history), Math.max(0, row - quiet));
    const threshold = backTestedThreshold(past, { floor, firingsMax, quiet });
    if (threshold === undefined || score < threshold) continue;
    if (row - last > quiet) flags[row] = 1;
    last = row;
  }
  return flags;
}

const gaussianWindow = 6_400;
const gaussianStep = 100;
const floor = 3;
/** Instead of a deviation of none. */
const deviationMin = 0.000001;

function momentsOf(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(square) || deviationMin };
}

function medianStep(timesMs: Float64Array): number {
  const steps = timesMs.slice(1).map((time, row) => time - (timesMs[row] ?? 0));
  steps.sort();
  return steps[steps.length >> 1] ?? 0;
}
