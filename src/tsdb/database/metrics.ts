import type { FamilyRegistry, ReadFamily, ReadFigure } from "#base";
import type { Database } from "./database.ts";

/** What the upkeep has done since the database was opened. */
export class DatabaseCounters {
  compactionsTriggered = 0;
  compactionsFailed = 0;
  replaySeconds = 0;
  compactions = 0;
  compactionSeconds = 0;
  verticalCompactions = 0;
  cleanings = 0;
  cleaningSeconds = 0;

  noteCompaction(durationMs: number): void {
    this.compactions++;
    this.compactionSeconds += durationMs / 1000;
  }

  noteCleaning(durationMs: number): void {
    this.cleanings++;
    this.cleaningSeconds += durationMs / 1000;
  }
}

/** Registers the database's metrics, with upstream's names. */
export function registerMetrics(registry: FamilyRegistry, database: Database): void {
  for (const [type, name, help, read] of [
    ...headSeriesFamilies(database),
    ...headChunkFamilies(database),
    ...headTimeFamilies(database),
    ...exemplarFamilies(database),
    ...sampleFamilies(database),
    ...logFamilies(database),
    ...blockFamilies(database),
    ...upkeepFamilies(database),
  ]) {
    registry.register({
      name: `prometheus_tsdb_${name}`,
      help,
      type,
      read: () => figures(read()),
    });
  }
}

/** One value, or several with labels. */
type Readout = number | readonly ReadFigure[];
type Family = readonly [type: ReadFamily["type"], name: string, help: string, read: () => Readout];

function figures(readout: Readout): readonly ReadFigure[] {
  return typeof readout === "number" ? [{ labels: [], value: readout }] : readout;
}

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
      "head_active_appenders",
      "Number of currently active appender transactions",
      () => counters.activeAppenders,
    ],
    [
      "counter",
      "head_appenders_created_total",
      "Total number of appender transactions created.",
      () => counters.appenders,
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
      "summary",
      "head_gc_duration_seconds",
      "Runtime of garbage collection in the head block.",
      () => [{ labels: [], value: counters.truncationSeconds, count: counters.truncations }],
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

function sampleFamilies(database: Database): readonly Family[] {
  const { counters } = database.head;
  const byKind = (floats: number, histograms: number): Readout => [
    { labels: ["type", "float"], value: floats },
    { labels: ["type", "histogram"], value: histograms },
  ];
  const refused = (why: "out of order" | "out of bounds" | "too old") => () =>
    byKind(counters.refused("float", why), counters.refused("histogram", why));
  return [
    [
      "counter",
      "head_samples_appended_total",
      "Total number of appended samples.",
      () => byKind(counters.floatsAppended, counters.histogramsAppended),
    ],
    [
      "counter",
      "head_out_of_order_samples_appended_total",
      "Total number of appended out of order samples.",
      () => byKind(counters.lateFloatsAppended, counters.lateHistogramsAppended),
    ],
    [
      "counter",
      "out_of_bound_samples_total",
      "Total number of out of bound samples ingestion failed attempts with out of order support disabled.",
      refused("out of bounds"),
    ],
    [
      "counter",
      "out_of_order_samples_total",
      "Total number of out of order samples ingestion failed attempts due to out of order being disabled.",
      refused("out of order"),
    ],
    [
      "counter",
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
      "summary",
      "wal_truncate_duration_seconds",
      "Duration of WAL truncation.",
      () => [{ labels: [], value: counters.walTruncationSeconds, count: counters.walTruncations }],
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
      "gauge",
      "wal_segment_current",
      "Write log segment index that TSDB is currently writing to.",
      () => database.walSegment,
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
    [
      "summary",
      "compaction_duration_seconds",
      "Duration of compaction runs",
      () => [{ labels: [], value: counters.compactionSeconds, count: counters.compactions }],
    ],
    [
      "summary",
      "tombstone_cleanup_seconds",
      "The time taken to recompact blocks to remove tombstones.",
      () => [{ labels: [], value: counters.cleaningSeconds, count: counters.cleanings }],
    ],
  ];
}
