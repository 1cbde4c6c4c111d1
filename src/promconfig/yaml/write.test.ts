import assert from "node:assert/strict";
import { test } from "node:test";
import { type YamlValue, writeYaml } from "./write.ts";

// Each text and how go-yaml 2 writes it, as the real program was seen to do.
const texts: readonly (readonly [text: string, written: string])[] = [
  ["up", "up"],
  ["", '""'],
  ["#a", "'#a'"],
  ["a #b", "'a #b'"],
  ["- x", "'- x'"],
  ["-x", "-x"],
  ["? x", "'? x'"],
  ["yes", '"yes"'],
  ["n", '"n"'],
  ["~", '"~"'],
  ["null", '"null"'],
  ["1:30", '"1:30"'],
  ["2001-01-01", '"2001-01-01"'],
  ["0x1f", '"0x1f"'],
  ["1_000", '"1_000"'],
  ["1e3", '"1e3"'],
  [".5", '".5"'],
  ["08", '"08"'],
  [".", "."],
  ["---", "'---'"],
  ["=", "="],
  [" lead", "' lead'"],
  ["trail ", "'trail '"],
  ["it's", "it's"],
  ["'x", "'''x'"],
  ['"q"', "'\"q\"'"],
  ["[a]", "'[a]'"],
  ["a: b", "'a: b'"],
  ["a:", "'a:'"],
  [":a", ":a"],
  ["a,b", "a,b"],
  ["%x", "'%x'"],
  ["`x", "'`x'"],
  ["$1", "$1"],
  ["<secret>", "<secret>"],
  ["a\\b", "a\\b"],
  ["a\tb", '"a\\tb"'],
  ["\r", '"\\r"'],
  ["日本", "日本"],
  ["\u{1f600}", "\u{1f600}"],
  ["\ufeff", '"\\uFEFF"'],
  ["multi\nline", "|-\n  multi\n  line"],
  ["multi\nline\n", "|\n  multi\n  line"],
  ["x\n\n", "|+\n  x\n"],
  ["\nx", "|2-\n\n  x"],
  ["x \ny", '"x \\ny"'],
];

for (const [text, written] of texts) {
  test(`${JSON.stringify(text)} is written ${JSON.stringify(written)}`, () => {
    assert.equal(writeYaml(mapOf({ a: { kind: "text", text } })), `a: ${written}\n`);
  });
}

test("long texts are folded where a space is beyond the 80th column", () => {
  const words = "word ".repeat(40).trim();
  const folded = writeYaml(mapOf({ a: { kind: "text", text: words } }));
  assert.deepEqual(
    folded.split("\n").map((line) => line.length),
    [82, 81, 41, 0],
  );
});

test("maps and lists nest without more indentation than needed", () => {
  const leaf: YamlValue = { kind: "literal", text: "1" };
  const value = mapOf({
    empty: listOf([]),
    none: mapOf({}),
    list: listOf([mapOf({ a: leaf, b: leaf }), listOf([leaf, leaf]), leaf]),
    map: mapOf({ inner: mapOf({ "odd: key": leaf }) }),
    flow: { kind: "list", items: [{ kind: "text", text: "a, b" }, leaf], flow: true },
  });
  assert.equal(
    writeYaml(value),
    `empty: []
none: {}
list:
- a: 1
  b: 1
- - 1
  - 1
- 1
map:
  inner:
    'odd: key': 1
flow: ['a, b', 1]
`,
  );
});

function mapOf(members: Readonly<Record<string, YamlValue>>): YamlValue {
  return { kind: "map", entries: Object.entries(members) };
}

function listOf(items: readonly YamlValue[]): YamlValue {
  return { kind: "list", items, flow: false };
}
