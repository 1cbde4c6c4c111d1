import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { formatMappingTables } from "./mapping-table.ts";

test("the guide has the tables that the conversion goes by", () => {
  const guide = readFileSync("docs/guides/compose.md", "utf8");
  const [, written] = /<!-- mapping -->\n\n([^]*)\n<!-- \/mapping -->/.exec(guide) ?? [];
  assert.equal(written, formatMappingTables(), "run: node tools/generate-reference.ts");
});
