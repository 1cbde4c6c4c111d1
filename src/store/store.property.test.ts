/**
 * Random histories against a naive oracle: the whole content at every revision, and all events. The
 * log fails some appends, so that groups of commits vanish whole; the store is closed and opened
 * again at random.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type EmbeddedStore, openStore } from "./embedded-store.ts";
import { MemoryLog } from "./memory-log.ts";
import type { LogHead, LogRecord, RecordVisitor, RevisionLog } from "./revision-log.ts";
import type { Commit, Condition, Stored, StoreEvent, Write } from "./store.ts";
import { eventsUntilNow, putOf, showEvents, showStored } from "./testing.ts";

const keys = ["a", "a/1", "a/2", "b", "b/1", "\uffff", "\u{10000}"] as const;
const prefixes = ["", "a", "a/", "b/1", "c"] as const;

const keyOf = fc.constantFrom(...keys);
const writeOf = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(keyOf, fc.nat(99)).map(([key, n]) => putOf(key, `${n}`)) },
  { weight: 1, arbitrary: keyOf.map((key): Write => ({ kind: "delete", key })) },
);
/** A condition is drawn as a wish; what revision fulfils it is known when it is used. */
const wishOf = fc.record({ key: keyOf, holds: fc.boolean() });
const commitOf = fc.record({
  wishes: fc.array(wishOf, { maxLength: 2 }),
  writes: fc.uniqueArray(writeOf, { maxLength: 3, selector: (write) => write.key }),
});
const readOf = fc.record({
  prefix: fc.constantFrom(...prefixes),
  startAfter: fc.option(keyOf, { nil: undefined }),
  limit: fc.option(fc.nat(4), { nil: undefined }),
  /** Which of the revisions to read at, as a fraction of all. */
  at: fc.double({ min: 0, max: 1, noNaN: true }),
});
const stepOf = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("commits" as const),
      commits: fc.array(commitOf, { minLength: 1, maxLength: 4 }),
      fails: fc.constantFrom(false, false, false, true),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("read" as const), read: readOf }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("compact" as const),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reopen" as const) }) },
);

test("a store is what its commits made of it, at every revision", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepOf, { maxLength: 60 }), async (steps) => {
      await using run = await openRun();
      for (const step of steps) await run.play(step);
      await run.finish();
    }),
    { numRuns: 300 },
  );
});

type Step = typeof stepOf extends fc.Arbitrary<infer S> ? S : never;
type Snapshot = ReadonlyMap<string, Stored>;

interface Run extends AsyncDisposable {
  play(step: Step): Promise<void>;
  finish(): Promise<void>;
}

async function openRun(): Promise<Run> {
  const oracle = new Oracle();
  const log = new FallibleLog(new MemoryLog());
  let store = await openStore(log);
  let live = startWatching(store, oracle.revision);

  const checkLive = async () => {
    assert.equal(
      showEvents(await live.stop(oracle.revision)),
      showEvents(oracle.after(live.since)),
    );
  };
  return {
    async play(step) {
      switch (step.kind) {
        case "commits":
          return playCommits(store, oracle, log, step);
        case "read":
          return playRead(store, oracle, step.read);
        case "compact":
          await store.compact(revisionAt(oracle, step.at));
          // Compacting what is compacted already changes nothing.
          oracle.compactRevision = Math.max(oracle.compactRevision, revisionAt(oracle, step.at));
          return;
        case "reopen":
          await checkLive();
          await store.close();
          store = await openStore(log);
          assert.equal(store.revision, oracle.revision);
          live = startWatching(store, oracle.revision);
      }
    },
    async finish() {
      await checkLive();
      for (const prefix of prefixes) {
        const seen = await eventsUntilNow(store, prefix, oracle.compactRevision);
        const want = oracle.after(oracle.compactRevision);
        assert.equal(
          showEvents(seen),
          showEvents(want.filter((event) => event.key.startsWith(prefix))),
        );
      }
      // Nothing is kept that no revision can see: what stands now, and what was written since.
      await store.compact(oracle.revision);
      assert.equal(log.recordCount, oracle.at(oracle.revision).size);
    },
    [Symbol.asyncDispose]: () => store.close(),
  };
}

async function playCommits(
  store: EmbeddedStore,
  oracle: Oracle,
  log: FallibleLog,
  step: Extract<Step, { kind: "commits" }>,
): Promise<void> {
  log.failsNext = step.fails;
  const before = oracle.revision;
  const requests = step.commits.map(({ wishes, writes }) => ({
    conditions: wishes.map(({ key, holds }): Condition => {
      const revision = oracle.at(before).get(key)?.revision ?? 0;
      return { key, revision: holds ? revision : revision + 1 };
    }),
    writes,
  }));
  const trial = oracle.copy();
  const want = requests.map(({ conditions, writes }) =>
    showCommit(trial.commit(conditions, writes)),
  );
  const commits = requests.map(({ conditions, writes }) => store.commit(conditions, writes));
  const results = await Promise.allSettled(commits);
  if (step.fails && trial.revision > before) {
    assert.ok(results.every(({ status }) => status === "rejected"));
    assert.equal(store.revision, before);
  } else {
    const got = results.map((settled) =>
      settled.status === "fulfilled" ? showCommit(settled.value) : "rejected",
    );
    assert.deepEqual(got, want);
    oracle.adopt(trial);
  }
  log.failsNext = false;
}

