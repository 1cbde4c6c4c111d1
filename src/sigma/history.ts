/** Where the past of a policy's series comes from: a server's range queries, or the engine itself. */
import type { EvaluatedSeries } from "./back-test.ts";
import type { SigmaPolicy } from "./policy.ts";

export interface HistoryRange {
  /** The first and the last evaluation, both included. */
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** A series' values at some of the evaluations of a range. */
export interface HistorySeries {
  /** Sorted pairs of name and value. */
  readonly labels: readonly string[];
  readonly timestampsMs: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

export interface History {
  range(expr: string, range: HistoryRange, signal: AbortSignal): Promise<readonly HistorySeries[]>;
}

/** Servers refuse to answer with more points of a series than 11,000. */
const stepsPerQuery = 10_000;

/**
 * The series of a policy's expression at each evaluation of its history and, before that, of the
 * baseline that the first of them needs. The last evaluation is at `endMs` or shortly before.
 */
export async function readHistory(
  policy: SigmaPolicy,
  { endMs, history }: { readonly endMs: number; readonly history: History },
  signal: AbortSignal,
): Promise<readonly EvaluatedSeries[]> {
  const startMs = endMs - policy.backTest.historyMs;
  return readEvaluations(policy, { startMs, endMs, history }, signal);
}

/** The same from `startMs` on, however long the policy's history is. */
export async function readEvaluations(
  policy: SigmaPolicy,
  time: { readonly startMs: number; readonly endMs: number; readonly history: History },
  signal: AbortSignal,
): Promise<readonly EvaluatedSeries[]> {
  const { evaluationIntervalMs: stepMs } = policy;
  const lastMs = time.endMs - (time.endMs % stepMs);
  const lookBackMs = time.endMs - time.startMs + baselineMs(policy);
  const count = Math.floor(lookBackMs / stepMs) + 1;
  const startMs = lastMs - (count - 1) * stepMs;
  const found = new Map<string, EvaluatedSeries>();
  for (let first = 0; first < count; first += stepsPerQuery) {
    const last = Math.min(first + stepsPerQuery, count) - 1;
    const range = { startMs: startMs + first * stepMs, endMs: startMs + last * stepMs, stepMs };
    for (const { labels, timestampsMs, values: part } of await time.history.range(
      policy.expr,
      range,
      signal,
    )) {
      const key = JSON.stringify(labels);
      const values = new Float64Array(found.has(key) ? 0 : count).fill(Number.NaN);
      const series = found.get(key) ?? { labels, startMs, values };
      found.set(key, series);
      for (let row = 0; row < part.length; row++) {
        const evaluation = Math.round(((timestampsMs[row] ?? 0) - startMs) / stepMs);
        series.values[evaluation] = part[row] ?? Number.NaN;
      }
    }
  }
  return [...found.values()];
}

const weekMs = 7 * 86_400_000;
/** A seasonal baseline looks at three weeks, and at how a week's level was before each. */
const seasonalMs = 4 * weekMs;

/** How far before an evaluation its baseline looks. */
function baselineMs({ baseline }: SigmaPolicy): number {
  return baseline.gapMs + (baseline.kind === "seasonal" ? seasonalMs : baseline.windowMs);
}
