import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyOf, showEntries } from "./testing.ts";
import { TextReader } from "./text-reader.ts";

// A body and its entries; of series the labels and the value.
const bodies: readonly (readonly [why: string, body: string, entries: readonly string[]])[] = [
  ["nothing", "", []],
  ["blank lines", "\n \n\t\n", []],
  ["a bare name", "up 1\n", ['{__name__="up"} 1']],
  ["no line break at the end", "up 1", ['{__name__="up"} 1']],
  [
    "blanks everywhere",
    ' \tup\t{ a = "b" ,\tc="d" , } \t 1  2 \n',
    ['{__name__="up", a="b", c="d"} 1 @2'],
  ],
  ["no blank before the value", 'up{a="b"}1\n', ['{__name__="up", a="b"} 1']],
  ["empty braces", "up{} 1\n", ['{__name__="up"} 1']],
  ["colons in the name", "job:up:sum 1\n", ['{__name__="job:up:sum"} 1']],
  ["labels in any order", 'up{z="1",a="2"} 1\n', ['{__name__="up", a="2", z="1"} 1']],
  ["an empty label value", 'up{a="",b="c"} 1\n', ['{__name__="up", b="c"} 1']],
  ["labels without commas", 'up{a="b"c="d"} 1\n', ['{__name__="up", a="b", c="d"} 1']],
  ["escapes", 'up{a="x\\"y\\\\z\\nq\\t"} 1\n', ['{__name__="up", a="x\\"y\\\\z\\nq\\\\t"} 1']],
  ["braces and hashes in values", 'up{a="}{#,="} 1\n', ['{__name__="up", a="}{#,="} 1']],
  ["a line break in a value", 'up{a="x\ny"} 1\n', ['{__name__="up", a="x\\ny"} 1']],
  ["a zero byte in a value", 'up{a="x\u0000"} 1\n', ['{__name__="up", a="x\\x00"} 1']],
  ["other alphabets", 'up{a="größe 温度"} 1\n', ['{__name__="up", a="größe 温度"} 1']],
  ["a quoted name", '{"http.requests",a="b"} 1\n', ['{__name__="http.requests", a="b"} 1']],
  ["a quoted name behind labels", '{a="b","x y"} 1\n', ['{__name__="x y", a="b"} 1']],
  ["only a quoted name", '{"x\\"y"} 1\n', ['{__name__="x\\"y"} 1']],
  ["quoted label names", 'up{"a.b"="c","d"="e"} 1\n', ['{__name__="up", "a.b"="c", d="e"} 1']],
  ["text behind a zero byte", "up 1\n\u0000down 1\n", ['{__name__="up"} 1']],
  [
    "metadata and comments",
    "# HELP up Whether it is up.\n#\tTYPE   up gauge\n# just so\n#too\n# TYPE\nup 1\n",
    [
      "help up: Whether it is up.",
      "type up: gauge",
      "comment up: # just so",
      "comment up: #too",
      "comment up: # TYPE",
      '{__name__="up"} 1',
    ],
  ],
  ["a help without text", "# HELP up\n# HELP up \n", ["help up: ", "help up: "]],
  ["escapes in a help", '# HELP up a\\nb\\\\c\\"\n', ['help up: a\nb\\c\\"']],
  [
    "a quoted family",
    '# TYPE "a.b" counter\n# HELP "a.b" x y\n',
    ["type a.b: counter", "help a.b: x y"],
  ],
  [
    "every type",
    ["counter", "gauge", "histogram", "summary", "untyped"]
      .map((type) => `# TYPE m ${type}\n`)
      .join(""),
    ["counter", "gauge", "histogram", "summary", "unknown"].map((type) => `type m: ${type}`),
  ],
  [
    "bounds in many notations",
    '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="1e1"} 1\nh_bucket{le="0.50"} 1\nh_bucket{le="Inf"} 1\nh_bucket{le="x"} 1\n# TYPE s summary\ns{quantile="1",le="1"} 1\n',
    [
      "type h: histogram",
      '{__name__="h_bucket", le="1.0"} 1',
      '{__name__="h_bucket", le="10.0"} 1',
      '{__name__="h_bucket", le="0.5"} 1',
      '{__name__="h_bucket", le="+Inf"} 1',
      '{__name__="h_bucket", le="x"} 1',
      "type s: summary",
      '{__name__="s", le="1", quantile="1.0"} 1',
    ],
  ],
];

for (const [why, body, entries] of bodies) {
  test(`the text format has ${why}`, () => {
    assert.deepEqual(showEntries(new TextReader(bodyOf(body))), entries);
  });
}

const numbers: readonly (readonly [text: string, value: number])[] = [
  ["0", 0],
  ["-0", -0],
  ["42", 42],
  ["+42", 42],
  ["007", 7],
  [".5", 0.5],
  ["5.", 5],
  ["-1.25", -1.25],
  ["0.1", 0.1],
  ["123456789.12345", 123_456_789.12345],
  ["1.7e+09", 1.7e9],
  ["1.5e-7", 1.5e-7],
  ["1e22", 1e22],
  ["1e23", 1e23],
  ["1E3", 1_000],
  ["123456789012345678", 123_456_789_012_345_680],
  ["0.30000000000000004", 0.30000000000000004],
  ["1.7976931348623157e+308", Number.MAX_VALUE],
  ["5e-324", Number.MIN_VALUE],
  ["1e-400", 0],
  ["NaN", Number.NaN],
  ["nan", Number.NaN],
  ["Inf", Number.POSITIVE_INFINITY],
  ["+Inf", Number.POSITIVE_INFINITY],
  ["-Inf", Number.NEGATIVE_INFINITY],
  ["infinity", Number.POSITIVE_INFINITY],
];

