/** The thresholds that pages need, as series. */
import type { SeriesBackTest } from "./back-test.ts";
import { sigmaSeries } from "./sigma-series.ts";
import type { SigmaPolicy } from "./policy.ts";

export interface ThresholdSeries {
  /** Sorted pairs of name and value. */
  readonly labels: readonly string[];
  readonly sigmas: number;
}

/**
 * A threshold for each back-tested level of each series that may page. The others get none, and
 * without one their rules cannot fire.
 */
export function thresholdSeries(
  { name }: SigmaPolicy,
  tested: readonly SeriesBackTest[],
): readonly ThresholdSeries[] {
  return tested
    .filter(({ obstacles }) => obstacles.length === 0)
    .flatMap(({ labels, levels }) =>
      levels.flatMap(({ level, threshold }) => {
        if (!level.isBackTested || threshold === undefined) return [];
        const own = new Map(pairsOf(labels));
        own.set("__name__", sigmaSeries.threshold);
        own.set("sigma_policy", name);
        own.set("sigma_level", level.name);
        const names = [...own.keys()].sort();
        return [{ labels: names.flatMap((one) => [one, own.get(one) ?? ""]), sigmas: threshold }];
      }),
    );
}

function pairsOf(labels: readonly string[]): readonly (readonly [string, string])[] {
  return Array.from({ length: labels.length / 2 }, (_, pair) => [
    labels[2 * pair] ?? "",
    labels[2 * pair + 1] ?? "",
  ]);
}
