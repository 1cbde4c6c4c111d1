import { assert } from "#base";
import { CommitQueue } from "./commit-queue.ts";
import type { GroupPlan } from "./group.ts";
import { Journal, type JournalEntry } from "./journal.ts";
import { KeyHistory, type Version } from "./key-history.ts";
import { KeyIndex } from "./key-index.ts";
import { positionOf, revisionOf } from "./position.ts";
import type { LogHead, RevisionLog } from "./revision-log.ts";
import {
  type Commit,
  CompactedError,
  type Condition,
  FutureRevisionError,
  type Range,
  type RangeOptions,
  type Store,
  type Stored,
  type StoreEvent,
  type Write,
  writesPerCommitMax,
} from "./store.ts";
import { type Change, WatchHub } from "./watch-hub.ts";

/** How many events a reader that starts in the past gets at once. */
const catchUpEventsMax = 500;
/** A compaction removes about so many writes at once; commits get their turn in between. */
const trimmedAtOnceMin = 1_000;

export interface EmbeddedStoreOptions {
  /** A watcher that leaves more events than this unread fails. Default 10,000. */
  readonly watchUnreadMax?: number;
}

/** Figures of a store, for metrics and for deciding what to compact. */
export interface StoreFacts {
  readonly revision: number;
  /** The oldest revision that can be read. */
  readonly compactRevision: number;
  /** Keys that have a value now. */
  readonly keyCount: number;
  /** Bytes occupied where the store is kept. */
  readonly bytes: number;
  /** Those of them that hold something; the others wait to be used again. */
  readonly bytesInUse: number;
}

/** A store that lives in this process. */
export interface EmbeddedStore extends Store, AsyncDisposable {
  readonly facts: StoreFacts;
  /** Ends all watches, waits for commits under way and releases the log. */
  close(): Promise<void>;
}

/** Opens a store on `log`, which it owns from here on. */
export async function openStore(
  log: RevisionLog,
  options: EmbeddedStoreOptions = {},
): Promise<EmbeddedStore> {
  try {
    const store = new LogStore(log, load(log), options.watchUnreadMax ?? 10_000);
    // What cannot be removed now, perhaps on a full disk, the next compaction tries again.
    await store.finishCompaction().catch(() => {});
    return store;
  } catch (error) {
    await log.close();
    throw error;
  }
}

interface Loaded extends LogHead {
  readonly index: KeyIndex;
  readonly journal: Journal;
}

/** Rebuilds what is held in memory. */
function load(log: RevisionLog): Loaded {
  const histories = new Map<string, KeyHistory>();
  const journal = new Journal();
  let newest = 0;
  const { revision, compactRevision } = log.load((position, key, createRevision) => {
    let history = histories.get(key);
    if (history === undefined) {
      history = new KeyHistory(key);
      histories.set(key, history);
    }
    history.add(position, createRevision);
    journal.add(position, history);
    newest = position;
  });
  return {
    index: new KeyIndex(histories.values()),
    journal,
    revision: Math.max(revision, revisionOf(newest)),
    compactRevision,
  };
}

/**
 * Keys, revisions and watches on top of a log of writes.
 *
 * The index holds acknowledged writes only: a group of commits enters it after its records are
 * durable, in one synchronous step that also feeds the watchers. So whatever reads in between sees
 * whole commits, and a group that fails has nothing to undo.
 */
class LogStore implements EmbeddedStore {
  readonly #log: RevisionLog;
  readonly #index: KeyIndex;
  readonly #journal: Journal;
  readonly #hub: WatchHub;
  readonly #queue: CommitQueue;
  #revision: number;
  #compactRevision: number;
  /** The compacted revision that the log knows of. */
  #trimmedRevision: number;
  /** Positions that no revision can see any more, but that are still in the log. */
  #garbage: number[] = [];
  #compaction: Promise<void> = Promise.resolve();

