import assert from "node:assert/strict";
import { existsSync, globSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { findBrokenLinks, readPages } from "./links.ts";

test("a link is followed from its own page, and code is no link", () => {
  const text = "[a](b.md) [c](../d.md#e) [f](https://g) [h](#i) `[j](k.md)`\n```\n[l](m.md)\n```\n";
  const seen: string[] = [];
  const broken = findBrokenLinks([{ path: "docs/x.md", text }], (file) => {
    seen.push(file);
    return file === "d.md";
  });
  assert.deepEqual(seen, ["docs/b.md", "d.md"]);
  assert.deepEqual(broken, ["docs/x.md: links to docs/b.md, which does not exist"]);
});

test("every link of the documentation leads somewhere", () => {
  assert.deepEqual(findBrokenLinks(readPages(), existsSync), []);
});

test("every decision is in the list of decisions", () => {
  const list = readPages().find((page) => page.path === "docs/decisions/README.md")?.text ?? "";
  const missing = globSync("docs/decisions/0*.md").filter(
    (file) => !list.includes(path.basename(file)),
  );
  assert.deepEqual(missing, []);
});
