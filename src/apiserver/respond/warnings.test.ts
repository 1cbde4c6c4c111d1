import assert from "node:assert/strict";
import { test } from "node:test";
import { WarningList } from "./warnings.ts";

test("each warning is told once, quoted and on one line", () => {
  const warnings = new WarningList();
  for (const text of ['unknown field "a"', "two\nlines", 'unknown field "a"']) warnings.add(text);
  assert.deepEqual(warnings.headers, ['299 - "unknown field \\"a\\""', '299 - "two lines"']);
});

test("warnings that are too much together are each cut short", () => {
  const warnings = new WarningList();
  for (let index = 0; index < 10; index++) warnings.add(`${index}${"x".repeat(1_000)}`);
  assert.deepEqual(
    warnings.headers.map((header) => header.length),
    Array.from({ length: 10 }, () => '299 - ""'.length + 256),
  );
});
