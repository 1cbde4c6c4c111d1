import assert from "node:assert/strict";
import { test } from "node:test";
import { BodyBuffers } from "./body-buffers.ts";

test("memory that is given back is used again where it is large enough", () => {
  const buffers = new BodyBuffers();
  const small = buffers.take(1_000);
  const large = buffers.take(100_000);
  assert.ok(small.length >= 1_000 && large.length >= 100_000);
  buffers.give(large.subarray(0, 90_000));
  buffers.give(small);
  assert.equal(buffers.take(50_000).buffer, large.buffer);
  assert.equal(buffers.take(500).buffer, small.buffer);
  assert.notEqual(buffers.take(500).buffer, small.buffer);
});

test("memory is never with two at once", () => {
  const buffers = new BodyBuffers();
  const mine = buffers.take(10);
  buffers.give(mine);
  buffers.give(mine);
  buffers.give(new Uint8Array(100_000));
  assert.equal(buffers.take(10).buffer, mine.buffer);
  assert.notEqual(buffers.take(10).buffer, mine.buffer);
  assert.notEqual(buffers.take(50_000).length, 100_000);
});
