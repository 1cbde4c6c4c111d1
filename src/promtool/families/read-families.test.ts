import assert from "node:assert/strict";
import { test } from "node:test";
import type { TextFamily } from "./family.ts";
import { readFamilies } from "./read-families.ts";

// Lines, and the families that they make: `name type help? | labels=value parts #count ~sum @time`.
for (const [why, lines, want] of [
  ["an untyped metric", ["a 1"], "a untyped | =1"],
  ["labels and a timestamp", ['a{b="c", d="e",} 2.5 -7'], "a untyped | b:c,d:e=2.5 @-7"],
  ["help with escapes", ["# HELP a x\\\\y\\nz", "a 1"], "a untyped x\\y\nz | =1"],
  ["types in any case", ["# TYPE a gAuGe", "a +Inf"], "a gauge | =Infinity"],
  ["other comments and empty lines", ["# EOF", "", "#", "a NaN"], "a untyped | =NaN"],
  ["a family without metrics", ["# HELP b x", "a 1"], "a untyped | =1"],
  ["a name in quotes", ['{"a.b", c="d"} 1'], "a.b untyped | c:d=1"],
  ["escapes in label values", ['a{b="\\"\\\\\\n"} 1'], 'a untyped | b:"\\\n=1'],
  [
    "the parts of a summary",
    ["# TYPE s summary", 's{quantile="0.5"} 2', "s_sum 3", "s_count 4"],
    "s summary | =0 0.5:2 #4 ~3",
  ],
  [
    "the parts of histograms, by their labels",
    [
      "# TYPE h histogram",
      'h_bucket{a="1",le="1"} 2',
      'h_bucket{a="1",le="+Inf"} 3',
      'h_sum{a="1"} 4',
      'h_count{a="1"} 3',
      'h_count{a="2"} 5',
    ],
    "h histogram | a:1=0 1:2,Infinity:3 #3 ~4 | a:2=0 #5 ~0",
  ],
  [
    "endings of parts without such a family",
    ["a_count 1", "# TYPE b counter", "b_sum 2"],
    "a_count untyped | =1 ; b_sum untyped | =2",
  ],
] as const) {
  test(`reads ${why}`, () => {
    assert.equal(
      readFamilies(`${lines.join("\n")}\n`, "utf8")
        .map(show)
        .join(" ; "),
      want,
    );
  });
}

// A text, and what is wrong with it; all of them in upstream's words.
for (const [text, want] of [
  ["a", "line 1: unexpected end of input stream"],
  ["a 1", "line 1: unexpected end of input stream"],
  ["a 1\n\nb x\n", 'line 3: expected float as value, got "x"'],
  ["a 0x10\n", 'line 1: expected float as value, got "0x10"'],
  ["a 1 2.5\n", 'line 1: expected integer as timestamp, got "2.5"'],
  ["a 1 2 3\n", 'line 1: spurious string after timestamp: " 3"'],
  ["1a 1\n", "line 1: invalid metric name"],
  ["# HELP a b\n# HELP a c\n", 'line 2: second HELP line for metric name "a"'],
  ["# HELP a \\x\n", "line 1: invalid escape sequence '\\x'"],
  [
    "a 1\n# TYPE a gauge\n",
    'line 2: second TYPE line for metric name "a", or TYPE reported after samples',
  ],
  ["# TYPE a stateset\n", 'line 1: unknown metric type "stateset"'],
  ["# TYPE a-b gauge\n", "line 1: invalid metric name in comment"],
  ['a{1="b"} 1\n', 'line 1: invalid label name for metric "a"'],
  ["a{b} 1\n", "line 1: expected '=' after label name, found '}'"],
  ["a{b=c} 1\n", "line 1: expected '\"' at start of label value, found 'c'"],
  ['a{b="c" d="e"} 1\n', 'line 1: unexpected end of label value "c"'],
  ['a{b="c\n"} 1\n', 'line 1: label value "c" contains unescaped new-line'],
  ['a{b="\\x"} 1\n', "line 1: invalid escape sequence '\\x'"],
  ['a{b="c",b="d"} 1\n', 'line 1: duplicate label names for metric "a"'],
  ['a{__name__="c"} 1\n', 'line 1: label name "__name__" is reserved'],
  ["{} 1\n", "line 1: invalid metric name"],
  ['{"a.b"} 1\n', 'line 1: invalid metric name "a.b"'],
  ['{"a","b"} 1\n', 'line 1: multiple metric names for metric "a"'],
  [
    '# TYPE s summary\ns{quantile="x"} 1\n',
    "line 2: expected float as value for 'quantile' label, got \"x\"",
  ],
  ["# TYPE h histogram\nh_count -1\n", 'line 2: negative count for histogram "h"'],
  [
    '# TYPE h histogram\nh_bucket{le="1"} -1\n',
    'line 2: negative bucket population for histogram "h"',
  ],
] as const) {
  test(`refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => readFamilies(text, "legacy"), {
      message: `text format parsing error in ${want}`,
    });
  });
}

function show({ name, type, help, metrics }: TextFamily): string {
  const shown = metrics.map(({ labels, value, parts, count, sum, timestampMs }) => {
    const ownLabels = labels.map((pair) => pair.join(":")).join(",");
    const hasParts = type === "summary" || type === "histogram";
    return [
      `${ownLabels}=${value}`,
      ...(parts.length > 0 ? [parts.map((part) => part.join(":")).join(",")] : []),
      ...(hasParts ? [`#${count}`, `~${sum}`] : []),
      ...(timestampMs === undefined ? [] : [`@${timestampMs}`]),
    ].join(" ");
  });
  return `${name} ${type}${help === undefined ? "" : ` ${help}`} | ${shown.join(" | ")}`;
}
