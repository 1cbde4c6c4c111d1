import { type WalOptions, walOptionsDefault } from "../wal/wal.ts";
import type { Retention } from "./plan-retention.ts";

export interface DatabaseOptions {
  /** The time that a block made of the head covers. 2 h; upstream's files have no other. */
  readonly blockRangeMs: number;
  /** Compaction makes no larger blocks: a tenth of what is kept, and 31 days at most. */
  readonly blockRangeMaxMs: number;
  readonly retention: Retention;
  /** Whether the directory is locked, so that nobody else opens it. */
  readonly lockfile: "take" | "leave out";
  /** How many samples a chunk of floats should have. */
  readonly samplesPerChunk: number;
  /** How far behind the newest sample others may come out of order; 0: not at all. */
  readonly outOfOrderWindowMs: number;
  readonly outOfOrderSamplesMax: number;
  /** How many exemplars are kept of all series together; 0: none. */
  readonly exemplarsMax: number;
  readonly wal: WalOptions;
  /** How often blocks are looked at again, and whether something is to be compacted. */
  readonly maintenanceIntervalMs: number;
  /**
   * How often the head is written to disk as it is, so that a start after a crash replays only the
   * log since then. 0: only when the database is closed.
   */
  readonly dumpIntervalMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export const databaseOptionsDefault: DatabaseOptions = {
  blockRangeMs: 2 * hourMs,
  blockRangeMaxMs: 36 * hourMs,
  retention: { durationMs: 15 * dayMs, bytesMax: 0, percentMax: 0 },
  lockfile: "take",
  samplesPerChunk: 120,
  outOfOrderWindowMs: 0,
  outOfOrderSamplesMax: 32,
  exemplarsMax: 0,
  wal: walOptionsDefault,
  maintenanceIntervalMs: minuteMs,
  dumpIntervalMs: 5 * minuteMs,
};

/** The largest block for what is kept: a tenth of it, 31 days at most, and any size when all is kept. */
export function blockRangeMaxFor(retentionMs: number): number {
  const largestMs = 31 * dayMs;
  return retentionMs === 0 ? largestMs : Math.min(retentionMs / 10, largestMs);
}

/** Fills in defaults. Throws on values that make no sense. */
export function resolveDatabaseOptions(given: Partial<DatabaseOptions>): DatabaseOptions {
  const options = { ...databaseOptionsDefault, ...given };
  if (!(options.blockRangeMs > 0)) throw new Error("block range must be greater than 0");
  const { durationMs, bytesMax, percentMax } = options.retention;
  if (durationMs < 0 || bytesMax < 0) throw new Error("retention must not be negative");
  if (percentMax < 0 || percentMax > 100) {
    throw new Error("retention percentage must be between 0 and 100");
  }
  const blockRangeMaxMs = Math.max(options.blockRangeMaxMs, options.blockRangeMs);
  return {
    ...options,
    blockRangeMaxMs,
    outOfOrderWindowMs: Math.max(0, options.outOfOrderWindowMs),
    outOfOrderSamplesMax: options.outOfOrderSamplesMax > 0 ? options.outOfOrderSamplesMax : 32,
  };
}
