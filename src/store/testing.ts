/** What every driver of the store contract is tested with. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CompactedError, FutureRevisionError, SlowWatcherError } from "./store.ts";
import type { Condition, Store, Stored, StoreEvent, Write } from "./store.ts";

/** A driver under test: how to get an empty store, and how to close and open it again. */
export interface StoreDriver {
  readonly name: string;
  open(): Promise<OpenStore>;
}

export interface OpenStore extends AsyncDisposable {
  readonly store: Store;
  /** Closes the store and opens it again with what it held. */
  reopen(): Promise<void>;
}

/** Runs every rule of the contract against `driver`. */
export function testStoreContract(driver: StoreDriver): void {
  for (const [rule, script, want] of scripts) {
    test(`${driver.name}: ${rule}`, async () => {
      await using open = await driver.open();
      assert.equal(await play(open, script), want);
    });
  }
  for (const [rule, run] of checks) {
    test(`${driver.name}: ${rule}`, async () => {
      await using open = await driver.open();
      await run(open);
    });
  }
}

/**
 * A script is a line of steps; each prints what it gives.
 *
 *   +k=v -k         one commit of these writes; prints its revision. Joined by `&`: `+a=1&-b`
 *   k@5?+k=v        the same under the condition that k was last written at 5; prints `!k` on conflict
 *   k  k@5          find, now or at a revision; prints value@revision/createRevision, or `_`
 *   pre* pre*@5     range, now or at a revision; `pre*~k` starts after k, `pre*#2` limits to 2
 *   compact:5       compact; prints nothing
 *   watch:pre@5     what a watcher that starts now has seen after 5, until the newest revision
 *   reopen          close and open again
 */
const scripts: readonly (readonly [rule: string, script: string, want: string])[] = [
  ["starts empty", "a * watch:@0", "_ [] []"],
  ["puts and finds", "+a=1 a", "1 1@1/1"],
  ["keeps the create revision", "+a=1 +a=2 a", "1 2 2@2/1"],
  ["creates anew after a deletion", "+a=1 -a a +a=2 a", "1 2 _ 3 2@3/3"],
  ["deletes nothing without a revision", "-a +b=1 -a", "0 1 1"],
  ["holds empty values", "+a= a", "1 @1/1"],
  ["gives one revision to a commit", "+a=1&+b=2 a b +c=3", "1 1@1/1 2@1/1 2"],
  ["commits on the right revision", "+a=1 a@1?+a=2 a", "1 2 2@2/1"],
  ["refuses a wrong revision", "+a=1 +a=2 a@1?+a=3 a", "1 2 !a=2@2/1 2@2/1"],
  ["creates when absent", "a@0?+a=1 a@0?+a=2", "1 !a=1@1/1"],
  ["knows a deleted key as absent", "+a=1 -a a@1?+a=2 a@0?+a=3", "1 2 !a=_ 3"],
  ["refuses all or nothing", "+a=1 a@1?b@7?+a=2&+c=1 a c", "1 !b=_ 1@1/1 _"],
  ["checks keys that it does not write", "+a=1 a@1?+b=2 b", "1 2 2@2/2"],
  ["finds at a revision", "+a=1 +a=2 -a a@0 a@1 a@2 a@3", "1 2 3 _ 1@1/1 2@2/1 _"],
  ["refuses the future", "+a=1 a@2 *@2", "1 future future"],
  ["ranges by prefix", "+a/1=x&+a/2=y&+b=z&+a=w a/* *#0", "1 [a/1=x@1/1 a/2=y@1/1] []+4"],
  [
    "ranges in byte order",
    "+\u{10000}=1&+\uffff=2&+a=3 *",
    "1 [a=3@1/1 \uffff=2@1/1 \u{10000}=1@1/1]",
  ],
  ["limits and continues", "+a=1&+b=2&+c=3 *#2 *~b#2", "1 [a=1@1/1 b=2@1/1]+1 [c=3@1/1]"],
  ["continues after an absent key", "+a=1&+c=3 *~b *~c", "1 [c=3@1/1] []"],
  ["continues a snapshot", "+a=1&+b=2 -b *@1~a *~a", "1 2 [b=2@1/1] []"],
  ["counts at a revision", "+a=1&+b=2 +c=3 -a *@1#1 *#1", "1 2 3 [a=1@1/1]+1 [b=2@1/1]+1"],
  ["watches from the start", "+a=1 +a=2 -a watch:@0", "1 2 3 [+a=1@1< +a=2@2<1@1 -a@3<2@2]"],
  ["watches after a revision", "+a=1 +a=2 -a watch:@2", "1 2 3 [-a@3<2@2]"],
  ["watches a prefix", "+a/1=x&+b=y +a/2=z watch:a/@0", "1 2 [+a/1=x@1< +a/2=z@2<]"],
  ["refuses to watch the future", "+a=1 watch:@2", "1 future"],
  ["compacts history", "+a=1 +a=2 +a=3 compact:2 a@1 a@2 a@3", "1 2 3 compacted 2@2/1 3@3/1"],
  ["compacts ranges", "+a=1 +a=2 compact:2 *@1 *@2", "1 2 compacted [a=2@2/1]"],
  [
    "compacts watches",
    "+a=1 +a=2 +a=3 compact:2 watch:@1 watch:@2",
    "1 2 3 compacted [+a=3@3<2@2]",
  ],
  ["compacts deletions", "+a=1 -a compact:2 a a@2 +a=2 a", "1 2 _ _ 3 2@3/3"],
  ["compacts twice", "+a=1 +a=2 compact:2 compact:1 compact:2 a@1", "1 2 compacted"],
  ["compacts no future", "+a=1 compact:2", "1 future"],
  ["keeps create revisions beyond compaction", "+a=1 +a=2 +a=3 compact:3 a", "1 2 3 3@3/1"],
  ["survives a restart", "+a=1 +b=2&-a +a=3 reopen * a@1 +c=4", "1 2 3 [a=3@3/3 b=2@2/2] 1@1/1 4"],
  ["never repeats a revision", "+a=1 -a compact:2 reopen +b=1", "1 2 3"],
  [
    "watches on after a restart",
    "+a=1 +a=2 reopen watch:@1 -a watch:@2",
    "1 2 [+a=2@2<1@1] 3 [-a@3<2@2]",
  ],
  [
    "stays compacted after a restart",
    "+a=1 +a=2 compact:2 reopen a@1 a watch:@1",
    "1 2 compacted 2@2/1 compacted",
  ],
];

