import type { Meters, SummaryFigures } from "#base";
import type { Histogram } from "#series";
import type { Head } from "../head/head.ts";
import type { Database } from "./database.ts";

/** What the upkeep has done since the database was opened. */
export class DatabaseCounters {
  compactionsTriggered = 0;
  compactionsFailed = 0;
  replaySeconds = 0;
  compactions = 0;
  verticalCompactions = 0;
}

/** Registers the database's metrics, with upstream's names. */
export function registerMetrics(meters: Meters, database: Database): void {
  for (const [type, name, help, read] of [
    ...headSeriesFamilies(database),
    ...headChunkFamilies(database),
    ...headTimeFamilies(database),
    ...exemplarFamilies(database),
    ...logFamilies(database),
    ...blockFamilies(database),
    ...upkeepFamilies(database),
  ]) {
    meters.sampled({ name: `prometheus_tsdb_${name}`, help }, type, () => [
      { labelValues: [], value: read() },
    ]);
  }
  for (const [name, help, read] of sampleFamilies(database)) {
    const spec = { name: `prometheus_tsdb_${name}`, help, labelNames: ["type"] };
    meters.sampled(spec, "counter", () =>
      kinds.map((kind) => ({ labelValues: [kind], value: read(kind) })),
    );
  }
  for (const [name, help, read] of durationFamilies(database)) {
    meters.summary({ name: `prometheus_tsdb_${name}`, help }, () => [
      { labelValues: [], value: { quantiles: [], ...read() } },
    ]);
  }
}

/** One figure. */
type Family = readonly [type: "counter" | "gauge", name: string, help: string, read: () => number];
/** A figure for each kind of samples. */
type KindFamily = readonly [name: string, help: string, read: (kind: Kind) => number];
/** How long something took, how often. */
type DurationFamily = readonly [
  name: string,
  help: string,
  read: () => Omit<SummaryFigures, "quantiles">,
];

const kinds = ["float", "histogram"] as const;
type Kind = (typeof kinds)[number];

function headSeriesFamilies(database: Database): readonly Family[] {
  const { head } = database;
  const { counters } = head;
  return [
    [
      "gauge",
      "head_series",
      "Total number of series in the head block.",
      () => head.memory.series.count,
    ],
    [
      "gauge",
      "head_native_histogram_series",
      "Series of the head whose last sample is a native histogram.",
      () => nativeHistograms(head).length,
    ],
    [
      "gauge",
      "head_native_histogram_buckets",
      "Buckets that the last native histograms of the head's series have in all.",
      () => nativeHistograms(head).reduce((sum, one) => sum + bucketCountOf(one), 0),
    ],
    [
      "gauge",
      "head_stale_series",
      "Total number of stale series in the head block.",
      () => head.memory.staleSeriesCount,
    ],
    [
      "counter",
      "head_series_created_total",
      "Total number of series created in the head",
      () => counters.seriesCreated,
    ],
    [
      "counter",
      "head_series_removed_total",
      "Total number of series removed in the head",
      () => counters.seriesRemoved,
    ],
    [
      "counter",
      "head_series_not_found_total",
      "Total number of requests for series that were not found.",
      () => counters.seriesNotFound,
    ],
  ];
}

function headChunkFamilies(database: Database): readonly Family[] {
  const { head } = database;
  const { counters } = head;
  return [
    [
      "gauge",
      "head_chunks",
      "Total number of chunks in the head block.",
      () => head.memory.chunkCount,
    ],
    [
      "counter",
      "head_chunks_created_total",
      "Total number of chunks created in the head",
      () => counters.chunksRemoved + head.memory.chunkCount,
    ],
    [
      "counter",
      "head_chunks_removed_total",
      "Total number of chunks removed in the head",
      () => counters.chunksRemoved,
    ],
    [
      "counter",
      "mmap_chunks_total",
      "Total number of chunks that were memory-mapped.",
      () => database.headChunksWritten,
    ],
  ];
}

