/**
 * Where the embedded store keeps its writes: a line of records, each found by its position, that
 * grows at its end and is thinned out by compaction. Everything else (keys, conditions, snapshots,
 * watches) is built in memory above it, and is the same for every log.
 */
export interface RevisionLog {
  /** Visits all records by rising position, without their values. Called once, before all else. */
  load(visit: RecordVisitor): LogHead;
  /** The value at the position of a put that has been appended and not trimmed. A copy to keep. */
  read(position: number): Uint8Array;
  /**
   * Adds records at the end, whole or not at all. Resolves when they are durable. When it rejects,
   * none of them is in the log, or else every later append rejects too.
   */
  append(records: readonly LogRecord[]): Promise<void>;
  /** Remembers `head` and removes the records at `positions`, in this order. A crash may leave some. */
  trim(positions: readonly number[], head: LogHead): Promise<void>;
  /** Bytes occupied where the log is kept, including free space for later records. */
  readonly bytes: number;
  readonly bytesInUse: number;
  close(): Promise<void>;
}

/** One write. */
export interface LogRecord {
  readonly position: number;
  readonly key: string;
  /** Revision at which the key was created; 0 for a deletion. */
  readonly createRevision: number;
  /** Absent for a deletion. */
  readonly value: Uint8Array | undefined;
}

export type RecordVisitor = (position: number, key: string, createRevision: number) => void;

/** What the records alone do not tell. */
export interface LogHead {
  /** The newest revision when the log was last trimmed: its record may have been removed since. */
  readonly revision: number;
  /** The oldest revision that can be read. */
  readonly compactRevision: number;
}
