import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMatchers } from "../route/format-matchers.ts";
import { MatcherError } from "./matcher-error.ts";
import { type MatcherSyntax, parseMatcher, parseMatchers } from "./parse-matchers.ts";

/** What a text means in each syntax; an error where it begins with `!`. */
type Row = readonly [text: string, utf8: string, classic: string];

const rows: readonly Row[] = [
  ["", "{}", "{}"],
  ["{}", "{}", "{}"],
  ["foo=bar", '{foo="bar"}', '{foo="bar"}'],
  [
    ' { foo = "bar" , a!=b, c=~d , e !~ f , } ',
    '{foo="bar",a!="b",c=~"d",e!~"f"}',
    "!bad matcher format",
  ],
  ['{foo="bar",}', '{foo="bar"}', '{foo="bar"}'],
  ["foo=", "!end of input: expected label value", '{foo=""}'],
  ['foo=""', '{foo=""}', '{foo=""}'],
  ["foo=bar baz", "!8:11: unexpected baz: expected a comma or close brace", '{foo="bar baz"}'],
  ["foo", "!end of input: expected an operator", "!bad matcher format: foo"],
  ["=bar", "!0:1: unexpected =: expected label name", "!bad matcher format: =bar"],
  ["foo=bar}", "!0:8: }: expected opening brace", '{foo="bar"}'],
  ["{foo=bar", "!0:8: end of input: expected close brace", '{foo="bar"}'],
  [
    "foo=bar,,",
    "!8:9: unexpected ,: expected a matcher or close brace after comma",
    "!bad matcher format: ",
  ],
  ["foo!bar", "!3:4: unexpected b: expected one of '=~'", "!bad matcher format: foo!bar"],
  ['"foo bar"=baz', '{"foo bar"="baz"}', '!bad matcher format: "foo bar"=baz'],
  ["größe=klein", '{größe="klein"}', "!bad matcher format: größe=klein"],
  ['foo="a\\"b\\\\c\\nd"', '{foo="a\\"b\\\\c\\nd"}', '{foo="a\\"b\\\\c\\nd"}'],
  ['foo="\\d"', '!4:8: "\\d": invalid input', '{foo="\\\\d"}'],
  ['foo="\\u00e4"', '{foo="ä"}', '{foo="\\\\u00e4"}'],
  ['foo="a,b",c="d"', '{foo="a,b",c="d"}', '{foo="a,b",c="d"}'],
  ['foo="bar', '!4:8: "bar: missing end "', '!matcher value contains unescaped double quote: "bar'],
  ['foo=b"ar', '!5:8: "ar: missing end "', '!matcher value contains unescaped double quote: b"ar'],
  [
    "foo=~[",
    "!error parsing regexp: missing closing ]",
    "!error parsing regexp: missing closing ]",
  ],
  ["a:b=c", '{a:b="c"}', '{a:b="c"}'],
  ["foo=bar{", "!7:8: unexpected {: expected a comma or close brace", '{foo="bar{"}'],
];

function shown(text: string, syntax: MatcherSyntax): string {
  try {
    return formatMatchers(parseMatchers(text, syntax).matchers);
  } catch (error) {
    assert.ok(error instanceof MatcherError, String(error));
    return `!${error.message}`;
  }
}

test("matchers are read in both syntaxes, and refused in upstream's words", () => {
  for (const [text, utf8, classic] of rows) {
    for (const [syntax, expected] of [
      ["utf8", utf8],
      ["classic", classic],
    ] as const) {
      const found = shown(text, syntax);
      const isRight = expected.startsWith("!") ? found.startsWith(expected) : found === expected;
      assert.ok(isRight, `${syntax} ${text}: ${found} instead of ${expected}`);
    }
  }
});

test("where both can read, the newer counts; where only the older can, that one, with a warning", () => {
  const rowsEither: readonly (readonly [string, string, boolean])[] = [
    ["foo=bar", '{foo="bar"}', false],
    ["größe=klein", '{größe="klein"}', false],
    ["foo=bar baz", '{foo="bar baz"}', true],
    // A backslash and a letter: an escape in one, two letters in the other.
    ['foo="\\u00e4"', '{foo="\\\\u00e4"}', true],
    ["foo", "!bad matcher format: foo", false],
  ];
  for (const [text, expected, isWarned] of rowsEither) {
    assert.equal(shown(text, "either"), expected);
    if (expected.startsWith("!")) continue;
    assert.equal(parseMatchers(text, "either").warning !== undefined, isWarned, text);
  }
});

test("where one matcher is wanted, there is one", () => {
  assert.equal(parseMatcher("a=b", "either").name, "a");
  for (const text of ["", "a=b,c=d", "{a=b}"]) {
    assert.throws(() => parseMatcher(text, "either"), MatcherError, text);
  }
});

test("whatever is thrown at them, matchers are read or refused (fuzz)", () => {
  const letters = ['"', "\\", "{", "}", ",", "=", "~", "!", "a", " ", "\n", "ä", "😀", "x1", "'"];
  let state = 20_260_601;
  const next = () => (state = (state * 48_271) % 2_147_483_647);
  for (let round = 0; round < 3_000; round++) {
    const text = Array.from({ length: next() % 12 }, () => letters[next() % letters.length]).join(
      "",
    );
    const first = shown(text, "utf8");
    // What is read is shown so that it is read as the same again.
    if (!first.startsWith("!")) assert.equal(shown(first, "utf8"), first, text);
    shown(text, "classic");
    shown(text, "either");
  }
});
