import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTable } from "./table.ts";

test("columns are as wide as their widest cell and the padding, and as the least width", () => {
  const rows = [
    ["a", "b", "c"],
    ["long cell", "ö", "end"],
  ];
  const want = "a            b    c\nlong cell    ö    end\n";
  assert.equal(formatTable(rows, { cellMin: 5, padding: 4 }), want);
});
