/** What the store does when its disk is full: a real file system of a few megabytes. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { describeError } from "#base";
import { openLmdbLog } from "#host";
import { openStore, type Store } from "#store";
import { openFolder } from "../../src/host/testing.ts";
import { mountSmallDisk, skipSmallDisk } from "./small-disk.ts";

test("a full disk refuses commits whole, keeps what stands, and recovers", {
  skip: skipSmallDisk,
}, async () => {
  await using folder = await openFolder();
  using _mounted = mountSmallDisk(folder.path, 32);
  const directory = `${folder.path}/store`;
  let store = await openStore(await openLmdbLog(directory));

  const written = await fill(store);
  assert.ok(written.length > 100, `only ${written.length} fit`);
  assert.equal(store.revision, written.length);
  assert.deepEqual(await keysIn(store), written);
  await assert.rejects(store.commit([], [putOf("a"), putOf("b")]), (error) => {
    assert.match(describeError(error), /^committing: the store.s disk is full: .*ENOSPC/);
    return true;
  });
  assert.equal(await store.find("a"), undefined);

  // The same after a restart: what was refused is not there, what was acknowledged is.
  await store.close();
  store = await openStore(await openLmdbLog(directory));
  assert.deepEqual(await keysIn(store), written);

  // Deleting and compacting makes room again, without any more disk.
  const kept = written.slice(0, written.length / 3);
  for (const key of written.slice(kept.length)) {
    await store.commit([], [{ kind: "delete", key }]);
  }
  await store.compact(store.revision);
  const added = await fill(store, 20);
  assert.equal(added.length, 20);

  // Opening would give back what is free, but has no room to copy what is not.
  await store.close();
  store = await openStore(await openLmdbLog(directory));
  assert.deepEqual(await keysIn(store), [...kept, ...added]);
  await store.close();
  assert.deepEqual(readdirSync(directory), ["data.mdb", "lock.mdb", "owner"]);
});

/** Commits until one is refused, and returns the keys that were not. */
async function fill(store: Store, countMax = 10_000): Promise<readonly string[]> {
  const keys: string[] = [];
  while (keys.length < countMax) {
    const key = `k${String(store.revision).padStart(6, "0")}`;
    try {
      await store.commit([], [putOf(key)]);
    } catch {
      // The disk is full, which is what this waits for.
      break;
    }
    keys.push(key);
  }
  return keys;
}

async function keysIn(store: Store): Promise<readonly string[]> {
  return (await store.range("")).items.map(({ key }) => key);
}

function putOf(key: string) {
  return { kind: "put", key, value: new Uint8Array(6_000) } as const;
}
