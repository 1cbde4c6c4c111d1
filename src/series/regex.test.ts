import assert from "node:assert/strict";
import { test } from "node:test";
import { compileRegex, RegexError } from "./regex.ts";

// Expression, text, template and what comes out; "-" when nothing matches.
const expansions: readonly (readonly [string, string, string, string])[] = [
  ["(.*)", "foo", "$1", "foo"],
  ["(.*)", "foo", "<$0>", "<foo>"],
  ["(a)(b)?", "a", "$1-$2", "a-"],
  ["(a)(b)", "ab", "$2$1", "ba"],
  ["(a)(b)", "ab", "${2}x", "bx"],
  ["(a)(b)", "ab", "$2x", ""],
  ["(a)(b)", "ab", "$3", ""],
  ["(a)", "a", "$01", ""],
  ["(?P<first>a)(?P<second>b)", "ab", "${second}.$first", "b.a"],
  ["(?P<first>a)", "a", "$firstname", ""],
  ["(?P<toString>a)", "a", "$constructor|$toString", "|a"],
  ["(a)", "a", "$$1 costs $$", "$1 costs $"],
  ["(a)", "a", "${1", "${1"],
  ["(a)", "a", "$-${}$", "$-${}$"],
  ["foo", "foobar", "x", "-"],
  ["foo|foobar", "foobar", "x", "x"],
  ["a.b", "a\nb", "x", "x"],
  ["(.)😀(.)", "é😀b", "$2$1", "bé"],
];

for (const [source, text, template, want] of expansions) {
  test(`${source} on "${text}" expands "${template}" to "${want}"`, () => {
    assert.equal(compileRegex(source, "anchored").expand(text, template) ?? "-", want);
  });
}

const replacements: readonly (readonly [string, string, string, string])[] = [
  ["a", "banana", "o", "bonono"],
  ["(a)(n)", "banana", "$2$1", "bnanaa"],
  ["a*", "baaac", "x", "xbxcx"],
  ["^", "abc", "x", "xabc"],
  ["b", "abc", "", "ac"],
  ["x", "abc", "y", "abc"],
  ["", "😀", "-", "-😀-"],
];

for (const [source, text, template, want] of replacements) {
  test(`all of ${source} in "${text}" replaced by "${template}" gives "${want}"`, () => {
    assert.equal(compileRegex(source, "unanchored").replaceAll(text, template), want);
  });
}

test("an anchored expression that is none is quoted as it was wrapped", () => {
  const message = "error parsing regexp: missing closing ): `^(?s:a(b)$`";
  assert.throws(() => compileRegex("a(b", "anchored"), new RegexError(message, undefined));
});
