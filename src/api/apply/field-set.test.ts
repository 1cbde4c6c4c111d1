import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  deepDifferenceOf,
  differenceOf,
  type FieldSet,
  fieldSetOf,
  hasPath,
  intersectionOf,
  isEqualSet,
  leavesOf,
  pathsOf,
  unionOf,
} from "./field-set.ts";
import { formatFieldsV1, parseFieldsV1 } from "./fields-v1.ts";
import { fieldElement, formatPath, keyElement, valueElement } from "./path-element.ts";

// Sets are written as paths of one-letter fields: "a a.b" owns a, and b within it.
const rows: readonly (readonly [string, FieldSet, string])[] = [
  ["union", unionOf(set("a a.b"), set("a.c b")), "a b a.b a.c"],
  ["intersection", intersectionOf(set("a a.b c"), set("a.b c.d c")), "c a.b"],
  ["difference keeps what is within", differenceOf(set("a a.b c"), set("a c.d")), "c a.b"],
  ["difference of a child keeps its parent", differenceOf(set("a a.b"), set("a.b")), "a"],
  [
    "deep difference takes what is within",
    deepDifferenceOf(set("a.b a.b.c a.d"), set("a.b")),
    "a.d",
  ],
  ["leaves", leavesOf(set("a a.b a.b.c d")), "d a.b.c"],
];
for (const [rule, outcome, want] of rows) {
  test(`${rule}: ${want}`, () => assert.equal(show(outcome), want));
}

test("members, keyed items, values and indices are written in this order, each sorted", () => {
  const fields = parseFieldsV1({
    "i:2": {},
    "i:10": {},
    'v:"b"': {},
    "v:10": {},
    "v:9": {},
    'k:{"port":443,"name":"b"}': { ".": {}, "f:z": {}, "f:a": {} },
    'k:{"port":80}': { "f:x": {} },
    "f:b": {},
    "f:a": { "f:c": {} },
    "x:future": {},
  });
  assert.deepEqual(Object.entries(formatFieldsV1(fields)), [
    ["f:a", { "f:c": {} }],
    ["f:b", {}],
    ['k:{"name":"b","port":443}', { ".": {}, "f:a": {}, "f:z": {} }],
    ['k:{"port":80}', { "f:x": {} }],
    ["v:9", {}],
    ["v:10", {}],
    ['v:"b"', {}],
    ["i:2", {}],
    ["i:10", {}],
  ]);
});

test("an element with nothing known within it is owned itself", () => {
  assert.equal(show(parseFieldsV1({ "f:a": { "y:1": {} }, "f:b": { "f:c": {} } })), "a b.c");
});

for (const [text, why] of [
  ["f", "key must be 2 characters long: f"],
  ["fa", "missing colon: fa"],
  ["i:x", "invalid index: i:x"],
  ["k:1", "expected an object: k:1"],
]) {
  test(`the path element ${text} is refused`, () => {
    assert.throws(() => parseFieldsV1({ [text ?? ""]: {} }), { message: why });
  });
}

test("paths read as in upstream's messages", () => {
  const path = [
    fieldElement("spec"),
    keyElement([
      ["name", 'a"b'],
      ["port", 80],
    ]),
    valueElement("x"),
    valueElement(1),
    "i:3",
  ];
  assert.equal(formatPath(path), `.spec[name="a\\"b",port=80][="x"][=1][3]`);
});

test("what is written is read back, whatever the set", () => {
  fc.assert(
    fc.property(sets(), (fields) => {
      assert.ok(isEqualSet(parseFieldsV1(formatFieldsV1(fields)), fields));
    }),
  );
});

test("union, intersection and difference are those of the sets of paths", () => {
  fc.assert(
    fc.property(sets(), sets(), (left, right) => {
      const inLeft = pathTexts(left);
      const inRight = pathTexts(right);
      const both = inLeft.filter((path) => inRight.includes(path));
      const either = [...new Set([...inLeft, ...inRight])].sort();
      assert.deepEqual(pathTexts(unionOf(left, right)), either);
      assert.deepEqual(pathTexts(intersectionOf(left, right)), both);
      assert.deepEqual(
        pathTexts(differenceOf(left, right)),
        inLeft.filter((path) => !inRight.includes(path)),
      );
      assert.ok(pathsOf(left).every((path) => hasPath(left, path)));
    }),
  );
});

function sets(): fc.Arbitrary<FieldSet> {
  const element = fc.constantFrom(
    fieldElement("a"),
    fieldElement("b.c"),
    keyElement([["name", "x"]]),
    valueElement("<v>"),
    valueElement(7),
    "i:0",
  );
  const path = fc.array(element, { minLength: 1, maxLength: 4 });
  return fc.array(path, { maxLength: 8 }).map((paths) => fieldSetOf(...paths));
}

function pathTexts(fields: FieldSet): readonly string[] {
  return pathsOf(fields).map(formatPath).sort();
}

function set(text: string): FieldSet {
  return fieldSetOf(...text.split(" ").map((path) => path.split(".").map(fieldElement)));
}

function show(fields: FieldSet): string {
  return pathsOf(fields)
    .map((path) => formatPath(path).slice(1))
    .join(" ");
}
