import assert from "node:assert/strict";
import { test } from "node:test";
import { type CreatedLines, OpenMetricsReader } from "./openmetrics-reader.ts";
import { bodyOf, showEntries } from "./testing.ts";

// A body without its `# EOF`, and its entries.
const bodies: readonly (readonly [why: string, body: string, entries: readonly string[]])[] = [
  ["nothing", "", []],
  ["a bare name", "up 1\n", ['{__name__="up"} 1']],
  ["labels", 'up{a="b",c="d",} -0.5\n', ['{__name__="up", a="b", c="d"} -0.5']],
  ["seconds with fractions", "up 1 1520879607.789\n", ['{__name__="up"} 1 @1520879607789']],
  ["a time before the epoch", "up 1 -0.5\n", ['{__name__="up"} 1 @-500']],
  ["a quoted name", '{"a.b",c="d"} 1\n', ['{__name__="a.b", c="d"} 1']],
  ["escapes", 'up{a="x\\"y\\\\z\\n"} 1\n', ['{__name__="up", a="x\\"y\\\\z\\n"} 1']],
  ["an exemplar", 'up_total 1 # {trace="x"} 0.5\n', ['{__name__="up_total"} 1 # {trace="x"} 0.5']],
  [
    "an exemplar with a time",
    'up_total 1 12 # {trace="x",span="y"} 0.5 11.25\ndown 2\n',
    ['{__name__="up_total"} 1 @12000 # {span="y", trace="x"} 0.5 @11250', '{__name__="down"} 2'],
  ],
  ["an exemplar without labels", "up_total 1 # {} 0.5\n", ['{__name__="up_total"} 1 # {} 0.5']],
  [
    "metadata",
    '# HELP up A \\"b\\" c\\n\n# TYPE up gauge\n# UNIT up_seconds seconds\n# UNIT down \n# TYPE "a.b" info\n',
    [
      'help up: A "b" c\n',
      "type up: gauge",
      "unit up_seconds: seconds",
      "unit down: ",
      "type a.b: info",
    ],
  ],
  [
    "bounds in many notations",
    '# TYPE h histogram\nh_bucket{le="1"} 1\n# TYPE s summary\ns{quantile="0.50"} 1\n# TYPE g gaugehistogram\ng_bucket{le="1"} 1\n',
    [
      "type h: histogram",
      '{__name__="h_bucket", le="1.0"} 1',
      "type s: summary",
      '{__name__="s", quantile="0.5"} 1',
      "type g: gaugehistogram",
      '{__name__="g_bucket", le="1"} 1',
    ],
  ],
];

for (const [why, body, entries] of bodies) {
  test(`OpenMetrics has ${why}`, () => {
    assert.deepEqual(show(`${body}# EOF\n`), entries);
    assert.deepEqual(show(`${body}# EOF`), entries);
  });
}

const family = `# TYPE requests counter
requests_total{a="x"} 1
requests_created{a="x"} 100.5
requests_total{a="y"} 2
# TYPE sizes histogram
sizes_bucket{a="x",le="1.0"} 3
sizes_bucket{a="x",le="+Inf"} 3
sizes_count{a="x"} 3
sizes_created{a="x"} 200
# TYPE made_created gauge
made_created 5
# EOF
`;

test("created lines are start timestamps of the other samples of their family", () => {
  assert.deepEqual(show(family, "start timestamps"), [
    "type requests: counter",
    '{__name__="requests_total", a="x"} 1 since 100500',
    '{__name__="requests_total", a="y"} 2',
    "type sizes: histogram",
    '{__name__="sizes_bucket", a="x", le="1.0"} 3 since 200000',
    '{__name__="sizes_bucket", a="x", le="+Inf"} 3 since 200000',
    '{__name__="sizes_count", a="x"} 3 since 200000',
    "type made_created: gauge",
    '{__name__="made_created"} 5',
  ]);
});

test("or they are series like all others", () => {
  const created = show(family, "series").filter((line) => line.includes("_created"));
  assert.equal(created.length, 4);
});