const checks: readonly (readonly [rule: string, run: (open: OpenStore) => Promise<void>])[] = [
  ["answers racing commits as if they came one by one", racingCommits],
  ["gives live events as they happen", liveEvents],
  ["ends a watch when its signal aborts", abortedWatch],
  ["gives up a watcher that does not read", slowWatcher],
  ["refuses malformed commits", malformedCommits],
];

async function racingCommits({ store }: OpenStore): Promise<void> {
  const attempts = Array.from({ length: 50 }, (_, index) =>
    store.commit([{ key: "a", revision: 0 }], [putOf("a", `${index}`)]),
  );
  const outcomes = (await Promise.all(attempts)).map(
    (commit) => commit.kind === "committed" || showStored(commit.current),
  );
  assert.deepEqual(outcomes, [true, ...Array.from({ length: 49 }, () => "0@1/1")]);
  assert.equal(store.revision, 1);
}

async function liveEvents({ store }: OpenStore): Promise<void> {
  const stop = new AbortController();
  const events = store.watch("a", 0, stop.signal)[Symbol.asyncIterator]();
  const first = events.next();
  await store.commit([], [putOf("b", "0")]);
  await store.commit([], [putOf("a", "1"), putOf("ab", "2")]);
  assert.equal(showEvents((await first).value ?? []), "[+a=1@2< +ab=2@2<]");
  const second = events.next();
  await store.commit([], [{ kind: "delete", key: "a" }]);
  assert.equal(showEvents((await second).value ?? []), "[-a@3<1@2]");
  stop.abort();
  assert.equal((await events.next()).done, true);
}

async function abortedWatch({ store }: OpenStore): Promise<void> {
  const stop = new AbortController();
  const events = store.watch("", 0, stop.signal)[Symbol.asyncIterator]();
  const waiting = events.next();
  stop.abort();
  assert.equal((await waiting).done, true);
  assert.equal(
    (await store.watch("", 0, AbortSignal.abort())[Symbol.asyncIterator]().next()).done,
    true,
  );
}

async function slowWatcher({ store }: OpenStore): Promise<void> {
  const stop = new AbortController();
  const events = store.watch("", 0, stop.signal)[Symbol.asyncIterator]();
  const first = events.next();
  await store.commit([], [putOf("a", "0")]);
  await first;
  for (let round = 0; round < 200; round++) {
    await Promise.all(Array.from({ length: 100 }, () => store.commit([], [putOf("a", "1")])));
  }
  await assert.rejects(events.next(), SlowWatcherError);
  stop.abort();
}

async function malformedCommits({ store }: OpenStore): Promise<void> {
  const put = putOf("a", "1");
  const many = Array.from({ length: 129 }, (_, index) => putOf(`k${index}`, ""));
  for (const writes of [[put, put], [putOf("", "1")], [putOf("\ud800", "1")], many]) {
    await assert.rejects(store.commit([], writes), RangeError);
  }
  assert.equal(store.revision, 0);
}

