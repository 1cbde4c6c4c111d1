import type { Clock } from "#base";
import type { DatabaseSource, ExemplarSource } from "#promapi";
import { ApiError } from "#promapi";
import type { Database } from "#tsdb";

/** The database as the HTTP API shows it, and what administrators may do to it. */
export function databaseSource(
  database: Database,
  { clock, directory }: { readonly clock: Clock; readonly directory: string },
): DatabaseSource {
  return {
    headFacts() {
      const { memory } = database.head;
      const { seriesCount, labelPairCount } = database.cardinality(1);
      return {
        seriesCount,
        labelPairCount,
        chunkCount: memory.chunkCount,
        minTimeMs: memory.isEmpty ? 0 : memory.minMs,
        maxTimeMs: memory.isEmpty ? 0 : memory.maxMs,
      };
    },
    cardinality(limit) {
      const found = database.cardinality(limit);
      const counted = (rows: readonly { readonly name: string; readonly count: number }[]) =>
        rows.map(({ name, count }) => ({ name, value: count }));
      return {
        seriesCountByMetricName: counted(found.seriesCountByMetricName),
        labelValueCountByLabelName: counted(found.labelValueCountByLabelName),
        memoryInBytesByLabelName: counted(found.memoryInBytesByLabelName),
        seriesCountByLabelValuePair: counted(found.seriesCountByLabelValuePair),
      };
    },
    blocks: () => database.blocks.blocks.map(({ meta }) => meta),
    async deleteSeries(matchers, minMs, maxMs) {
      for (const list of matchers) await database.deleteSeries({ minMs, maxMs }, list);
    },
    cleanTombstones: () => database.cleanTombstones(new AbortController().signal),
    async snapshot(withHead) {
      const name = snapshotName(clock.nowMs());
      const target = `${directory}/snapshots/${name}`;
      try {
        await database.snapshot(target, withHead ? "withHead" : "blocksOnly");
      } catch (error) {
        // The caller is told what the disk said.
        throw new ApiError("internal", `create snapshot: ${String(error)}`, { cause: error });
      }
      return name;
    },
  };
}

export function exemplarSource(database: Database): ExemplarSource {
  return {
    exemplars: (matchers, minMs, maxMs) => database.exemplars({ minMs, maxMs }, matchers),
  };
}

/** `20261122T130507Z-4f1a…`: names sort by time, and two of one second differ. */
function snapshotName(nowMs: number): string {
  const time = new Date(nowMs).toISOString().replaceAll(/[-:]/g, "").replace(/\.\d+/, "");
  return `${time}-${nowMs.toString(16)}`;
}
