/**
 * What a policy would have done in the past, level by level and series by series: the answer to "how
 * often would this have woken somebody". Textbook shares of the normal distribution do not bound
 * pages; this does.
 */
import { autocorrelation, effectiveCount } from "./baseline.ts";
import { backTestedThreshold, unseenRatePerDay } from "./page-threshold.ts";
import type { SigmaLevel, SigmaPolicy } from "./policy.ts";
import { findFirings, runScores } from "./run-rule.ts";
import { seriesScores } from "./series-scores.ts";

/** One series of the policy's expression, at each evaluation from `startMs` on. NaN: no value. */
export interface EvaluatedSeries {
  readonly labels: readonly string[];
  readonly startMs: number;
  readonly values: Float64Array;
}

export interface SeriesBackTest {
  readonly labels: readonly string[];
  /** Evaluations that could be judged, and what of a day each is. */
  readonly judgedCount: number;
  readonly judgedDays: number;
  /** Independent values that the baseline is worth, after what each takes from the one before. */
  readonly effectiveCount: number;
  readonly lagOne: number;
  readonly levels: readonly LevelBackTest[];
  /** Why this series may page nobody yet; empty when it may. */
  readonly obstacles: readonly string[];
}

export interface LevelBackTest {
  readonly level: SigmaLevel;
  /** Undefined when no threshold would have kept quiet enough. */
  readonly threshold: number | undefined;
  readonly firings: readonly BackTestFiring[];
  /** The upper end of what firings a day are to be expected, also when there were none. */
  readonly perDayMax: number;
}

export interface BackTestFiring {
  readonly startMs: number;
  readonly endMs: number;
  /** The largest deviation that the rule saw. */
  readonly sigmas: number;
}

/** Replays a policy over the history of one series, which begins a baseline's window earlier. */
export function backTestSeries(policy: SigmaPolicy, series: EvaluatedSeries): SeriesBackTest {
  const { baseline, evaluationIntervalMs, backTest } = policy;
  const z = seriesScores(policy, series.values);
  // What comes before the history is there for the baseline only.
  z.fill(
    Number.NaN,
    0,
    Math.max(0, z.length - Math.round(backTest.historyMs / evaluationIntervalMs)),
  );
  const judgedCount = z.filter((value) => value === value).length;
  const judgedDays = (judgedCount * evaluationIntervalMs) / dayMs;
  const lagOne = autocorrelation(series.values);
  const worth = effectiveCount(baseline.windowMs / evaluationIntervalMs, lagOne);
  const levels = policy.levels.map((level) => testLevel(policy, level, { series, z, judgedDays }));
  return {
    labels: series.labels,
    judgedCount,
    judgedDays,
    effectiveCount: worth,
    lagOne,
    levels,
    obstacles: seriesObstacles(policy, { judgedDays, worth, levels }),
  };
}

const dayMs = 86_400_000;
/** A baseline that is worth fewer independent values has a spread that means little. */
const effectiveCountMin = 30;

function testLevel(
  { backTest, evaluationIntervalMs }: SigmaPolicy,
  level: SigmaLevel,
  {
    series,
    z,
    judgedDays,
  }: { readonly series: EvaluatedSeries; readonly z: Float64Array; readonly judgedDays: number },
): LevelBackTest {
  const scores = runScores(z, level.rule);
  const quiet = Math.round(backTest.quietMs / evaluationIntervalMs);
  const { firingsMax } = backTest;
  const threshold = level.isBackTested
    ? backTestedThreshold(scores, { floor: level.sigmas, firingsMax, quiet })
    : level.sigmas;
  const found = threshold === undefined ? [] : findFirings(scores, threshold, quiet);
  const at = (index: number) => series.startMs + index * evaluationIntervalMs;
  return {
    level,
    threshold,
    firings: found.map(({ first, last, peak }) => ({
      startMs: at(first),
      endMs: at(last),
      sigmas: peak,
    })),
    perDayMax: rateMaxPerDay(found.length, judgedDays),
  };
}

/** The upper 95 % limit of a rate of which so many were counted (Poisson; normal beyond none). */
function rateMaxPerDay(count: number, days: number): number {
  if (days === 0) return Number.POSITIVE_INFINITY;
  return count === 0
    ? unseenRatePerDay(days)
    : (count + 1.645 * Math.sqrt(count) + 1.645 ** 2 / 2) / days;
}

function seriesObstacles(
  { backTest }: SigmaPolicy,
  {
    judgedDays,
    worth,
    levels,
  }: {
    readonly judgedDays: number;
    readonly worth: number;
    readonly levels: readonly LevelBackTest[];
  },
): readonly string[] {
  const found: string[] = [];
  const wantedDays = backTest.historyMs / dayMs;
  // Scrapes go missing now and then; half of the time does not.
  if (judgedDays < wantedDays * 0.9) {
    found.push(`${judgedDays.toFixed(1)} of ${wantedDays} days of history can be judged`);
  }
  if (worth < effectiveCountMin) {
    found.push(
      `its baseline is worth ${worth.toFixed(1)} independent values, ${effectiveCountMin} are needed`,
    );
  }
  const endless = levels.find(({ threshold }) => threshold === undefined);
  if (endless !== undefined) {
    found.push(`no threshold for ${endless.level.name} would have fired seldom enough`);
  }
  return found;
}
