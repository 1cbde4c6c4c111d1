import { type AppendFile, type Clock, type Meters, RecentValues } from "#base";
import type { Wal, WalDeps } from "./wal.ts";

type WalDisk = WalDeps["disk"];

type Figure = readonly [name: string, help: string, read: (wal: Wal) => number];

const counts: readonly Figure[] = [
  ["page_flushes_total", "Total number of page flushes.", ({ counters }) => counters.pageFlushes],
  [
    "completed_pages_total",
    "Total number of completed pages.",
    ({ counters }) => counters.completedPages,
  ],
  [
    "record_part_writes_total",
    "Total number of record parts written before flushing.",
    ({ counters }) => counters.parts,
  ],
  [
    "record_parts_bytes_written_total",
    "Bytes of fragments of records, headers included.",
    ({ counters }) => counters.partBytes,
  ],
  [
    "truncations_total",
    "Total number of log truncations attempted.",
    ({ counters }) => counters.truncations,
  ],
  [
    "truncations_failed_total",
    "Total number of log truncations that failed.",
    ({ counters }) => counters.truncationsFailed,
  ],
  [
    "writes_failed_total",
    "Total number of log writes that failed.",
    ({ counters }) => counters.writesFailed,
  ],
];

/** Registers what a log tells of itself, with upstream's names; `bytes` is what it takes on disk. */
export function registerWalMetrics(
  meters: Meters,
  wal: () => Wal,
  from: {
    readonly clock: Clock;
    readonly bytes: () => number;
    readonly syncSeconds: RecentValues;
  },
): void {
  const nameOf = (name: string) => `prometheus_tsdb_wal_${name}`;
  for (const [name, help, read] of counts) {
    meters.sampled({ name: nameOf(name), help }, "counter", () => [
      { labelValues: [], value: read(wal()) },
    ]);
  }
  const gauge = (name: string, help: string, read: () => number) =>
    meters.sampled({ name: nameOf(name), help }, "gauge", () => [
      { labelValues: [], value: read() },
    ]);
  gauge("segment_current", "The segment that is written to.", () => wal().segment);
  gauge("storage_size_bytes", "Size of the log on disk, when it was looked at last.", from.bytes);
  const saved = {
    name: nameOf("record_bytes_saved_total"),
    help: "Bytes that compressing records has saved.",
    labelNames: ["compression"],
  };
  meters.sampled(saved, "counter", () => [
    { labelValues: [wal().compression], value: wal().counters.bytesSaved },
  ]);
  const syncs = {
    name: nameOf("fsync_duration_seconds"),
    help: "How long it took to make the log safe from a power cut.",
  };
  meters.summary(syncs, () => [
    { labelValues: [], value: from.syncSeconds.summarize(from.clock.elapsedMs()) },
  ]);
}

export function newSyncSeconds(): RecentValues {
  return new RecentValues([0.5, 0.9, 0.99]);
}

/** The same disk for a log; how long its syncs take is noted. */
export function withTimedSyncs(disk: WalDisk, clock: Clock, seconds: RecentValues): WalDisk {
  return {
    listDirectory: (path) => disk.listDirectory(path),
    makeDirectory: (path, options) => disk.makeDirectory(path, options),
    remove: (path) => disk.remove(path),
    syncDirectory: (path) => disk.syncDirectory(path),
    openAppend: async (path, options) =>
      timed(await disk.openAppend(path, options), clock, seconds),
  };
}

function timed(file: AppendFile, clock: Clock, seconds: RecentValues): AppendFile {
  return {
    get bytes() {
      return file.bytes;
    },
    write: (bytes) => file.write(bytes),
    truncate: (bytes) => file.truncate(bytes),
    close: () => file.close(),
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
    async sync() {
      const startedMs = clock.elapsedMs();
      await file.sync();
      const nowMs = clock.elapsedMs();
      seconds.add((nowMs - startedMs) / 1_000, nowMs);
    },
  };
}
