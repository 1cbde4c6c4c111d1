import assert from "node:assert/strict";
import { test } from "node:test";
import { CommitQueue } from "./commit-queue.ts";
import type { LogRecord } from "./revision-log.ts";
import type { Write } from "./store.ts";

test("commits that arrive together share one append", async () => {
  const { queue, appended } = queueOf();
  await Promise.all(["a", "b", "c"].map((key) => queue.submit(putOf(key, 1))));
  assert.deepEqual(appended, ["a b c"]);
});

test("commits that arrive during an append form the next group", async () => {
  const { queue, appended } = queueOf();
  const first = queue.submit(putOf("a", 1));
  await Promise.resolve();
  await Promise.resolve();
  const others = ["b", "c"].map((key) => queue.submit(putOf(key, 1)));
  await Promise.all([first, ...others]);
  assert.deepEqual(appended, ["a", "b c"]);
});

test("whoever goes on at once after an answer joins the next group", async () => {
  const { queue, appended } = queueOf();
  const writeTwice = async (key: string) => {
    await queue.submit(putOf(key, 1));
    await queue.submit(putOf(key, 1));
  };
  await Promise.all(["a", "b", "c"].map(writeTwice));
  assert.deepEqual(appended, ["a b c", "a b c"]);
});

test("a group is limited in bytes, but a single commit is not", async () => {
  const { queue, appended } = queueOf();
  const sizes = [1, 9_000_000, 1, 5_000_000, 5_000_000, 1];
  await Promise.all(sizes.map((size, index) => queue.submit(putOf(`${index}`, size))));
  assert.deepEqual(appended, ["0 1", "2 3 4", "5"]);
});

test("a failed group rejects its commits and only them", async () => {
  const { queue, appended } = queueOf("a b");
  const outcomes = await Promise.allSettled(["a", "b"].map((key) => queue.submit(putOf(key, 1))));
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  assert.equal((await queue.submit(putOf("c", 1))).kind, "committed");
  assert.deepEqual(appended, ["c"]);
});

test("closing answers what was submitted and refuses the rest", async () => {
  const { queue } = queueOf();
  const last = queue.submit(putOf("a", 1));
  await queue.close();
  assert.equal((await last).kind, "committed");
  await assert.rejects(queue.submit(putOf("b", 1)), { message: "the store is closed" });
});

/** A queue on an append that takes some turns and notes its keys; it fails for the keys `failing`. */
function queueOf(failing?: string) {
  const appended: string[] = [];
  let revision = 0;
  const queue = new CommitQueue({
    base: { revision: () => revision, find: () => undefined },
    async append(records: readonly LogRecord[]) {
      const keys = records.map(({ key }) => key).join(" ");
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      if (keys === failing) throw new Error("no space left");
      appended.push(keys);
    },
    apply: (plan) => {
      revision = plan.revision;
    },
    read: () => assert.fail("nothing is in conflict"),
  });
  return { queue, appended };
}

function putOf(key: string, bytes: number) {
  const write: Write = { kind: "put", key, value: new Uint8Array(bytes) };
  return { conditions: [], writes: [write] };
}
