import assert from "node:assert/strict";
import { test } from "node:test";
import { CommentTables } from "./comment-table.ts";
import { OpenMetricsReader } from "./openmetrics-reader.ts";
import type { ExpositionReader } from "./reader.ts";
import { bodyOf } from "./testing.ts";
import { TextReader } from "./text-reader.ts";

const body = bodyOf(
  "# HELP a_seconds How\\nlong.\n# TYPE a_seconds counter\n# HELP b Else.\n# TYPE b gauge\n",
);
const openBody = bodyOf(
  "# HELP a_seconds How\\nlong.\n# TYPE a_seconds counter\n# UNIT a_seconds seconds\n# EOF\n",
);
const said = [
  "help a_seconds How\nlong.",
  "type a_seconds counter",
  "help b Else.",
  "type b gauge",
];

test("lines that are known say the same again", () => {
  const tables = new CommentTables();
  for (let round = 0; round < 3; round++) {
    assert.deepEqual(commentsOf(new TextReader(body, tables.text)), said);
    assert.deepEqual(commentsOf(new OpenMetricsReader(openBody, "series", tables.openmetrics)), [
      "help a_seconds How\nlong.",
      "type a_seconds counter",
      "unit a_seconds seconds",
    ]);
  }
});

test("a line that is refused is refused again", () => {
  const tables = new CommentTables();
  const bad = bodyOf("# TYPE a counter\n# TYPE a nonsense\n# TYPE b gauge\n");
  for (let round = 0; round < 2; round++) {
    const reader = new TextReader(bad, tables.text);
    assert.equal(reader.next(), "type");
    assert.throws(() => reader.next(), /invalid metric type "nonsense"/);
  }
  assert.deepEqual(commentsOf(new TextReader(body, tables.text)), said);
});

function commentsOf(reader: ExpositionReader): readonly string[] {
  const comments: string[] = [];
  for (let entry = reader.next(); entry !== "end"; entry = reader.next()) {
    comments.push(`${entry} ${reader.family} ${entry === "type" ? reader.type : reader.text}`);
  }
  return comments;
}
