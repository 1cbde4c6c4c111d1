import { exponentialBuckets, type Gauge, type HistogramMetric, type Meters } from "#base";
import type { TimedChunk } from "../block/block.ts";
import { countSamples } from "../chunk/decode-chunk.ts";

/** What is measured of blocks as they are made, under upstream's names. */
export interface CompactionMeters {
  readonly seconds: HistogramMetric;
  readonly cleaningSeconds: HistogramMetric;
  /** 1 while a block is written. */
  readonly populating: Gauge;
  observeChunk(chunk: TimedChunk): void;
}

export function compactionMeters(meters: Meters): CompactionMeters {
  const histogram = (name: string, help: string, buckets: readonly number[]) =>
    meters.histogram({ name: `prometheus_tsdb_${name}`, help, buckets }).with();
  const chunkRange = histogram(
    "compaction_chunk_range_seconds",
    "Final time range of chunks on their first compaction",
    exponentialBuckets(100, 4, 10),
  );
  const chunkSamples = histogram(
    "compaction_chunk_samples",
    "Final number of samples on their first compaction",
    exponentialBuckets(4, 1.5, 12),
  );
  const chunkBytes = histogram(
    "compaction_chunk_size_bytes",
    "Final size of chunks on their first compaction",
    exponentialBuckets(32, 1.5, 12),
  );
  const populating = meters.gauge({
    name: "prometheus_tsdb_compaction_populating_block",
    help: "Set to 1 when a block is currently being written to the disk.",
  });
  return {
    seconds: histogram(
      "compaction_duration_seconds",
      "Duration of compaction runs",
      exponentialBuckets(1, 2, 14),
    ),
    cleaningSeconds: histogram(
      "tombstone_cleanup_seconds",
      "The time taken to recompact blocks to remove tombstones.",
      [],
    ),
    populating: populating.with(),
    observeChunk({ minMs, maxMs, chunk }) {
      // In milliseconds, whatever the name says: so does upstream, and its bounds are made for that.
      chunkRange.observe(maxMs - minMs);
      chunkSamples.observe(countSamples(chunk));
      chunkBytes.observe(chunk.bytes.length);
    },
  };
}
