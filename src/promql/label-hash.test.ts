import assert from "node:assert/strict";
import { test } from "node:test";
import { labelsOf } from "#series";
import { hashBytes, labelFraction } from "./label-hash.ts";

test("bytes hash as XXH64 does, short or in lanes", () => {
  const rows: [text: string, hash: string][] = [
    ["", "ef46db3751d8e999"],
    ["a", "d24ec4f1a98c6e5b"],
    ["abc", "44bc2cf5ad770999"],
    ["Nobody inspects the spammish repetition", "fbcea83c8a378bf1"],
  ];
  for (const [text, hash] of rows) {
    assert.equal(hashBytes(new TextEncoder().encode(text)).toString(16), hash, text);
  }
});

test("label sets are spread evenly between 0 and 1", () => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let index = 0; index < 2_000; index++) {
    const fraction = labelFraction(labelsOf([["pod", `web-${index}`]]));
    const tenth = Math.floor(fraction * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  assert.ok(
    tenths.every((count) => count > 150 && count < 250),
    tenths.join(" "),
  );
});