function headTimeFamilies(database: Database): readonly Family[] {
  const { head } = database;
  const { counters } = head;
  const finite = (timeMs: number) => (Number.isFinite(timeMs) ? timeMs : 0);
  return [
    [
      "gauge",
      "head_max_time",
      "Maximum timestamp of the head block. The unit is decided by the library consumer.",
      () => finite(head.memory.maxMs),
    ],
    [
      "gauge",
      "head_min_time",
      "Minimum time bound of the head block. The unit is decided by the library consumer.",
      () => finite(head.memory.minMs),
    ],
    [
      "gauge",
      "head_max_time_seconds",
      "Maximum timestamp of the head block.",
      () => finite(head.memory.maxMs) / 1_000,
    ],
    [
      "gauge",
      "head_min_time_seconds",
      "Minimum time bound of the head block.",
      () => finite(head.memory.minMs) / 1_000,
    ],
    [
      "gauge",
      "head_active_appenders",
      "Number of currently active appender transactions",
      () => counters.activeAppenders,
    ],
    [
      "counter",
      "head_truncations_total",
      "Total number of head truncations attempted.",
      () => counters.truncations,
    ],
    [
      "counter",
      "head_truncations_failed_total",
      "Total number of head truncations that failed.",
      () => counters.truncationsFailed,
    ],
    [
      "gauge",
      "isolation_low_watermark",
      "The lowest TSDB append ID that is still referenced.",
      () => head.commits.oldestRead,
    ],
    [
      "gauge",
      "isolation_high_watermark",
      "The highest TSDB append ID that has been given out.",
      () => head.commits.newest,
    ],
    [
      "gauge",
      "data_replay_duration_seconds",
      "Time taken to replay the data on disk.",
      () => database.counters.replaySeconds,
    ],
  ];
}

function exemplarFamilies(database: Database): readonly Family[] {
  const { head } = database;
  const { counters } = head;
  return [
    [
      "gauge",
      "exemplar_exemplars_in_storage",
      "Number of exemplars currently in circular storage.",
      () => head.exemplars.count,
    ],
    [
      "gauge",
      "exemplar_series_with_exemplars_in_storage",
      "Number of series with exemplars currently in circular storage.",
      () => head.exemplars.seriesCount,
    ],
    [
      "gauge",
      "exemplar_last_exemplars_timestamp_seconds",
      "When the oldest exemplar in storage was: how far back they reach.",
      () => (head.exemplars.oldestMs ?? 0) / 1_000,
    ],
    [
      "gauge",
      "exemplar_max_exemplars",
      "Total number of exemplars the exemplar storage can store, resizeable.",
      () => head.exemplars.size,
    ],
    [
      "counter",
      "exemplar_exemplars_appended_total",
      "Total number of appended exemplars.",
      () => counters.exemplarsAppended,
    ],
    [
      "counter",
      "exemplar_out_of_order_exemplars_total",
      "Total number of out of order exemplar ingestion failed attempts.",
      () => counters.exemplarsOutOfOrder,
    ],
  ];
}

function sampleFamilies(database: Database): readonly KindFamily[] {
  const { counters } = database.head;
  const refused = (why: "out of order" | "out of bounds" | "too old") => (kind: Kind) =>
    counters.refused(kind, why);
  return [
    [
      "head_samples_appended_total",
      "Total number of appended samples.",
      (kind) => (kind === "float" ? counters.floatsAppended : counters.histogramsAppended),
    ],
    [
      "head_out_of_order_samples_appended_total",
      "Total number of appended out of order samples.",
      (kind) => (kind === "float" ? counters.lateFloatsAppended : counters.lateHistogramsAppended),
    ],
    [
      "out_of_bound_samples_total",
      "Total number of out of bound samples ingestion failed attempts with out of order support disabled.",
      refused("out of bounds"),
    ],
    [
      "out_of_order_samples_total",
      "Total number of out of order samples ingestion failed attempts due to out of order being disabled.",
      refused("out of order"),
    ],
    [
      "too_old_samples_total",
      "Total number of out of order samples ingestion failed attempts with out of support enabled, but sample outside of time window.",
      refused("too old"),
    ],
  ];
}

function logFamilies(database: Database): readonly Family[] {
  const { counters } = database.head;
  return [
    [
      "counter",
      "wal_corruptions_total",
      "Total number of WAL corruptions.",
      () => counters.walCorruptions,
    ],
    [
      "counter",
      "mmap_chunk_corruptions_total",
      "Total number of memory-mapped chunk corruptions.",
      () => counters.chunkFileCorruptions,
    ],
    [
      "counter",
      "wal_replay_unknown_refs_total",
      "Total number of unknown series references encountered during WAL replay.",
      () => counters.walReplayUnknownRefs,
    ],
    [
      "counter",
      "checkpoint_creations_total",
      "Total number of checkpoint creations attempted.",
      () => counters.checkpointsCreated,
    ],
    [
      "counter",
      "checkpoint_creations_failed_total",
      "Total number of checkpoint creations that failed.",
      () => counters.checkpointsFailed,
    ],
    [
      "counter",
      "checkpoint_deletions_total",
      "Total number of checkpoint deletions attempted.",
      () => counters.checkpointRemovals,
    ],
    [
      "counter",
      "checkpoint_deletions_failed_total",
      "Total number of checkpoint deletions that failed.",
      () => counters.checkpointRemovalsFailed,
    ],
    [
      "gauge",
      "head_chunks_storage_size_bytes",
      "Size of the head chunk files, when they were looked at last.",
      () => database.storageBytes.head.chunks,
    ],
  ];
}