  constructor(log: RevisionLog, loaded: Loaded, watchUnreadMax: number) {
    this.#log = log;
    this.#hub = new WatchHub(watchUnreadMax);
    this.#queue = new CommitQueue({
      base: { find: (key) => this.#index.find(key), revision: () => this.#revision },
      append: (records) => log.append(records),
      apply: (plan) => this.#apply(plan),
      read: (key, version) => this.#stored(key, version),
    });
    this.#index = loaded.index;
    this.#journal = loaded.journal;
    this.#revision = loaded.revision;
    this.#compactRevision = loaded.compactRevision;
    this.#trimmedRevision = loaded.compactRevision;
  }

  get revision(): number {
    return this.#revision;
  }

  get facts(): StoreFacts {
    return {
      revision: this.#revision,
      compactRevision: this.#compactRevision,
      keyCount: this.#index.liveCount,
      bytes: this.#log.bytes,
      bytesInUse: this.#log.bytesInUse,
    };
  }

  async find(key: string, atRevision?: number): Promise<Stored | undefined> {
    const revision = this.#readable(atRevision);
    const version = this.#index.find(key)?.versionAt(revision);
    return version && this.#stored(key, version);
  }

  async range(prefix: string, options: RangeOptions = {}): Promise<Range> {
    const revision = this.#readable(options.revision);
    const { found, remainingCount } = this.#index.select({
      prefix,
      startAfter: options.startAfter ?? "",
      limit: options.limit ?? Number.POSITIVE_INFINITY,
      revision,
    });
    const items = found.map(({ key, version }) => this.#stored(key, version));
    return { items, revision, remainingCount };
  }

  async commit(conditions: readonly Condition[], writes: readonly Write[]): Promise<Commit> {
    checkWrites(writes);
    return this.#queue.submit({ conditions, writes });
  }

  async *watch(
    prefix: string,
    afterRevision: number,
    signal: AbortSignal,
  ): AsyncIterable<readonly StoreEvent[]> {
    if (afterRevision > this.#revision) {
      throw new FutureRevisionError(afterRevision, this.#revision);
    }
    let seen = positionOf(afterRevision + 1, 0) - 1;
    while (!signal.aborted) {
      // Compaction may overtake a reader that is still catching up.
      if (revisionOf(seen) < this.#compactRevision) {
        throw new CompactedError(revisionOf(seen), this.#compactRevision);
      }
      const entries = this.#journal.entriesAfter(seen, catchUpEventsMax);
      const last = entries.at(-1);
      if (last === undefined) break;
      seen = positionOf(revisionOf(last.position) + 1, 0) - 1;
      const wanted = entries.filter((entry) => entry.history.key.startsWith(prefix));
      if (wanted.length > 0) yield wanted.map((entry) => this.#eventOf(entry));
    }
    if (signal.aborted) return;

    using watcher = this.#hub.join(prefix);
    const leave = () => watcher[Symbol.dispose]();
    signal.addEventListener("abort", leave);
    try {
      for (let batch = await watcher.read(); batch; batch = await watcher.read()) yield batch;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  async compact(revision: number): Promise<void> {
    if (revision > this.#revision) throw new FutureRevisionError(revision, this.#revision);
    this.#compactRevision = Math.max(this.#compactRevision, revision);
    await this.finishCompaction();
  }

  /** Removes from the log what is compacted already; also what an earlier attempt left there. */
  async finishCompaction(): Promise<void> {
    const before = this.#compaction;
    const own = (async () => {
      // The attempt before reports its own failure; this one tries again.
      await before.catch(() => {});
      while (this.#collectGarbage() || this.#trimmedRevision < this.#compactRevision) {
        await this.#trim();
      }
    })();
    this.#compaction = own;
    return own;
  }

  async close(): Promise<void> {
    await this.#queue.close();
    await this.#compaction.catch(() => {});
    this.#hub.close();
    await this.#log.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The revision to read at; throws when there is nothing to be read at the one asked for. */
  #readable(revision = this.#revision): number {
    if (revision > this.#revision) throw new FutureRevisionError(revision, this.#revision);
    if (revision < this.#compactRevision) throw new CompactedError(revision, this.#compactRevision);
    return revision;
  }

  #stored(key: string, { position, createRevision }: Version): Stored {
    const value = this.#log.read(position);
    return { key, value, revision: revisionOf(position), createRevision };
  }

  #apply(plan: GroupPlan): void {
    assert(plan.revision >= this.#revision, "revisions rise");
    this.#revision = plan.revision;
    const changes: Change[] = [];
    for (const record of plan.records) {
      const { position, key, createRevision } = record;
      const history = this.#index.add(position, key, createRevision);
      this.#journal.add(position, history);
      let event: StoreEvent | undefined;
      changes.push({
        key,
        event: () => {
          event ??= this.#eventOf({ position, history }, record.value);
          return event;
        },
      });
    }
    this.#hub.publish(changes);
  }

  /** `value` spares reading a value that is at hand. */
  #eventOf({ position, history }: JournalEntry, value?: Uint8Array): StoreEvent {
    const { key } = history;
    const revision = revisionOf(position);
    const before = history.versionAt(revision - 1);
    const previous = before && this.#stored(key, before);
    const version = history.versionAt(revision);
    if (version === undefined) {
      assert(previous !== undefined, "only what stood there is deleted");
      return { kind: "delete", key, revision, previous };
    }
    const stored =
      value === undefined
        ? this.#stored(key, version)
        : { key, value, revision, createRevision: version.createRevision };
    return { kind: "put", key, revision, stored, previous };
  }

  /** Takes the next step of a compaction in memory; tells whether there is something to trim. */
  #collectGarbage(): boolean {
    while (this.#garbage.length < trimmedAtOnceMin) {
      const dropped = this.#journal.dropThrough(this.#compactRevision, trimmedAtOnceMin);
      if (dropped.length === 0) break;
      for (const { history } of dropped) this.#compactHistory(history);
    }
    return this.#garbage.length > 0;
  }

  #compactHistory(history: KeyHistory): void {
    if (history.isEmpty) return;
    // Rising, as they come: a deletion must not leave the log before what it deleted.
    for (const position of history.compact(this.#compactRevision)) this.#garbage.push(position);
    if (history.isEmpty) this.#index.remove(history.key);
  }

  async #trim(): Promise<void> {
    const positions = this.#garbage;
    this.#garbage = [];
    const head = { revision: this.#revision, compactRevision: this.#compactRevision };
    try {
      await this.#log.trim(positions, head);
      this.#trimmedRevision = head.compactRevision;
    } catch (error) {
      this.#garbage = [...positions, ...this.#garbage];
      throw new Error(`compacting to revision ${head.compactRevision}`, { cause: error });
    }
  }
}

function checkWrites(writes: readonly Write[]): void {
  if (writes.length > writesPerCommitMax) {
    throw new RangeError(`a commit has at most ${writesPerCommitMax} writes, not ${writes.length}`);
  }
  const keys = new Set<string>();
  for (const { key } of writes) {
    if (key === "" || !key.isWellFormed()) throw new RangeError("a key is well-formed text");
    if (keys.has(key)) throw new RangeError(`a commit writes a key once, not "${key}" twice`);
    keys.add(key);
  }
}
