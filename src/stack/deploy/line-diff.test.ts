import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { diffLines } from "./line-diff.ts";

// Texts with one letter a line, and the difference with one line around what changed.
const rows: readonly (readonly [before: string, after: string, diff: string])[] = [
  ["abc", "abc", ""],
  ["abc", "axc", " a|-b|+x| c"],
  ["abcdefg", "abcdxfg", " d|-e|+x| f"],
  ["abcdefgh", "xbcdefgy", "-a|+x| b| …| g|-h|+y"],
  ["", "ab", "+a|+b"],
  ["ab", "", "-a|-b"],
  ["abc", "bcd", "-a| b| c|+d"],
];

for (const [before, after, diff] of rows) {
  test(`from "${before}" to "${after}"`, () => {
    const lines = diffLines(linesOf(before), linesOf(after), 1);
    const shown = lines.map((line) => line.replace("  …", " …").replace(/^(.) (.)$/, "$1$2"));
    assert.equal(shown.join("|"), diff);
  });
}

test("what is kept and what is new is the text after", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 12 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before.join("\n"), after.join("\n"), 100);
      const side = (sign: string) =>
        lines.filter((line) => line[0] !== sign).map((line) => line.slice(2));
      const isChanged = before.join() !== after.join();
      assert.deepEqual(isChanged ? side("-") : after, after);
      assert.deepEqual(isChanged ? side("+") : before, before);
    }),
  );
});

function linesOf(letters: string): string {
  return letters.split("").join("\n");
}