function blockFamilies(database: Database): readonly Family[] {
  const { blocks } = database;
  const { retention } = database.options;
  return [
    [
      "gauge",
      "blocks_loaded",
      "Number of currently loaded data blocks",
      () => blocks.blocks.length,
    ],
    [
      "gauge",
      "storage_blocks_bytes",
      "The number of bytes that are currently used for local storage by all blocks.",
      () => blocks.bytes,
    ],
    [
      "gauge",
      "lowest_timestamp",
      "Lowest timestamp value stored in the database. The unit is decided by the library consumer.",
      () => (Number.isFinite(database.startMs) ? database.startMs : 0),
    ],
    [
      "gauge",
      "lowest_timestamp_seconds",
      "Lowest timestamp value stored in the database.",
      () => (Number.isFinite(database.startMs) ? database.startMs / 1_000 : 0),
    ],
    [
      "gauge",
      "symbol_table_size_bytes",
      "Size of symbol table in memory for loaded blocks",
      () => blocks.blocks.reduce((sum, block) => sum + block.symbolBytes, 0),
    ],
    [
      "gauge",
      "retention_limit_bytes",
      "Max number of bytes to be retained in the tsdb blocks, configured 0 means disabled",
      () => retention.bytesMax,
    ],
    [
      "gauge",
      "retention_limit_percentage",
      "Max percentage of total storage space to be retained in the tsdb blocks, configured 0 means disabled",
      () => retention.percentMax,
    ],
    [
      "gauge",
      "retention_limit_seconds",
      "How long to retain samples in storage.",
      () => retention.durationMs / 1000,
    ],
  ];
}

function upkeepFamilies(database: Database): readonly Family[] {
  const { counters, blocks } = database;
  return [
    [
      "counter",
      "reloads_total",
      "Number of times the database reloaded block data from disk.",
      () => blocks.counters.reloads,
    ],
    [
      "counter",
      "reloads_failures_total",
      "Number of times the database failed to reloadBlocks block data from disk.",
      () => blocks.counters.reloadsFailed,
    ],
    [
      "counter",
      "time_retentions_total",
      "The number of times that blocks were deleted because the maximum time limit was exceeded.",
      () => blocks.counters.timeRetentions,
    ],
    [
      "counter",
      "size_retentions_total",
      "The number of times that blocks were deleted because the maximum number of bytes was exceeded.",
      () => blocks.counters.sizeRetentions,
    ],
    [
      "counter",
      "compactions_triggered_total",
      "Total number of triggered compactions for the partition.",
      () => counters.compactionsTriggered,
    ],
    [
      "counter",
      "compactions_failed_total",
      "Total number of compactions that failed for the partition.",
      () => counters.compactionsFailed,
    ],
    [
      "counter",
      "compactions_skipped_total",
      "Compactions that were skipped because compacting is turned off, which it never is here.",
      () => 0,
    ],
    [
      "counter",
      "compactions_total",
      "Total number of compactions that were executed for the partition.",
      () => counters.compactions,
    ],
    [
      "counter",
      "vertical_compactions_total",
      "Total number of compactions done on overlapping blocks.",
      () => counters.verticalCompactions,
    ],
  ];
}

function durationFamilies(database: Database): readonly DurationFamily[] {
  const { head } = database;
  return [
    [
      "head_gc_duration_seconds",
      "Runtime of garbage collection in the head block.",
      () => ({ sum: head.counters.truncationSeconds, count: head.counters.truncations }),
    ],
    [
      "wal_truncate_duration_seconds",
      "Duration of WAL truncation.",
      () => ({ sum: head.counters.walTruncationSeconds, count: head.counters.walTruncations }),
    ],
  ];
}

function nativeHistograms(head: Head): readonly Histogram[] {
  return [...head.memory.lastHistograms.values()].flatMap(({ histogram }) => histogram ?? []);
}

function bucketCountOf({ positive, negative }: Histogram): number {
  return positive.bucketCounts.length + negative.bucketCounts.length;
}
