import assert from "node:assert/strict";
import { test } from "node:test";
import { compareNaturally } from "./natural-order.ts";

test("texts are ordered by their numbers, the rest character by character", () => {
  const ordered = [
    "",
    "1",
    "2",
    "10",
    "a",
    "a1",
    "a01",
    "a2",
    "a2b",
    "a10",
    "b",
    "pod-9-x",
    "pod-10-a",
  ];
  assert.deepEqual(ordered.toReversed().sort(compareNaturally), ordered);
});

test("a text is equal to itself only", () => {
  assert.equal(compareNaturally("pod-1", "pod-1"), 0);
  assert.notEqual(compareNaturally("pod-1", "pod-01"), 0);
});
