import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { formatReference } from "./reference.ts";

test("the reference of the command line is what the commands say of themselves", () => {
  const written = readFileSync("docs/reference/cli.md", "utf8");
  assert.equal(written, formatReference(), "run: node tools/generate-reference.ts");
});
