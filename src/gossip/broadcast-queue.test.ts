import assert from "node:assert/strict";
import { test } from "node:test";
import { BroadcastQueue } from "./broadcast-queue.ts";

/** Messages of a letter each, unless they say more. */
function queueOf(transmitsMax: number, ...texts: readonly string[]) {
  const queue = new BroadcastQueue(() => transmitsMax);
  const done: string[] = [];
  const add = (text: string, subject?: string) => {
    const bytes = new TextEncoder().encode(text);
    const named = subject === undefined ? {} : { subject };
    queue.add({ bytes, ...named, onDone: () => done.push(text) });
  };
  for (const text of texts) add(text);
  const take = (bytesMax: number) =>
    queue
      .take(1, bytesMax)
      .map((bytes) => new TextDecoder().decode(bytes))
      .join(" ");
  return { queue, done, add, take };
}

test("what was sent least often goes first, and of these the newest", () => {
  const { add, take } = queueOf(3, "a", "b", "c");
  assert.equal(take(4), "c b");
  assert.equal(take(4), "a c");
  add("d");
  assert.equal(take(4), "d a");
  assert.equal(take(100), "d b a c");
});

test("everything is sent so often and then done", () => {
  const { queue, done, take } = queueOf(2, "a", "b");
  assert.deepEqual([take(100), take(100), take(100)], ["b a", "b a", ""]);
  assert.deepEqual([queue.size, done], [0, ["b", "a"]]);
});

test("what does not fit waits, and lets shorter ones pass", () => {
  const { take } = queueOf(1, "a", "long", "b");
  assert.deepEqual([take(4), take(4), take(5)], ["b a", "", "long"]);
});

test("news of a subject replace each other", () => {
  const { queue, done, add, take } = queueOf(2);
  add("x is well", "x");
  add("y is well", "y");
  add("x is gone", "x");
  assert.deepEqual([queue.size, done], [2, ["x is well"]]);
  assert.equal(take(100), "x is gone y is well");
});

test("too many are pruned from those sent most often", () => {
  const { queue, add, take } = queueOf(3, "a", "b");
  take(100);
  add("c");
  assert.deepEqual([queue.prune(2), queue.prune(2)], [1, 0]);
  assert.equal(take(100), "c b");
});
