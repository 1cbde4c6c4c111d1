/**
 * What an autoscaler remembers: its recommendations, and by how much it has scaled. What is too old to
 * count is dropped.
 */

export interface Recommendation {
  readonly replicas: number;
  readonly atMs: number;
}

export interface ScaleStep {
  /** By how many replicas; never negative. */
  readonly change: number;
  readonly atMs: number;
}

export interface History {
  readonly recommendations: readonly Recommendation[];
  readonly ups: readonly ScaleStep[];
  readonly downs: readonly ScaleStep[];
}

/** The memory of an autoscaler that sees its target for the first time. */
export function historySince(replicas: number, atMs: number): History {
  return { recommendations: [{ replicas, atMs }], ups: [], downs: [] };
}

/** With one more recommendation; those that are older than `windowMs` go. */
export function withRecommendation(
  history: History,
  recommendation: Recommendation,
  windowMs: number,
): History {
  const since = recommendation.atMs - windowMs;
  const kept = history.recommendations.filter(({ atMs }) => atMs >= since);
  return { ...history, recommendations: [...kept, recommendation] };
}

/** With one more change of scale; those that are older than `periodMs` go. */
export function withScaleStep(
  history: History,
  step: { readonly from: number; readonly to: number; readonly atMs: number },
  periodMs: number,
): History {
  const { from, to, atMs } = step;
  const name = to > from ? "ups" : "downs";
  const kept = history[name].filter((one) => one.atMs >= atMs - periodMs);
  return { ...history, [name]: [...kept, { change: Math.abs(to - from), atMs }] };
}

/** The sum of the changes since `sinceMs`, that moment left out. */
export function changeSince(steps: readonly ScaleStep[], sinceMs: number): number {
  return steps.reduce((sum, { change, atMs }) => (atMs > sinceMs ? sum + change : sum), 0);
}