const errors: readonly (readonly [body: string, message: string])[] = [
  ["", "data does not end with # EOF"],
  ["metric 1\n", "data does not end with # EOF"],
  ["# EOF\n\n", "unexpected data after # EOF"],
  ["# EOF\na 1", "unexpected data after # EOF"],
  ["# EOFa 1", "unexpected data after # EOF"],
  ["\n", 'expected a valid start token, got "\\n" ("INVALID") while parsing: "\\n"'],
  [" a 1\n", 'expected a valid start token, got " " ("INVALID") while parsing: " "'],
  ["9\n", 'expected a valid start token, got "9" ("INVALID") while parsing: "9"'],
  ["#\n", 'expected a valid start token, got "#\\n" ("INVALID") while parsing: "#\\n"'],
  [
    "#  TYPE c counter\n",
    'expected a valid start token, got "#  " ("INVALID") while parsing: "#  "',
  ],
  ["# just so\n", 'expected a valid start token, got "# j" ("INVALID") while parsing: "# j"'],
  ["a\n", 'expected value after metric, got "\\n" ("INVALID") while parsing: "a\\n"'],
  ["a\t1\n", 'expected value after metric, got "\\t" ("INVALID") while parsing: "a\\t"'],
  ["a  1\n", 'expected value after metric, got "  " ("INVALID") while parsing: "a  "'],
  ["a 1\t2\n", 'strconv.ParseFloat: parsing "1\\t2": invalid syntax while parsing: "a 1\\t2"'],
  [
    "a 1 2 \n",
    'expected next entry after timestamp, got " \\n" ("INVALID") while parsing: "a 1 2 \\n"',
  ],
  [
    "a 1 2 #\n",
    'expected next entry after timestamp, got " #\\n" ("TIMESTAMP") while parsing: "a 1 2 #\\n"',
  ],
  [
    "a 1 1 1\n",
    'expected next entry after timestamp, got " 1\\n" ("TIMESTAMP") while parsing: "a 1 1 1\\n"',
  ],
  ["a 1 1z\n", 'strconv.ParseFloat: parsing "1z": invalid syntax while parsing: "a 1 1z"'],
  ["a 1 NaN\n", "invalid timestamp NaN"],
  ["a 1 -Inf\n", "invalid timestamp -Inf"],
  ["a 1 Inf\n", "invalid timestamp +Inf"],
  ["foo 0 1_2\n", 'unsupported character in float while parsing: "foo 0 1_2"'],
  ["# TYPE u untyped\n", 'invalid metric type "untyped"'],
  ["# TYPE c counter \n", 'invalid metric type "counter "'],
  ["# TYPE c  counter\n", 'invalid metric type " counter"'],
  [
    "# TYPE \n",
    'expected metric name after TYPE, got "\\n" ("INVALID") while parsing: "# TYPE \\n"',
  ],
  ["# TYPE m\n", "expected text in TYPE"],
  ["# HELP m\n", "expected text in HELP"],
  ["# UNIT metric suffix\n", 'unit "suffix" not a suffix of metric "metric"'],
  ["# UNIT metricsuffix suffix\n", 'unit "suffix" not a suffix of metric "metricsuffix"'],
  ["a{b='c'} 1\n", 'expected label value, got "\'" ("INVALID") while parsing: "a{b=\'"'],
  ['a{,b="c"} 1\n', 'expected label name, got ",b" ("COMMA") while parsing: "a{,b"'],
  [
    'a{b="c"d="e"} 1\n',
    'expected comma or brace close, got "d=" ("LNAME") while parsing: "a{b=\\"c\\"d="',
  ],
  [
    'a{b="c",,d="e"} 1\n',
    'expected label name, got ",d" ("COMMA") while parsing: "a{b=\\"c\\",,d"',
  ],
  [
    'a{b="c" } 1\n',
    'expected comma or brace close, got " " ("INVALID") while parsing: "a{b=\\"c\\" "',
  ],
  ["a{b=\n", 'expected label value, got "\\n" ("INVALID") while parsing: "a{b=\\n"'],
  [
    'a{b="x\n"} 1\n',
    'expected label value, got "\\"x\\n" ("INVALID") while parsing: "a{b=\\"x\\n"',
  ],
  ['a{b="\u00ff"} 1\n', 'invalid UTF-8 label value: "\\"\\xff\\""'],
  ['{b="c",} 1\n', 'metric name not set while parsing: "{b=\\"c\\",} 1"'],
  ["a 1 # {aa=bb}\n", 'expected label value, got "b" ("INVALID") while parsing: "a 1 # {aa=b"'],
  [
    'a 1 # {aa="bb"}\n',
    'expected value after exemplar labels, got "\\n" ("INVALID") while parsing: "a 1 # {aa=\\"bb\\"}\\n"',
  ],
  ["a 1 # {bb}\n", 'expected equal, got "}\\n" ("BCLOSE") while parsing: "a 1 # {bb}\\n"'],
  [
    'a 1 # {"bb"} 1\n',
    'expected label name, got "} " ("BCLOSE") while parsing: "a 1 # {\\"bb\\"} "',
  ],
  ['a 1 # {a="b"} 1_2\n', 'unsupported character in float while parsing: "a 1 # {a=\\"b\\"} 1_2"'],
  ['a 1 # {a="b"} 1 NaN\n', "invalid exemplar timestamp NaN"],
  [
    'a 1 # {a="b"} 1 2 3\n',
    'expected next entry after exemplar timestamp, got " 3\\n" ("TIMESTAMP") while parsing: "a 1 # {a=\\"b\\"} 1 2 3\\n"',
  ],
];

for (const [body, message] of errors) {
  test(`the OpenMetrics text ${JSON.stringify(body)} is refused: ${message}`, () => {
    assert.equal(show(body).at(-1), `error: ${message}`);
  });
}

function show(body: string, createdLines: CreatedLines = "series"): readonly string[] {
  return showEntries(new OpenMetricsReader(bodyOf(body), createdLines));
}
