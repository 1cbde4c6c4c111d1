/**
 * The store contract: keys, bytes and one line of revisions. It is etcd's, cut down to what a
 * Kubernetes API server needs, so that the embedded store and etcd are drivers of one interface.
 *
 * What every driver promises:
 *
 * 1. One counter orders all commits of all keys. A commit that changes something takes the next
 *    revision; all its writes carry that one revision. Revisions never repeat, across restarts too.
 * 2. A commit is acknowledged when it is durable, and nobody sees it earlier: not a read, not a
 *    watch, not the answer to a conflicting commit.
 * 3. A commit happens whole or not at all.
 * 4. What was the case at a revision stays readable until `compact` gives it up.
 * 5. Keys are ordered by their UTF-8 bytes.
 */
export interface Store {
  /** The newest acknowledged revision; 0 before the first commit. */
  readonly revision: number;

  /**
   * What stands at `key`, now or at an earlier revision. Like `range`, throws `CompactedError` or
   * `FutureRevisionError` when there is nothing to be read at that revision.
   */
  find(key: string, atRevision?: number): Promise<Stored | undefined>;

  /** What stands at the keys that start with `prefix`, in key order, all at one revision. */
  range(prefix: string, options?: RangeOptions): Promise<Range>;

  /**
   * Applies `writes` if every condition holds, else nothing. The writes may not name a key twice and
   * are limited to `writesPerCommitMax`. Values belong to the store from here on: change them no more.
   */
  commit(conditions: readonly Condition[], writes: readonly Write[]): Promise<Commit>;

  /**
   * Every change of keys that start with `prefix` and is newer than `afterRevision`: each exactly
   * once, in order, the writes of one commit never torn between two batches. Ends when `signal`
   * aborts. The iterator throws `CompactedError` when changes after `afterRevision` have been given
   * up, `FutureRevisionError` when it has not happened yet, and `SlowWatcherError` when the reader
   * lags too far behind.
   */
  watch(
    prefix: string,
    afterRevision: number,
    signal: AbortSignal,
  ): AsyncIterable<readonly StoreEvent[]>;

  /**
   * Gives up what only revisions before `revision` can see. Reads at `revision` and watches after it
   * go on to work. A revision that is given up already is no error.
   */
  compact(revision: number): Promise<void>;
}

/** A key's value and when it was written. The bytes are the reader's to keep, but not to change. */
export interface Stored {
  readonly key: string;
  readonly value: Uint8Array;
  /** Revision of the write that made this value. */
  readonly revision: number;
  /** Revision of the write that created the key, after its last deletion if there was one. */
  readonly createRevision: number;
}

export interface RangeOptions {
  /** Leaves out keys up to and including this one. */
  readonly startAfter?: string | undefined;
  /** At most so many items; absent means all. */
  readonly limit?: number | undefined;
  /** Absent means the newest acknowledged. */
  readonly revision?: number | undefined;
}

export interface Range {
  readonly items: readonly Stored[];
  /** The revision at which `items` stood; ask for it again to continue the same snapshot. */
  readonly revision: number;
  /** How many keys follow the last item. */
  readonly remainingCount: number;
}

/** Holds when the last write of `key` was at `revision`; 0 means that the key must not exist. */
export interface Condition {
  readonly key: string;
  readonly revision: number;
}

/** Deleting an absent key changes nothing. */
export type Write =
  | { readonly kind: "put"; readonly key: string; readonly value: Uint8Array }
  | { readonly kind: "delete"; readonly key: string };

export type Commit =
  /** `revision` is that of the writes, or the newest one when they changed nothing. */
  | { readonly kind: "committed"; readonly revision: number }
  /** The first condition that does not hold, and what stands there instead. */
  | { readonly kind: "conflict"; readonly key: string; readonly current: Stored | undefined };

/** One change of one key. A deletion has a revision of its own. */
export type StoreEvent =
  | {
      readonly kind: "put";
      readonly key: string;
      readonly revision: number;
      readonly stored: Stored;
      /** Absent when the write created the key. */
      readonly previous: Stored | undefined;
    }
  | {
      readonly kind: "delete";
      readonly key: string;
      readonly revision: number;
      readonly previous: Stored;
    };

/** How many writes one commit may hold: etcd's default limit. */
export const writesPerCommitMax = 128;

/** The revision asked for has been given up; `compactRevision` is the oldest that can be read. */
export class CompactedError extends Error {
  readonly revision: number;
  readonly compactRevision: number;

  constructor(revision: number, compactRevision: number) {
    super(`revision ${revision} has been compacted; the oldest is ${compactRevision}`);
    this.name = "CompactedError";
    this.revision = revision;
    this.compactRevision = compactRevision;
  }
}

/** The revision asked for has not happened yet; `newestRevision` is the newest acknowledged. */
export class FutureRevisionError extends Error {
  readonly revision: number;
  readonly newestRevision: number;

  constructor(revision: number, newestRevision: number) {
    super(`revision ${revision} is in the future; the newest is ${newestRevision}`);
    this.name = "FutureRevisionError";
    this.revision = revision;
    this.newestRevision = newestRevision;
  }
}

/** A watcher was given up because it left too many events unread. It may watch again from its last. */
export class SlowWatcherError extends Error {
  readonly unreadCount: number;

  constructor(prefix: string, unreadCount: number) {
    super(`watcher of "${prefix}" is too slow: ${unreadCount} events unread`);
    this.name = "SlowWatcherError";
    this.unreadCount = unreadCount;
  }
}
