import { type Clock, sleep } from "#base";
import { backTestSeries, type SeriesBackTest } from "./back-test.ts";
import { type History, readHistory } from "./history.ts";
import type { SigmaPolicy } from "./policy.ts";

/**
 * Reads the past of all series of a policy up to `endMs`, and replays it over each. Others have their turn
 * between two series: one takes tens of milliseconds, and there may be many.
 */
export async function backTestPolicy(
  policy: SigmaPolicy,
  deps: { readonly endMs: number; readonly history: History; readonly clock: Clock },
  signal: AbortSignal,
): Promise<readonly SeriesBackTest[]> {
  const tested: SeriesBackTest[] = [];
  for (const series of await readHistory(policy, deps, signal)) {
    if (tested.length > 0) await sleep(deps.clock, 0, signal);
    tested.push(backTestSeries(policy, series));
  }
  return tested;
}
