import assert from "node:assert/strict";
import { stat, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { describeError } from "#base";
import { openStore } from "#store";
import { putOf, testStoreContract } from "#store/testing";
import { openLmdbLog } from "./lmdb-log.ts";
import { openFolder } from "./testing.ts";

testStoreContract({
  name: "LMDB",
  async open() {
    const folder = await openFolder();
    let store = await openStore(await openLmdbLog(folder.path));
    return {
      get store() {
        return store;
      },
      async reopen() {
        await store.close();
        store = await openStore(await openLmdbLog(folder.path));
      },
      async [Symbol.asyncDispose]() {
        await store.close();
        await folder[Symbol.asyncDispose]();
      },
    };
  },
});

test("LMDB: a directory belongs to one store at a time", async () => {
  await using folder = await openFolder();
  const log = await openLmdbLog(folder.path);
  await assert.rejects(openLmdbLog(folder.path), {
    message: `the store in ${folder.path} is in use by another process`,
  });
  await log.close();
  await (await openLmdbLog(folder.path)).close();
});

test("LMDB: files are the owner's alone, in a path with a dot", async () => {
  await using folder = await openFolder();
  const directory = `${folder.path}/v1.36`;
  await using _store = await openStore(await openLmdbLog(directory));
  const modes = await Promise.all(
    ["", "/data.mdb", "/lock.mdb"].map(async (name) => (await stat(directory + name)).mode & 0o777),
  );
  assert.deepEqual(modes, [0o700, 0o600, 0o600]);
});

test("LMDB: values of any size are read back and may be kept", async () => {
  await using folder = await openFolder();
  const store = await openStore(await openLmdbLog(folder.path));
  const sizes = [0, 1, 100, 4_000, 33_000, 300_000, 3_000_000];
  for (const size of sizes) {
    await store.commit(
      [],
      [{ kind: "put", key: `k${size}`, value: new Uint8Array(size).fill(size) }],
    );
  }
  const found = await Promise.all(sizes.map((size) => store.find(`k${size}`)));
  // What came out first must be untouched by what is read, written and closed after it.
  for (const size of sizes) await store.commit([], [putOf(`k${size}`, "other")]);
  await store.close();
  for (const [index, size] of sizes.entries()) {
    assert.deepEqual(found[index]?.value, Buffer.alloc(size, size));
  }
});

test("LMDB: rewriting the same keys through compactions does not grow the file", async () => {
  await using folder = await openFolder();
  await using store = await openStore(await openLmdbLog(folder.path));
  const sizes: number[] = [];
  for (let round = 0; round < 30; round++) {
    await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        store.commit([], [{ kind: "put", key: `k${index}`, value: new Uint8Array(2_000) }]),
      ),
    );
    await store.compact(store.revision);
    sizes.push(store.facts.bytes);
  }
  const { bytesInUse } = store.facts;
  assert.ok(bytesInUse > 300 * 2_000 && bytesInUse < 2_000_000, `${bytesInUse} in use`);
  // 300 live values, as many new ones, again as much that waits for reuse, and the reserve.
  assert.ok(Math.max(...sizes) < 10_000_000, `grew to ${Math.max(...sizes)}`);
  assert.equal(sizes.at(-1), sizes[15]);
});

test("LMDB: opening gives back what compaction has freed", async () => {
  await using folder = await openFolder();
  const store = await openStore(await openLmdbLog(folder.path));
  for (let round = 0; round < 20; round++) {
    await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        store.commit([], [{ kind: "put", key: `k${index}`, value: new Uint8Array(4_000) }]),
      ),
    );
  }
  await store.compact(store.revision);
  const { revision } = store;
  const grown = await stat(`${folder.path}/data.mdb`);
  await store.close();
  await using again = await openStore(await openLmdbLog(folder.path));
  const shrunk = await stat(`${folder.path}/data.mdb`);
  assert.ok(grown.size > 30_000_000 && shrunk.size < 10_000_000, `${grown.size} ${shrunk.size}`);
  assert.equal(shrunk.mode & 0o777, 0o600);
  assert.equal(again.revision, revision);
  assert.equal((await again.range("k")).items.length, 500);
  assert.equal((await again.commit([], [putOf("k1", "after")])).kind, "committed");
});

test("LMDB: a directory of a newer version is refused and left alone", async () => {
  await using folder = await openFolder();
  const log = await openLmdbLog(folder.path);
  await log.close();
  const lmdb = await import("lmdb");
  const root = lmdb.open(folder.path, { noSubdir: false, encoding: "binary", pageSize: 16_384 });
  const facts = root.openDB<Buffer, string>({ name: "facts", encoding: "binary" });
  facts.putSync("format", Buffer.from("2"));
  await root.close();
  for (let attempt = 0; attempt < 2; attempt++) {
    await assert.rejects(openLmdbLog(folder.path), (error) => {
      const sentence = "it has format 2 and this version knows 1: use the version that wrote it";
      assert.equal(describeError(error), `opening the store in ${folder.path}: ${sentence}`);
      return true;
    });
  }
});

test("LMDB: a file that is something else is refused", async () => {
  await using folder = await openFolder();
  await writeFile(`${folder.path}/data.mdb`, "x".repeat(100_000));
  await assert.rejects(openLmdbLog(folder.path), (error) => {
    const sentence = "its data.mdb is not a store";
    assert.equal(describeError(error), `opening the store in ${folder.path}: ${sentence}`);
    return true;
  });
});
