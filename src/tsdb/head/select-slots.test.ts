import assert from "node:assert/strict";
import { test } from "node:test";
import { createMatcher, type LabelMatcher, labelsOf } from "#series";
import { selectSlots } from "./select-slots.ts";
import { SeriesTable } from "./series-table.ts";

// Series by the values of their labels i and n; "-" is absent.
const series = ["a 1", "a 2", "b 1", "b -", "- 3", "ab 1"];

// Matchers as queries have them, and the series that they select.
const cases: readonly (readonly [string, string])[] = [
  ["", "a 1, a 2, b 1, b -, - 3, ab 1"],
  ['i="a"', "a 1, a 2"],
  ['i="x"', ""],
  ['i=""', "- 3"],
  ['i!=""', "a 1, a 2, b 1, b -, ab 1"],
  ['i!="a"', "b 1, b -, - 3, ab 1"],
  ['i!="a" i!=""', "b 1, b -, ab 1"],
  ['i=~"a|b"', "a 1, a 2, b 1, b -"],
  ['i=~"a.*"', "a 1, a 2, ab 1"],
  ['i=~".*"', "a 1, a 2, b 1, b -, - 3, ab 1"],
  ['i=~".+"', "a 1, a 2, b 1, b -, ab 1"],
  ['i!~".+"', "- 3"],
  ['i!~".*"', ""],
  ['i=~"a|"', "a 1, a 2, - 3"],
  ['i!~"a|"', "b 1, b -, ab 1"],
  ['i!~"a|b"', "- 3, ab 1"],
  ['i!~"a.*" n="1"', "b 1"],
  ['n="1" i=~"a|b"', "a 1, b 1"],
  ['n="" i="b"', "b -"],
  ['n!="1" i="a"', "a 2"],
  ['missing=""', "a 1, a 2, b 1, b -, - 3, ab 1"],
  ['missing!=""', ""],
  ['i="a" i="b"', ""],
];

for (const [matchers, want] of cases) {
  test(`{${matchers}} selects [${want}]`, () => {
    const table = new SeriesTable();
    for (const [index, text] of series.entries()) {
      const [i = "", n = ""] = text.split(" ").map((value) => (value === "-" ? "" : value));
      table.add(
        index + 1,
        labelsOf([
          ["i", i],
          ["n", n],
        ]),
      );
    }
    const found = [...selectSlots(table, parse(matchers))].map((slot) => series[slot]);
    assert.equal(found.join(", "), want);
  });
}

function parse(text: string): readonly LabelMatcher[] {
  return [...text.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].map(
    ([, name = "", operator = "", value = ""]) =>
      createMatcher(operator as LabelMatcher["operator"], name, value),
  );
}