/** Plays a script and returns what its steps print, joined by spaces. */
async function play(open: OpenStore, script: string): Promise<string> {
  const printed: string[] = [];
  for (const step of script.split(" ")) {
    const line = await playStep(open, step).catch(showError);
    if (line !== "") printed.push(line);
  }
  return printed.join(" ");
}

async function playStep(open: OpenStore, step: string): Promise<string> {
  const { store } = open;
  if (step === "reopen") {
    await open.reopen();
    return "";
  }
  if (step.startsWith("compact:")) {
    await store.compact(Number(step.slice("compact:".length)));
    return "";
  }
  if (step.startsWith("watch:")) {
    const [prefix = "", after] = step.slice("watch:".length).split("@");
    return showEvents(await eventsUntilNow(store, prefix, Number(after)));
  }
  const range = /^(.*?)\*(?:@(\d+))?(?:~(.+?))?(?:#(\d+))?$/u.exec(step);
  if (range !== null) {
    const [, prefix = "", revision, startAfter, limit] = range;
    return showRange(store, prefix, {
      revision: numberOf(revision),
      startAfter,
      limit: numberOf(limit),
    });
  }
  const find = /^([^+@?-][^@?]*)(?:@(\d+))?$/u.exec(step);
  if (find !== null) return showStored(await store.find(find[1] ?? "", numberOf(find[2])));
  return playCommit(store, step);
}

async function playCommit(store: Store, step: string): Promise<string> {
  const parts = step.split("?");
  const writes = (parts.pop() ?? "").split("&").map(parseWrite);
  const conditions = parts.map((part): Condition => {
    const [key = "", revision] = part.split("@");
    return { key, revision: Number(revision) };
  });
  const commit = await store.commit(conditions, writes);
  if (commit.kind === "committed") return `${commit.revision}`;
  return `!${commit.key}=${showStored(commit.current)}`;
}

/** What a watcher of `prefix` gets that starts now and stops at the newest revision. */
export async function eventsUntilNow(
  store: Store,
  prefix: string,
  afterRevision: number,
): Promise<readonly StoreEvent[]> {
  if (afterRevision === store.revision) return [];
  // A watcher of everything knows when it is done, and then how much the other one has to see.
  const all = await readEvents(
    store.watch("", afterRevision, new AbortController().signal),
    (events) => events.at(-1)?.revision === store.revision,
  );
  const count = all.filter((event) => event.key.startsWith(prefix)).length;
  return readEvents(
    store.watch(prefix, afterRevision, new AbortController().signal),
    (events) => events.length >= count,
  );
}

async function readEvents(
  batches: AsyncIterable<readonly StoreEvent[]>,
  isComplete: (events: readonly StoreEvent[]) => boolean,
): Promise<readonly StoreEvent[]> {
  const events: StoreEvent[] = [];
  if (isComplete(events)) return events;
  for await (const batch of batches) {
    events.push(...batch);
    if (isComplete(events)) break;
  }
  return events;
}

function parseWrite(text: string): Write {
  if (text.startsWith("-")) return { kind: "delete", key: text.slice(1) };
  const [key = "", value = ""] = text.slice(1).split("=");
  return putOf(key, value);
}

export function putOf(key: string, value: string): Write {
  return { kind: "put", key, value: new TextEncoder().encode(value) };
}

async function showRange(
  store: Store,
  prefix: string,
  options: {
    revision: number | undefined;
    startAfter: string | undefined;
    limit: number | undefined;
  },
): Promise<string> {
  const { items, remainingCount } = await store.range(prefix, options);
  const shown = items.map((item) => `${item.key}=${showStored(item)}`).join(" ");
  return `[${shown}]${remainingCount === 0 ? "" : `+${remainingCount}`}`;
}

/** `value@revision/createRevision`, or `_` for nothing. */
export function showStored(stored: Stored | undefined): string {
  if (stored === undefined) return "_";
  return `${textOf(stored.value)}@${stored.revision}/${stored.createRevision}`;
}

/** `+key=value@revision<previous` for a put, `-key@revision<previous` for a deletion. */
export function showEvents(events: readonly StoreEvent[]): string {
  const shown = events.map((event) => {
    const { previous } = event;
    const before = previous === undefined ? "" : `${textOf(previous.value)}@${previous.revision}`;
    return event.kind === "put"
      ? `+${event.key}=${textOf(event.stored.value)}@${event.revision}<${before}`
      : `-${event.key}@${event.revision}<${before}`;
  });
  return `[${shown.join(" ")}]`;
}

function showError(error: unknown): string {
  if (error instanceof CompactedError) return "compacted";
  if (error instanceof FutureRevisionError) return "future";
  throw error;
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function textOf(value: Uint8Array): string {
  return new TextDecoder().decode(value);
}
