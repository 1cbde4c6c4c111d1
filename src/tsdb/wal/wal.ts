import type { WalRecord } from "./record.ts";

export interface WalOptions {
  /** A segment is at most so long; more only for one record that is longer. 128 MiB; whole pages of 32 KiB. */
  readonly segmentBytesMax: number;
  readonly compression: "none" | "snappy";
  /**
   * When a record is safe from a power cut: `commit` syncs before an append resolves, one sync for
   * all that arrived meanwhile; `segment` only when a segment is full, as upstream does.
   */
  readonly sync: "commit" | "segment";
}

export const walOptionsDefault: WalOptions = {
  segmentBytesMax: 128 * 1024 * 1024,
  compression: "snappy",
  sync: "commit",
};

/** The end of a write-ahead log. `openWal(disk, directory, options)` begins a new segment. */
export interface Wal {
  /** The number of the segment that is written to. */
  readonly segment: number;
  /** Resolves when the records are in the log, in this order, whole. Calls keep their order. */
  append(records: readonly WalRecord[]): Promise<void>;
  /** Begins the next segment and resolves with its number: what was appended before is in older ones. */
  cut(): Promise<number>;
  /** Resolves when everything appended is safe from a power cut. */
  sync(): Promise<void>;
  /** Removes the segments before `segment`. */
  removeBefore(segment: number): Promise<void>;
  close(): Promise<void>;
}

/** Where a log stops being readable. What comes before it is good; nothing after it is read. */
export interface WalDamage {
  readonly segment: number;
  /** In bytes: everything before it in the segment is whole. */
  readonly offset: number;
  readonly problem: string;
}
