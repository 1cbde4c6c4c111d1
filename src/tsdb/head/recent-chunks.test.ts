import assert from "node:assert/strict";
import { test } from "node:test";
import { RecentChunks } from "./recent-chunks.ts";

const chunk = (length: number) => ({ encoding: "xor", bytes: new Uint8Array(length) }) as const;

test("what was used least lately makes room", () => {
  const recent = new RecentChunks(900);
  for (const place of [1, 2, 3]) recent.add(place, chunk(100));
  assert.ok(recent.find(1) !== undefined);
  recent.add(4, chunk(100));
  assert.deepEqual(
    [1, 2, 3, 4].filter((place) => recent.find(place) !== undefined),
    [1, 3, 4],
  );
});

test("a chunk that is larger than all room is not kept, and nothing is after clearing", () => {
  const recent = new RecentChunks(900);
  recent.add(1, chunk(100));
  recent.add(2, chunk(1_000));
  assert.deepEqual([recent.find(1), recent.find(2)], [undefined, undefined]);
  recent.add(3, chunk(100));
  recent.clear();
  assert.equal(recent.find(3), undefined);
});
