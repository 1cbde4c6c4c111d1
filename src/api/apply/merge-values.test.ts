import assert from "node:assert/strict";
import { test } from "node:test";
import { keyedListOf, listOf, mapOf, rawExtension, setOf, string } from "../schema/schema.ts";
import { compareValues } from "./compare-values.ts";
import { pathsOf } from "./field-set.ts";
import { mergeValues } from "./merge-values.ts";
import { formatPath } from "./path-element.ts";
import { placeOf } from "./shape.ts";
import { findTypedError } from "./typed-error.ts";

// Sets of letters: the live list, the configuration, and the merged list.
const rows: readonly (readonly [string, string, string])[] = [
  ["abc", "", "abc"],
  ["", "abc", "abc"],
  ["abc", "abc", "abc"],
  ["abc", "cba", "cba"],
  ["abcd", "dxa", "bcdxa"],
  ["abc", "axbyc", "axbyc"],
  ["xaybz", "ab", "xaybz"],
  ["xaybz", "ba", "xybza"],
  ["ab", "xyab", "xyab"],
  ["pqab", "bra", "pqbra"],
  ["abl", "ba", "bla"],
];
for (const [live, config, merged] of rows) {
  test(`the set ${live} with ${config} applied is ${merged}`, () => {
    assert.equal(mergeLetters(live, config), merged);
  });
}

test("items that the live list has twice stay as they are until applied", () => {
  assert.equal(mergeLetters("aba", "c"), "abac");
  assert.equal(mergeLetters("aba", "ac"), "abc");
});

test("items that stand in a list twice are compared as one field", () => {
  const place = placeOf(setOf(string));
  const show = (before: string, after: string) => {
    const found = compareValues(place, before.split(""), after.split(""));
    const texts = [found.added, found.modified, found.removed].map((set) =>
      pathsOf(set).map(formatPath).join(""),
    );
    return texts.join("|");
  };
  assert.equal(show("aab", "aab"), "||");
  assert.equal(show("aab", "ab"), `[="a"]||[="a"]`);
  assert.equal(show("ab", "aab"), `[="a"]||[="a"]`);
  assert.equal(show("aab", "aaab"), `|[="a"]|`);
});

test("free JSON merges objects, replaces lists, and changes type", () => {
  const place = placeOf(mapOf(rawExtension));
  const live = { x: { a: { b: 1, l: [1, 2] }, c: { d: 1 } } };
  const config = { x: { a: { e: 2, l: [3] }, c: 7 } };
  const merged = mergeValues(place, live, config) ?? null;
  assert.deepEqual(merged, { x: { a: { b: 1, l: [3], e: 2 }, c: 7 } });
  const { added, modified, removed } = compareValues(place, live, merged);
  assert.deepEqual(pathsOf(added).map(formatPath), [".x.a.e"]);
  assert.deepEqual(pathsOf(modified).map(formatPath), [".x.c", ".x.a.l"]);
  assert.deepEqual(pathsOf(removed).map(formatPath), [".x.c.d"]);
});

test("items that cannot be told apart are refused", () => {
  const set = placeOf(mapOf(setOf(string)));
  const keyed = placeOf(mapOf(keyedListOf(mapOf(string), "name")));
  const atomic = placeOf(mapOf(listOf(string)));
  assert.deepEqual(
    [
      findTypedError(set, { x: [{}] }),
      findTypedError(set, { x: [[]] }),
      findTypedError(set, { x: [null] }),
      findTypedError(keyed, { x: [null] }),
      findTypedError(keyed, { x: ["a"] }),
      findTypedError(keyed, { x: [{ name: "a" }, { name: "a" }] }),
      findTypedError(atomic, { x: ["a", {}] }),
      findTypedError(atomic, { x: null }),
    ],
    [
      ".x: element 0: associative list without keys has an element that's a map type",
      ".x: element 0: not supported: associative list with lists as elements",
      ".x: element 0: associative list without keys has an element that's an explicit null",
      ".x: element 0: associative list with keys may not have a null element",
      ".x: element 0: associative list with keys may not have non-map elements",
      '.x: duplicate entries for key [name="a"]',
      ".x[1]: expected string, got &value.valueUnstructured{Value:map[]}",
      undefined,
    ],
  );
});

function mergeLetters(live: string, config: string): string {
  const merged = mergeValues(placeOf(setOf(string)), live.split(""), config.split(""));
  return Array.isArray(merged) ? merged.join("") : "";
}
