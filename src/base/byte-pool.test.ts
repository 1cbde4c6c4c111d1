import assert from "node:assert/strict";
import { test } from "node:test";
import { BytePool } from "./byte-pool.ts";

const encoder = new TextEncoder();

test("equal bytes have the same number, wherever they stand, and others another", () => {
  const pool = new BytePool();
  const texts = Array.from({ length: 5_000 }, (_, index) => `text-${index * 7}`);
  for (let round = 0; round < 2; round++) {
    for (const [number, text] of texts.entries()) {
      const bytes = encoder.encode(`<${text}>`);
      assert.equal(pool.numberOf(bytes, 1, bytes.length - 1), number);
    }
  }
  assert.equal(pool.count, texts.length);
  assert.deepEqual(pool.view(4_321), encoder.encode(texts[4_321]));
});

test("nothing is something", () => {
  const pool = new BytePool();
  const bytes = Uint8Array.of(0, 0);
  assert.deepEqual(
    [pool.numberOf(bytes, 1, 1), pool.numberOf(bytes, 0, 1), pool.numberOf(bytes, 0, 0)],
    [0, 1, 0],
  );
  assert.equal(pool.view(0).length, 0);
});
