import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SeriesTable } from "./series-table.ts";
import { bodyOf } from "./testing.ts";
import { TextReader } from "./text-reader.ts";

// Bodies one after the other, as the names of their series; behind each those that were not known.
const sequences: readonly (readonly [
  why: string,
  bodies: readonly (readonly [string, string])[],
])[] = [
  [
    "the same again",
    [
      ["a b c", "a b c"],
      ["a b c", ""],
      ["a b c", ""],
    ],
  ],
  [
    "another order",
    [
      ["a b c", "a b c"],
      ["c a b", ""],
      ["b c a", ""],
    ],
  ],
  [
    "a series in between",
    [
      ["a c", "a c"],
      ["a b c", "b"],
      ["a b c", ""],
    ],
  ],
  [
    "a series before and behind",
    [
      ["b", "b"],
      ["a b c", "a c"],
      ["a b c", ""],
    ],
  ],
  [
    "a series gone and back",
    [
      ["a b c", "a b c"],
      ["a c", ""],
      ["a b c", ""],
    ],
  ],
  [
    "a name that begins like another",
    [
      ["a ab", "a ab"],
      ["ab a", ""],
      ["abc ab a", "abc"],
    ],
  ],
  [
    "labels behind a bare name",
    [
      ["a", "a"],
      ['a{x="y"}', 'a{x="y"}'],
      ["a", ""],
    ],
  ],
  [
    "an equal series twice in a body",
    [
      ["a a b", "a b"],
      ["a b b", ""],
    ],
  ],
];

for (const [why, bodies] of sequences) {
  test(`known series are found: ${why}`, () => {
    const table = new SeriesTable<string>();
    for (const [body, unknown] of bodies) {
      assert.equal(ingest(table, body.split(" ")).join(" "), unknown);
    }
  });
}

test("series that are not kept are new again", () => {
  const table = new SeriesTable<string>();
  ingest(table, ["a", "b", "c"]);
  table.keepWhere((name) => name !== "b");
  assert.deepEqual([...table.values()], ["a", "c"]);
  assert.deepEqual(ingest(table, ["a", "b", "c"]), ["b"]);
  assert.equal(table.size, 3);
});

test("a table finds what a map would find", () => {
  const series = fc.constantFrom("a", "b", "c", "abc", 'a{x="1"}', 'a{x="2"}', "a_b", "b_a");
  fc.assert(
    fc.property(fc.array(fc.array(series, { maxLength: 8 }), { maxLength: 6 }), (bodies) => {
      const table = new SeriesTable<string>();
      const known = new Set<string>();
      for (const body of bodies) {
        const unknown = body.filter((name, at) => !known.has(name) && body.indexOf(name) === at);
        assert.deepEqual(ingest(table, body), unknown);
        for (const name of body) known.add(name);
      }
    }),
    { numRuns: 300, seed: 5 },
  );
});

test("thousands of series are told apart", () => {
  const table = new SeriesTable<string>();
  const names = Array.from({ length: 3_000 }, (_, at) => `metric_${at}{pod="p${at % 7}"}`);
  assert.equal(ingest(table, names).length, 3_000);
  assert.deepEqual(ingest(table, names.toReversed()), []);
});

/** Reads a body of these series, whose values in the table are their own text; the unknown ones. */
function ingest(table: SeriesTable<string>, series: readonly string[]): readonly string[] {
  const unknown: string[] = [];
  const reader = new TextReader(bodyOf(series.map((one) => `${one} 1\n`).join("")));
  for (const name of series) {
    assert.equal(reader.next(), "series");
    const found = table.find(reader);
    if (found === undefined) {
      unknown.push(name);
      table.add(reader, name);
    } else {
      assert.equal(found, name);
    }
  }
  return unknown;
}
