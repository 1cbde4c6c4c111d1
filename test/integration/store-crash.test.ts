/**
 * Kills a process that writes to a store, at random moments and with SIGKILL, again and again on the
 * same directory, and checks after each time that
 *
 * 1. no acknowledged write is lost, and none is half there;
 * 2. revisions never repeat;
 * 3. a watch from before the crash continues: what stood then, changed by its events, is what stands.
 *
 * Takes 45 seconds, or as many rounds as WHERRY_CRASH_ROUNDS says.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { openLmdbLog } from "#host";
import { CompactedError, openStore, type Store, type Stored, type StoreEvent } from "#store";
import { openFolder } from "../../src/host/testing.ts";
import { idOf, valueOf } from "./store-crash/value.ts";

const roundsWanted = Number(process.env["WHERRY_CRASH_ROUNDS"] ?? 0);
const timeBoxMs = 45_000;

test("a store survives SIGKILL at any moment", async (context) => {
  await using folder = await openFolder();
  const startedMs = performance.now();
  let before: Checkpoint = { revision: 0, content: new Map() };
  let rounds = 0;
  let acknowledgedCount = 0;
  let rewatchedCount = 0;
  const isDone = () =>
    roundsWanted > 0 ? rounds >= roundsWanted : performance.now() - startedMs > timeBoxMs;
  while (!isDone()) {
    const acknowledged = await writeUntilKilled(folder.path, rounds);
    const store = await openStore(await openLmdbLog(folder.path));
    checkRevisions(before, acknowledged, store);
    const after = await readCheckpoint(store);
    checkAcknowledged(acknowledged, after);
    checkWhole(after);
    if (await checkWatch(store, before, after)) rewatchedCount++;
    await store.close();
    before = after;
    rounds++;
    acknowledgedCount += acknowledged.length;
  }
  context.diagnostic(
    `${rounds} rounds, ${acknowledgedCount} acknowledged writes, ${rewatchedCount} watches went on`,
  );
  assert.ok(rewatchedCount > rounds / 4, "most rounds leave enough history to watch on");
});

interface Acknowledged {
  readonly revision: number;
  readonly key: string;
  /** `-` for a deletion. */
  readonly id: string;
}

interface Checkpoint {
  readonly revision: number;
  readonly content: ReadonlyMap<string, Stored>;
}

/** Runs the writer, kills it after a moment, and returns what it had acknowledged. */
async function writeUntilKilled(directory: string, seed: number): Promise<readonly Acknowledged[]> {
  const program = new URL("store-crash/writer.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [program, directory, `${seed}`], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<NodeJS.Signals | null>((resolve) => {
    child.on("close", (_code, signal) => resolve(signal));
  });
  let output = "";
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const opened = new Promise<void>((resolve) => {
    child.stdout.setEncoding("latin1").on("data", (text: string) => {
      output += text;
      resolve();
    });
  });
  // Now and then before or while it opens, which may be rewriting the file.
  if (seed % 5 === 4) await delay(randomInt(60, 400));
  else {
    await Promise.race([opened, exited]);
    await delay(randomInt(0, seed % 3 === 0 ? 200 : 60));
  }
  child.kill("SIGKILL");
  assert.equal(await exited, "SIGKILL", errors);
  const lines = output.split("\n").slice(0, -1);
  return lines
    .filter((line) => !line.startsWith("open"))
    .map((line) => {
      const [revision, key = "", id = ""] = line.split(" ");
      return { revision: Number(revision), key, id };
    });
}

function checkRevisions(before: Checkpoint, acknowledged: readonly Acknowledged[], store: Store) {
  for (const { revision } of acknowledged) {
    assert.ok(revision > before.revision, `revision ${revision} was given out before`);
    assert.ok(revision <= store.revision, `revision ${revision} is lost`);
  }
}

async function readCheckpoint(store: Store): Promise<Checkpoint> {
  const { items, revision, remainingCount } = await store.range("");
  assert.equal(remainingCount, 0);
  return { revision, content: new Map(items.map((item) => [item.key, item])) };
}

/** What was acknowledged last of a key stands, unless something later does that was not answered. */
function checkAcknowledged(acknowledged: readonly Acknowledged[], { content }: Checkpoint): void {
  const last = new Map<string, Acknowledged>();
  for (const write of acknowledged) {
    if ((last.get(write.key)?.revision ?? 0) < write.revision) last.set(write.key, write);
  }
  for (const { key, revision, id } of last.values()) {
    const stored = content.get(key);
    // A writer has one commit under way, so at most one came after; it may have been a deletion.
    if (stored === undefined) {
      if (id !== "-") assert.match(key, /^(single|new)\//, `${key} is lost`);
      continue;
    }
    assert.ok(stored.revision >= revision, `${key} is back at an old revision`);
    if (stored.revision === revision) assert.equal(idOf(stored.value), id);
  }
}

function checkWhole({ content }: Checkpoint): void {
  for (const [key, { value, revision, createRevision }] of content) {
    assert.ok(createRevision <= revision);
    if (key.startsWith("big/")) continue;
    assert.ok(Buffer.from(value).equals(valueOf(idOf(value))), `${key} is damaged`);
    if (!key.startsWith("left/")) continue;
    const right = content.get(key.replace("left", "right"));
    assert.equal(right?.revision, revision, `${key} and its twin were written together`);
    assert.deepEqual(right.value, value);
  }
}

/** False when what was to be watched has been compacted. */
async function checkWatch(store: Store, before: Checkpoint, after: Checkpoint): Promise<boolean> {
  if (before.revision === after.revision) return true;
  const content = new Map(before.content);
  let revision = before.revision;
  try {
    for await (const batch of store.watch("", revision, new AbortController().signal)) {
      for (const event of batch) {
        assert.ok(event.revision >= revision, "events come in order");
        revision = event.revision;
        applyEvent(content, event);
      }
      if (revision === after.revision) break;
    }
  } catch (error) {
    if (error instanceof CompactedError) return false;
    throw error;
  }
  assert.deepEqual(content, new Map(after.content));
  return true;
}

function applyEvent(content: Map<string, Stored>, event: StoreEvent): void {
  assert.deepEqual(event.previous, content.get(event.key));
  if (event.kind === "put") content.set(event.key, event.stored);
  else content.delete(event.key);
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
