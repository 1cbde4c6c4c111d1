/**
 * Writes, deletes and compacts far more than what stands in the end, so that every page of the file
 * is used again many times, and checks all that stands after each round.
 */
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { openLmdbLog } from "#host";
import { openStore, type Store, type Write } from "#store";
import { openFolder } from "../../src/host/testing.ts";
import { idOf, valueOf } from "./store-crash/value.ts";

const rounds = 9;
const commitsPerRound = 4_000;
const keyCount = 1_500;

test("values stay whole while the file's pages are used again and again", async (context) => {
  await using folder = await openFolder();
  let store = await openStore(await openLmdbLog(folder.path));
  const expected = new Map<string, string>();
  let bytesMax = 0;
  for (let round = 0; round < rounds; round++) {
    await writeMany(store, expected, round);
    // Everything at once, or in two steps; while others go on writing.
    const half = store.revision - randomInt(0, commitsPerRound);
    await Promise.all([store.compact(half), writeMany(store, expected, round + 0.5)]);
    await store.compact(store.revision);
    bytesMax = Math.max(bytesMax, store.facts.bytes);
    if (round % 3 === 2) {
      await store.close();
      store = await openStore(await openLmdbLog(folder.path));
    }
    await checkAll(store, expected);
  }
  const { bytesInUse } = store.facts;
  await store.close();
  context.diagnostic(`${bytesMax} bytes at most, ${bytesInUse} in use`);
  // What one round writes waits beside what stands until it is compacted.
  assert.ok(bytesMax < 150_000_000, `the file grew to ${bytesMax}`);
});

async function writeMany(
  store: Store,
  expected: Map<string, string>,
  round: number,
): Promise<void> {
  const commits = Array.from({ length: commitsPerRound }, (_, count) => {
    const key = `k${randomInt(keyCount)}`;
    const id = randomInt(5) === 0 ? undefined : `${round}.${count}`;
    if (id === undefined) expected.delete(key);
    else expected.set(key, id);
    const write: Write =
      id === undefined ? { kind: "delete", key } : { kind: "put", key, value: valueOf(id) };
    return store.commit([], [write]);
  });
  await Promise.all(commits);
}

async function checkAll(store: Store, expected: ReadonlyMap<string, string>): Promise<void> {
  const { items } = await store.range("");
  assert.deepEqual(new Map(items.map(({ key, value }) => [key, idOf(value)])), expected);
  for (const { key, value } of items) {
    assert.ok(Buffer.from(value).equals(valueOf(idOf(value))), `${key} is damaged`);
  }
}
