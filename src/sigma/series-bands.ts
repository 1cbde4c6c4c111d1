/** A series with what it is judged by over a range of time, in few enough points to draw. */
import type { EvaluatedSeries } from "./back-test.ts";
import { scoresAgainst } from "./baseline.ts";
import type { SigmaPolicy } from "./policy.ts";
import { seriesBaselines } from "./series-scores.ts";

/** Columns of one length. `null` where there is no value, or no baseline. */
export interface SeriesBands {
  readonly timesMs: readonly number[];
  readonly values: readonly (number | null)[];
  readonly means: readonly (number | null)[];
  readonly spreads: readonly (number | null)[];
  readonly scores: readonly (number | null)[];
  /** How many evaluations each point stands for. */
  readonly evaluationsPerPoint: number;
}

export interface BandRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly pointsMax: number;
}

/**
 * The evaluations of a range. Where there are more than points, each point is the one of its stretch
 * that is farthest from the mean: an excursion of a single evaluation is seen at any width.
 */
export function seriesBands(
  policy: SigmaPolicy,
  series: EvaluatedSeries,
  { startMs, endMs, pointsMax }: BandRange,
): SeriesBands {
  const stepMs = policy.evaluationIntervalMs;
  const { values } = series;
  const baselines = seriesBaselines(policy, values);
  const scores = scoresAgainst(baselines, values);
  const first = Math.max(0, Math.ceil((startMs - series.startMs) / stepMs));
  const end = Math.min(values.length, Math.floor((endMs - series.startMs) / stepMs) + 1);
  const evaluationsPerPoint = Math.max(1, Math.ceil((end - first) / pointsMax));
  const chosen: number[] = [];
  for (let from = first; from < end; from += evaluationsPerPoint) {
    chosen.push(farthest(scores, values, from, Math.min(from + evaluationsPerPoint, end)));
  }
  const column = (of: Float64Array) => chosen.map((index) => finiteOr(of[index]));
  return {
    timesMs: chosen.map((index) => series.startMs + index * stepMs),
    values: column(values),
    means: column(baselines.means),
    spreads: column(baselines.spreads),
    scores: column(scores),
    evaluationsPerPoint,
  };
}

/** The evaluation with the largest deviation; without any, the first that has a value. */
function farthest(scores: Float64Array, values: Float64Array, from: number, end: number): number {
  let found = -1;
  let size = -1;
  for (let index = from; index < end; index++) {
    const score = Math.abs(scores[index] ?? Number.NaN);
    if (score > size) {
      found = index;
      size = score;
    } else if (found < 0 && Number.isFinite(values[index])) found = index;
  }
  return found < 0 ? from : found;
}

/** JSON has no other numbers. */
function finiteOr(value = Number.NaN): number | null {
  return Number.isFinite(value) ? value : null;
}
