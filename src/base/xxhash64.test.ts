import assert from "node:assert/strict";
import { test } from "node:test";
import { xxHash64 } from "./xxhash64.ts";

// Upstream's own values, of every length class: nothing, bytes, words, whole stripes and the rest.
const table: readonly (readonly [text: string, hash: string])[] = [
  ["", "ef46db3751d8e999"],
  ["a", "d24ec4f1a98c6e5b"],
  ["as", "1c330fb2d66be179"],
  ["asd", "631c37ce72a97393"],
  ["abc", "44bc2cf5ad770999"],
  ["asdf", "415872f599cea71e"],
  ["Nobody inspects the spammish repetition", "fbcea83c8a378bf1"],
  ["Call me Ishmael. Some years ago--never mind how long precisely-", "02a2e85470d6fd96"],
];

test("a hash is upstream's", () => {
  for (const [text, hash] of table) {
    const bytes = new TextEncoder().encode(text);
    assert.equal(xxHash64(bytes).toString(16).padStart(16, "0"), hash, text);
  }
});
