import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { formatPromtoolReference } from "./index.ts";

test("the reference of promtool is what its commands say of themselves", () => {
  const written = readFileSync("docs/reference/promtool.md", "utf8");
  assert.equal(written, formatPromtoolReference(), "run: node tools/generate-reference.ts");
});