async function playRead(
  store: EmbeddedStore,
  oracle: Oracle,
  { prefix, startAfter, limit, at }: typeof readOf extends fc.Arbitrary<infer R> ? R : never,
): Promise<void> {
  const revision = revisionAt(oracle, at);
  if (revision < oracle.compactRevision) {
    await assert.rejects(store.range(prefix, { revision }), { name: "CompactedError" });
    return;
  }
  const snapshot = oracle.at(revision);
  const all = [...snapshot.values()]
    .filter(
      ({ key }) => key.startsWith(prefix) && (startAfter === undefined || isAfter(key, startAfter)),
    )
    .sort((left, right) => (isAfter(left.key, right.key) ? 1 : -1));
  const want = all.slice(0, limit ?? all.length);
  const range = await store.range(prefix, { startAfter, limit, revision });
  assert.deepEqual(range.items.map(showItem), want.map(showItem));
  assert.equal(range.remainingCount, all.length - want.length);
  for (const key of keys) {
    assert.equal(showStored(await store.find(key, revision)), showStored(snapshot.get(key)));
  }
}

function revisionAt(oracle: Oracle, fraction: number): number {
  return Math.round(fraction * oracle.revision);
}

function isAfter(left: string, right: string): boolean {
  return Buffer.compare(Buffer.from(left), Buffer.from(right)) > 0;
}

function showItem(stored: Stored): string {
  return `${stored.key}=${showStored(stored)}`;
}

function showCommit(commit: Commit): string {
  if (commit.kind === "committed") return `${commit.revision}`;
  return `!${commit.key}=${showStored(commit.current)}`;
}

/** Collects what a live watcher gets. */
function startWatching(store: EmbeddedStore, since: number) {
  const stop = new AbortController();
  const seen: StoreEvent[] = [];
  const reading = (async () => {
    for await (const batch of store.watch("", since, stop.signal)) seen.push(...batch);
  })();
  return {
    since,
    async stop(revision: number): Promise<readonly StoreEvent[]> {
      while ((seen.at(-1)?.revision ?? since) < revision) await Promise.resolve();
      stop.abort();
      await reading;
      return seen;
    },
  };
}

/** The contract, said as simply as possible. */
class Oracle {
  compactRevision = 0;
  #snapshots: readonly Snapshot[] = [new Map()];
  #events: readonly StoreEvent[] = [];

  get revision(): number {
    return this.#snapshots.length - 1;
  }

  at(revision: number): Snapshot {
    return this.#snapshots[revision] ?? new Map();
  }

  after(revision: number): readonly StoreEvent[] {
    return this.#events.filter((event) => event.revision > revision);
  }

  copy(): Oracle {
    const copy = new Oracle();
    copy.adopt(this);
    return copy;
  }

  adopt(other: Oracle): void {
    this.#snapshots = other.#snapshots;
    this.#events = other.#events;
  }

  commit(conditions: readonly Condition[], writes: readonly Write[]): Commit {
    const before = this.at(this.revision);
    for (const { key, revision } of conditions) {
      const current = before.get(key);
      if ((current?.revision ?? 0) !== revision) return { kind: "conflict", key, current };
    }
    const revision = this.revision + 1;
    const after = new Map(before);
    const events: StoreEvent[] = [];
    for (const write of writes) {
      const { key } = write;
      const previous = before.get(key);
      if (write.kind === "put") {
        const createRevision = previous?.createRevision ?? revision;
        const stored = { key, value: write.value, revision, createRevision };
        after.set(key, stored);
        events.push({ kind: "put", key, revision, stored, previous });
      } else if (previous !== undefined) {
        after.delete(key);
        events.push({ kind: "delete", key, revision, previous });
      }
    }
    if (events.length === 0) return { kind: "committed", revision: this.revision };
    this.#snapshots = [...this.#snapshots, after];
    this.#events = [...this.#events, ...events];
    return { kind: "committed", revision };
  }
}

/** A log whose next append may fail, as on a full disk. */
class FallibleLog implements RevisionLog {
  readonly #log: MemoryLog;
  failsNext = false;
  recordCount = 0;

  constructor(log: MemoryLog) {
    this.#log = log;
  }

  get bytes(): number {
    return this.#log.bytes;
  }

  get bytesInUse(): number {
    return this.#log.bytesInUse;
  }

  load(visit: RecordVisitor): LogHead {
    return this.#log.load(visit);
  }

  read(position: number): Uint8Array {
    return this.#log.read(position);
  }

  async append(records: readonly LogRecord[]): Promise<void> {
    await Promise.resolve();
    if (this.failsNext) throw new Error("no space left");
    this.recordCount += records.length;
    return this.#log.append(records);
  }

  trim(positions: readonly number[], head: LogHead): Promise<void> {
    this.recordCount -= positions.length;
    return this.#log.trim(positions, head);
  }

  close(): Promise<void> {
    return this.#log.close();
  }
}