for (const [text, value] of numbers) {
  test(`${text} is the number ${value}`, () => {
    const reader = new TextReader(bodyOf(`m ${text} 12\n`));
    assert.equal(reader.next(), "series");
    assert.deepEqual([reader.value, reader.timestampMs], [value, 12]);
  });
}

const errors: readonly (readonly [body: string, message: string])[] = [
  ["a", 'expected value after metric, got "\\n" ("INVALID") while parsing: "a\\n"'],
  ["a{", 'expected label name, got "\\n" ("INVALID") while parsing: "a{\\n"'],
  ["a{b='c'} 1", 'expected label value, got "\'" ("INVALID") while parsing: "a{b=\'"'],
  ["a{b=\n", 'expected label value, got "\\n" ("INVALID") while parsing: "a{b=\\n"'],
  ['a{\u00ff="foo"} 1', 'expected label name, got "\\xff" ("INVALID") while parsing: "a{\\xff"'],
  ['a{b="\u00ff"} 1', 'invalid UTF-8 label value: "\\"\\xff\\""'],
  [
    '{"a", "b = "c"}',
    'expected equal, got "c\\"" ("LNAME") while parsing: "{\\"a\\", \\"b = \\"c\\""',
  ],
  ['{"a","b"} 1', 'metric name already set while parsing: "{\\"a\\",\\"b\\"}"'],
  ['a{"b"} 1', 'metric name already set while parsing: "a{\\"b\\"}"'],
  ['{"a",b\\nc="d"} 1', 'expected equal, got "\\\\" ("INVALID") while parsing: "{\\"a\\",b\\\\"'],
  ["a true", 'strconv.ParseFloat: parsing "true": invalid syntax while parsing: "a true"'],
  ["a 1e999", 'strconv.ParseFloat: parsing "1e999": value out of range while parsing: "a 1e999"'],
  ["a 0x10", 'strconv.ParseFloat: parsing "0x10": invalid syntax while parsing: "a 0x10"'],
  ["a 1\r", 'strconv.ParseFloat: parsing "1\\r": invalid syntax while parsing: "a 1\\r"'],
  ['x{y="', 'expected label value, got "\\"\\n" ("INVALID") while parsing: "x{y=\\"\\n"'],
  ['x{=""} 0', 'expected label name, got "=\\"" ("EQUAL") while parsing: "x{=\\""'],
  ["{A}0", 'expected equal, got "}0" ("BCLOSE") while parsing: "{A}0"'],
  ["foo 1_2", 'unsupported character in float while parsing: "foo 1_2"'],
  ["foo 0x1p-3", 'unsupported character in float while parsing: "foo 0x1p-3"'],
  [
    "foo 0 1_2",
    'expected next entry after timestamp, got "_" ("INVALID") while parsing: "foo 0 1_"',
  ],
  [
    "foo 0 1 2",
    'expected next entry after timestamp, got "2\\n" ("TIMESTAMP") while parsing: "foo 0 1 2\\n"',
  ],
  ["foo 0 -1", 'expected timestamp or new record, got "-" ("INVALID") while parsing: "foo 0 -"'],
  [
    "a 0 99999999999999999999",
    'strconv.ParseInt: parsing "99999999999999999999": value out of range while parsing: "a 0 99999999999999999999"',
  ],
  ['{a="ok"} 1', 'metric name not set while parsing: "{a=\\"ok\\"} 1"'],
  ["9a 1", 'expected a valid start token, got "9" ("INVALID") while parsing: "9"'],
  ["é 1", 'expected a valid start token, got "\\xe9" ("INVALID") while parsing: "\\xe9"'],
  ["# TYPE #", 'expected metric name after TYPE, got "#" ("INVALID") while parsing: "# TYPE #"'],
  ["# HELP #", 'expected metric name after HELP, got "#" ("INVALID") while parsing: "# HELP #"'],
  ["# TYPE a wrong", 'invalid metric type "wrong"'],
  ["# TYPE a counter ", 'invalid metric type "counter "'],
  ["# HELP a \u00ff", 'help text "\\xff" is not a valid utf8 string'],
  ['a{b\u0000="c"} 1', 'expected equal, got "\\x00" ("INVALID") while parsing: "a{b\\x00"'],
  [
    'a\u0000{b="c"} 1',
    'expected value after metric, got "\\x00" ("INVALID") while parsing: "a\\x00"',
  ],
  ['a{b="c",b="d"} 1', 'label name "b" is not unique: invalid sample'],
];

for (const [body, message] of errors) {
  test(`the text ${JSON.stringify(body)} is refused: ${message}`, () => {
    assert.equal(showEntries(new TextReader(bodyOf(body))).at(-1), `error: ${message}`);
  });
}

test("what came before an error has been read", () => {
  const entries = showEntries(new TextReader(bodyOf("up 1\ndown x\n")));
  assert.equal(entries.length, 2);
  assert.equal(entries[0], '{__name__="up"} 1');
});
