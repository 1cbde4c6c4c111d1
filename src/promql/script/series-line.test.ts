import assert from "node:assert/strict";
import { test } from "node:test";
import { formatHistogramNotation } from "#series";
import { SequenceError } from "./histogram-notation.ts";
import type { SequenceValue } from "./script.ts";
import { parseSeriesLine, parseStartOffsets } from "./series-line.ts";

function show(value: SequenceValue): string {
  switch (value.kind) {
    case "gap":
      return "_";
    case "stale":
      return "stale";
    case "float":
      return String(value.value);
    case "histogram":
      return formatHistogramNotation(value.histogram) + (value.hasHint ? "!" : "");
  }
}

const sequences: readonly (readonly [line: string, shown: string])[] = [
  ["up", ""],
  ["up 1", "1"],
  ["up 1 -2.5 +3e2 .5", "1 -2.5 300 0.5"],
  ["up Inf -inf NaN", "Infinity -Infinity NaN"],
  ["up _ _x3 1", "_ _ _ _ 1"],
  ["up 2x3", "2 2 2 2"],
  ["up 1+2x3 0-1x2", "1 3 5 7 0 -1 -2"],
  ["up -1-1x1", "-1 -2"],
  ["up 1_000x0", "1000"],
  ["up stale stalex1", "stale stale stale"],
  ['up{a="b c", d="}"} 1', "1"],
  ['{"my.metric", a="b"} 1', "1"],
  ["up{}\t1  2 ", "1 2"],
  ["up {{}}", "{{}}"],
  ["up {{schema:1 sum:5 count:4 buckets:[1 2 1]}}", "{{schema:1 count:4 sum:5 buckets:[1 2 1]}}"],
  [
    "up {{ sum:-Inf count:1 z_bucket:1 z_bucket_w:0.1 offset:-2 buckets:[1 ] n_offset:3 n_buckets:[2]}}",
    "{{count:1 sum:-Inf z_bucket:1 z_bucket_w:0.1 offset:-2 buckets:[1] n_offset:3 n_buckets:[2]}}",
  ],
  ["up {{sum:1}}x1 2", "{{sum:1}} {{sum:1}} 2"],
  [
    "up {{sum:1 count:1}}+{{sum:2 count:1}}x2",
    "{{count:1 sum:1}} {{count:2 sum:3}} {{count:3 sum:5}}",
  ],
  ["up {{sum:3}}-{{sum:1}}x1", "{{sum:3}} {{sum:2}}"],
  ["up {{counter_reset_hint:gauge}}", "{{counter_reset_hint:gauge}}!"],
  [
    "up {{schema:-53 custom_values:[1 5] buckets:[1 2 3]}}",
    "{{schema:-53 custom_values:[1 5] buckets:[1 2 3]}}",
  ],
];

for (const [line, shown] of sequences) {
  test(`values of ${line}`, () => {
    assert.equal(parseSeriesLine(line).values.map(show).join(" "), shown);
  });
}

test("labels may hold blanks and braces", () => {
  const labels = ["__name__", "up", "a", "b c", "d", "}"];
  assert.deepEqual(parseSeriesLine('up{a="b c",d="}"} 1').labels, labels);
});

for (const line of [
  "up a",
  "up 1x",
  "up 1+x3",
  "up 0x1f",
  "up 1x-1",
  "up _x",
  "up {{",
  "up {{sum:a}}",
  "up {{sum:1 sum:2}}",
  "up {{buckets:[]}}",
  "up {{buckets:1}}",
  "up {{nope:1}}",
  "up {{counter_reset_hint:maybe}}",
  "up {{schema:0}}+{{schema:-53 custom_values:[1]}}x1",
  "up 1x9999999",
]) {
  test(`no values: ${line}`, () => {
    assert.throws(() => parseSeriesLine(line), SequenceError);
  });
}

const offsets: readonly (readonly [text: string, ms: readonly (number | undefined)[]])[] = [
  ["_ -1m 30s 0s", [undefined, -60_000, 30_000, 0]],
  ["_x2 -5msx1", [undefined, undefined, -5, -5]],
  ["-1m+30sx2", [-60_000, -30_000, 0]],
  ["+1m-30sx2", [60_000, 30_000, 0]],
];

for (const [text, ms] of offsets) {
  test(`start times ${text}`, () => {
    assert.deepEqual(parseStartOffsets(text), ms);
  });
}
