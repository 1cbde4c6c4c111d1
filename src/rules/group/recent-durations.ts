/** Durations as upstream's summaries show them: how many, how long in all, and quantiles of late. */
export interface DurationSummary {
  readonly count: number;
  readonly sumSeconds: number;
  /** NaN when nothing happened within the last ten minutes. */
  quantile(fraction: number): number;
}

const keptMs = 10 * 60_000;
const keptMax = 2_048;

export class RecentDurations {
  #count = 0;
  #sumSeconds = 0;
  #recent: { readonly atMs: number; readonly seconds: number }[] = [];

  add(seconds: number, atMs: number): void {
    this.#count++;
    this.#sumSeconds += seconds;
    this.#recent.push({ atMs, seconds });
    if (this.#recent.length > 2 * keptMax) this.#recent = this.#recent.slice(-keptMax);
  }

  summary(nowMs: number): DurationSummary {
    const sorted = this.#recent
      .slice(-keptMax)
      .filter(({ atMs }) => nowMs - atMs <= keptMs)
      .map(({ seconds }) => seconds)
      .sort((left, right) => left - right);
    return {
      count: this.#count,
      sumSeconds: this.#sumSeconds,
      quantile: (fraction) => {
        const rank = Math.max(Math.ceil(fraction * sorted.length) - 1, 0);
        return sorted[rank] ?? Number.NaN;
      },
    };
  }
}
