import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createMatcher, type LabelMatcher, type MatchOperator } from "./matcher.ts";
import { RegexError } from "./regex.ts";
import { RE2JS } from "re2js";

// What an expression matches and what not, "·" being the empty value; then what an index learns.
const regexes: readonly (readonly [string, string, string, string])[] = [
  ["", "·", "a", "set:·"],
  ["foo", "foo", "· fo foo1 xfoo", "set:foo"],
  ["foo|bar", "foo bar", "· foobar", "set:foo,bar"],
  ["foo||foo", "foo ·", "bar", "set:foo,·"],
  ["a|ab|abc", "a ab abc", "· b", "prefix:a set:a,ab,abc"],
  ["foo\\.bar|x\\|y", "foo.bar x|y", "fooxbar x y", "set:foo.bar,x|y"],
  ["^foo$", "foo", "· ^foo$", "set:foo"],
  ["^a|b$", "a b", "ab ^a b$", "set:a,b"],
  ["api-(foo|bar)", "api-foo api-bar", "api- foo", "prefix:api- set:api-foo,api-bar"],
  ["a(?:b|c)d?", "abd ab ac acd", "a abc ad", "prefix:a set:abd,ab,acd,ac"],
  ["node[0-2x]", "node0 node2 nodex", "node3 node", "prefix:node set:node0,node1,node2,nodex"],
  [".*", "· a a\nb", "", ""],
  [".+", "a 😀 a\nb", "·", ""],
  [".+.+", "ab 😀😀", "· a 😀", ""],
  ["foo.*", "foo foo1 foo\n", "· fo xfoo", "prefix:foo"],
  ["foo.+", "foo1 foo\n", "foo", "prefix:foo"],
  [".*foo", "foo xfoo foofoo", "· foox", ""],
  [".+foo", "xfoo foofoo", "foo", ""],
  [".*foo.*", "foo xfoox", "· fo", ""],
  [".*?-.*-.*", "-- a-b-c", "a-b", ""],
  ["a.*b.*a", "aba abba axbxa", "ab a aa", "prefix:a"],
  ["a.*|b.+", "a ax bx", "b ·", ""],
  [".*(foo|bar).*", "foo xbary", "· ba", ""],
  ["^$", "·", "a", "set:·"],
  ["x😀(😁|😂)", "x😀😁 x😀😂", "x😀", "prefix:x😀 set:x😀😁,x😀😂"],
  ["foo[0-9]+(a|b)", "foo1a foo22b", "foo fooa", "prefix:foo"],
  ["foo\\.b[^x]", "foo.by", "foo.bx fooxby", "prefix:foo.b"],
  ["foox?", "foo foox", "fooxx", "prefix:foo set:foox,foo"],
  ["foox*", "foo fooxx", "fo", "prefix:foo"],
  ["foox+y", "fooxxy", "fooy", "prefix:foox"],
  ["foox{2}", "fooxx", "foox", "prefix:foo"],
  ["fo.|bar", "foo bar", "fo", ""],
  ["fo.[|]", "foo|", "fo", "prefix:fo"],
  ["fo.[[:alpha:](]x|y", "fooax y", "x", ""],
  ["(?i)Foo", "foo FOO", "bar", ""],
  ["a.", "ab a\n a😀", "a abc", "prefix:a"],
  ["(?-s:a.)", "ab", "a\n", ""],
  ["\\Qa|b\\E", "a|b", "a b", ""],
  ["\\d+", "0 42", "· x", ""],
  ["()", "·", "a", "set:·"],
];

for (const [source, matching, other, index] of regexes) {
  test(`=~"${source}" matches exactly what it should, and tells an index [${index}]`, () => {
    const matcher = createMatcher("=~", "l", source);
    const refused = createMatcher("!~", "l", source);
    const fits = words(matching).filter((value) => matcher.matches(value));
    const misfits = words(other).filter((value) => matcher.matches(value));
    assert.deepEqual([show(fits), show(misfits), facts(matcher)], [matching, "", index]);
    assert.equal(facts(refused), index);
    for (const value of [...words(matching), ...words(other)]) {
      assert.notEqual(refused.matches(value), matcher.matches(value));
    }
  });
}

const literals: readonly (readonly [MatchOperator, string, string, string, boolean])[] = [
  ["=", "a", "a", "· b a.", false],
  ["=", "", "·", "a", true],
  ["=", ".*", ".*", "a", false],
  ["!=", "a", "· b", "a", true],
  ["!=", "", "a", "·", false],
];

