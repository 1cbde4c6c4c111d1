import type { LoggedSeries } from "../wal/record.ts";
import type { Wal } from "../wal/wal.ts";
import type { AgentSeries } from "./agent-series.ts";

/**
 * Fills a checkpoint with what is known of the series, in place of reading the log again: their
 * labels, and a sample for the time at which each was seen last. Nobody sends what is in checkpoints,
 * so its value is 0. Of the `ended` series only labels are written.
 */
export function fillFromSeries(
  series: AgentSeries,
  ended: readonly LoggedSeries[],
  seriesPerRecord: number,
): (log: Wal) => Promise<void> {
  return async (log) => {
    for (const some of inGroups(series.list(), seriesPerRecord)) {
      const refs = Float64Array.from(some, ({ ref }) => ref);
      const samples = {
        count: some.length,
        refs,
        timestampsMs: refs.map((ref) => Math.max(series.lastTimeMs(ref), 0)),
        values: new Float64Array(some.length),
        startTimestampsMs: undefined,
      };
      await log.append([
        { kind: "series", series: some },
        { kind: "samples", samples },
      ]);
    }
    for (const some of inGroups(ended, seriesPerRecord)) {
      await log.append([{ kind: "series", series: some }]);
    }
  };
}

function* inGroups<T>(items: Iterable<T>, size: number): Generator<readonly T[]> {
  let group: T[] = [];
  for (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
