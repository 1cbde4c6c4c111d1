/** A policy's back-test for programs: what "wherry sigma test -o json" prints, and the page draws. */
import type { BackTestFiring, LevelBackTest, SeriesBackTest } from "./back-test.ts";
import { pageObstacles, type SigmaPolicy } from "./policy.ts";
import { wouldBePages } from "./would-be-pages.ts";

export interface BackTestView {
  readonly policy: string;
  /** The time that was judged. */
  readonly startMs: number;
  readonly endMs: number;
  /** What keeps the policy from paging whatever it sees. */
  readonly obstacles: readonly string[];
  readonly series: readonly SeriesBackTestView[];
}

export interface SeriesBackTestView {
  /** As PromQL writes it: `{service="api"}`. */
  readonly name: string;
  readonly judgedCount: number;
  readonly judgedDays: number;
  readonly effectiveCount: number;
  readonly lagOne: number;
  readonly levels: readonly LevelBackTest[];
  /** When somebody would have been paged. */
  readonly pages: readonly BackTestFiring[];
  readonly obstacles: readonly string[];
}

export function backTestView(
  policy: SigmaPolicy,
  { tested, endMs }: { readonly tested: readonly SeriesBackTest[]; readonly endMs: number },
  formatSeries: (labels: readonly string[]) => string,
): BackTestView {
  return {
    policy: policy.name,
    startMs: endMs - policy.backTest.historyMs,
    endMs,
    obstacles: pageObstacles(policy),
    series: tested.map((series) => {
      const { labels, ...rest } = series;
      return { name: formatSeries(labels), ...rest, pages: wouldBePages(series) };
    }),
  };
}