for (const [operator, literal, matching, other, matchesEmpty] of literals) {
  test(`${operator}"${literal}" compares letter by letter`, () => {
    const matcher = createMatcher(operator, "l", literal);
    assert.deepEqual(
      words(matching).map(matcher.matches),
      words(matching).map(() => true),
    );
    assert.deepEqual(
      words(other).map(matcher.matches),
      words(other).map(() => false),
    );
    assert.equal(matcher.matchesEmpty, matchesEmpty);
    assert.deepEqual(matcher.setMatches, [literal]);
  });
}

const invalid: readonly (readonly [string, string])[] = [
  ["a(b", "missing closing ): `a(b`"],
  ["a)", "unexpected ): `a)`"],
  ["a[b", "missing closing ]: `[b`"],
  ["*", "missing argument to repetition operator: `*`"],
  ["a**", "invalid nested repetition operator: `**`"],
  ["(?=a)", "invalid or unsupported Perl syntax: `(?=`"],
  ["a{1001}", "invalid repeat count: `{1001}`"],
  ["[z-a]", "invalid character class range: `z-a`"],
  ["\\8", "invalid escape sequence: `\\8`"],
];

for (const [source, problem] of invalid) {
  test(`=~"${source}" is refused in Go's words`, () => {
    const message = `error parsing regexp: ${problem}`;
    assert.throws(() => createMatcher("=~", "l", source), new RegexError(message, undefined));
  });
}

test("a list of thousands of names is a set", () => {
  const names = Array.from({ length: 5_000 }, (_, index) => `pod-${index}`);
  const matcher = createMatcher("=~", "pod", names.join("|"));
  assert.deepEqual(matcher.setMatches, names);
  assert.deepEqual(["pod-4999", "pod-5000"].map(matcher.matches), [true, false]);
});

test("hostile expressions end soon, in an answer or an error", () => {
  const letters = "a".repeat(5_000);
  assert.equal(createMatcher("=~", "l", "(.*a){20}x").matches(letters), false);
  assert.equal(createMatcher("=~", "l", "(a*)*b").matches(letters), false);
  for (const part of ["(", "[", "(a|", "a?", "[[:"]) {
    assert.doesNotThrow(() => compileOrRefuse(part.repeat(3_000)));
  }
});

test("whatever is recognised as a shape matches as the automaton does", () => {
  const piece = fc.constantFrom(
    "a",
    "b",
    "ab",
    ".*",
    ".+",
    "|",
    "(a|b)",
    "[ab]",
    "c?",
    "(b.*)",
    "^",
    "$",
    "\\.",
    "(?:)",
  );
  const source = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
  const value = fc.string({ unit: fc.constantFrom("a", "b", "c", ".", "\n"), maxLength: 6 });
  fc.assert(
    fc.property(source, fc.array(value, { maxLength: 8 }), (pattern, values) => {
      const matcher = createMatcher("=~", "l", pattern);
      const automaton = RE2JS.compile(`^(?s:${pattern})$`);
      for (const text of values) {
        const fits = automaton.test(text);
        assert.equal(matcher.matches(text), fits, `${pattern} on ${text}`);
        if (!fits) continue;
        assert.ok(text.startsWith(matcher.prefix));
        assert.ok(matcher.setMatches === undefined || matcher.setMatches.includes(text));
      }
    }),
    { numRuns: 1_000, seed: 7 },
  );
});

function compileOrRefuse(source: string): void {
  try {
    createMatcher("=~", "l", source).matches("aaaa");
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
  }
}

function words(text: string): readonly string[] {
  return text === "" ? [] : text.split(" ").map((word) => (word === "·" ? "" : word));
}

function show(values: readonly string[]): string {
  return values.map((value) => (value === "" ? "·" : value)).join(" ");
}

function facts(matcher: LabelMatcher): string {
  const set = matcher.setMatches?.map((value) => (value === "" ? "·" : value)).join(",");
  const isOneLiteral = matcher.setMatches?.length === 1;
  const prefix = matcher.prefix === "" || isOneLiteral ? [] : [`prefix:${matcher.prefix}`];
  return [...prefix, ...(set === undefined ? [] : [`set:${set}`])].join(" ");
}
