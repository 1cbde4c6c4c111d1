import assert from "node:assert/strict";
import { test } from "node:test";
import { substitute } from "./template.ts";

const variables = new Map([
  ["FOO", "first"],
  ["EMPTY", ""],
  ["JSON", '{"json":2}'],
  ["_x1", "under"],
  ["foo", "lower"],
]);

// What a template becomes; "!" before what is wrong with it, "?" before variables that are not set.
const rows: readonly (readonly [why: string, template: string, expected: string])[] = [
  ["text is itself", "plain", "plain"],
  ["nothing is nothing", "", ""],
  ["a name", "This $FOO var", "This first var"],
  ["a name in braces", "This ${FOO} var", "This first var"],
  ["names know case", "$foo $FOO", "lower first"],
  ["a name may start with an underscore and have digits", "$_x1", "under"],
  ["a name ends before a dash", "$FOO-bar", "first-bar"],
  ["a name ends before a dot", "$FOO.bar", "first.bar"],
  ["a name ends before a brace", "$FOO}", "first}"],
  ["braces end a name", "${FOO}bar", "firstbar"],
  ["two in a row", "$FOO$FOO", "firstfirst"],
  ["two in braces in a row", "${FOO}${foo}", "firstlower"],
  ["an empty value is empty", "[${EMPTY}]", "[]"],
  ["what is not set is empty, and told", "[${missing}]", "[] ?missing"],
  ["what is not set without braces", "[$missing]", "[] ?missing"],
  ["two dollars are one", "$$FOO", "$FOO"],
  ["two dollars before braces", "$${foo}", "${foo}"],
  ["three dollars are one and a variable", "$$$FOO", "$first"],
  ["four dollars are two", "$$$$", "$$"],
  ["a dollar alone is a dollar", "a $ string", "a $ string"],
  ["a dollar at the end", "^REGEX$", "^REGEX$"],
  ["a dollar before a brace that closes", "$}", "$}"],
  ["a dollar before a digit", "$1", "$1"],
  ["a dollar before a bracket", "$(date)", "$(date)"],
  ["a default where it is not set", "${missing:-def}", "def"],
  ["a default where it is empty", "${EMPTY:-def}", "def"],
  ["a default where it is set", "${FOO:-def}", "first"],
  ["a hard default where it is not set", "${missing-def}", "def"],
  ["a hard default where it is empty", "[${EMPTY-def}]", "[]"],
  ["a hard default where it is set", "${FOO-def}", "first"],
  ["an empty default", "[${missing:-}]", "[]"],
  ["an empty hard default", "[${missing-}]", "[]"],
  ["a replacement where it is set", "${FOO:+r}", "r"],
  ["a replacement where it is empty", "[${EMPTY:+r}]", "[]"],
  ["a replacement where it is not set", "[${missing:+r}]", "[]"],
  ["a hard replacement where it is empty", "${EMPTY+r}", "r"],
  ["a hard replacement where it is not set", "[${missing+r}]", "[]"],
  ["a demand where it is set", "${FOO:?err}", "first"],
  ["a hard demand where it is empty", "[${EMPTY?err}]", "[]"],
  [
    "a demand where it is not set",
    "${missing:?why}",
    "!required variable missing is missing a value: why",
  ],
  [
    "a demand where it is empty",
    "${EMPTY:?why}",
    "!required variable EMPTY is missing a value: why",
  ],
  ["a demand without a reason", "${missing:?}", "!required variable missing is missing a value"],
  ["a hard demand", "${missing?why}", "!required variable missing is missing a value: why"],
  [
    "a reason with a variable",
    "${missing:?not $FOO}",
    "!required variable missing is missing a value: not first",
  ],
  ["a default may be a variable", "${missing:-$FOO}", "first"],
  ["a default may be one in braces", "${missing-${FOO}}", "first"],
  ["a default may be several", "${missing-${FOO} ${foo}}", "first lower"],
  ["a default in a default", "${missing:-${absent:-end}}", "end"],
  ["three deep", "${a:-${b:-${c:-x}}}", "x"],
  ["a replacement with variables", "${EMPTY+$FOO ${FOO:+second}}", "first second"],
  ["a default that is not used is not looked at", "${FOO:-${absent}}", "first"],
  ["a replacement that is not used is not looked at", "[${A:+${A},}B]", "[B]"],
  ["a reason that is not used is not looked at", "${FOO?${absent}}", "first"],
  ["a default that is used is looked at", "[${A:-${B}}]", "[] ?B"],
  ["a default with the signs of operators", "${EMPTY:-/non:-alphanumeric}", "/non:-alphanumeric"],
  ["a default with a question mark", "${missing:-a?b}", "a?b"],
  ["a default with a plus", "${missing-a+b}", "a+b"],
  ["a default with braces of its own", '${missing:-{"a":{"b":1}}}', '{"a":{"b":1}}'],
  ["a default over lines", "${missing:-a\nb}", "a\nb"],
  ["a default with escaped dollars", "${missing:-a$$b}", "a$b"],
  ["text with signs of operators around", ":-ok ${EMPTY-def} ?+", ":-ok  ?+"],
  ["a value with braces", "${JSON}", '{"json":2}'],
  ["a value is not looked into", "${FOO}", "first"],
  ["braces without an end", "${", '!"${"'],
  ["braces without a name", "${}", '!"${}"'],
  ["a space for a name", "${ }", '!"${ }"'],
  ["a space before the name", "${ foo}", '!"${ foo}"'],
  ["a space behind the name", "${foo }", '!"${foo }"'],
  ["what a shell knows and Compose does not", "${foo!}", '!"${foo!}"'],
  ["replacing in a value", "${FOO/a/b}", '!"${FOO/a/b}"'],
  ["a name that starts with a digit", "${1a}", '!"${1a}"'],
];

for (const [why, template, expected] of rows) {
  test(`${why}: ${template}`, () => {
    const result = substitute(template, (name) => variables.get(name));
    const invalid = "invalid interpolation format: you may need to escape any $ with another $: ";
    const shown =
      "problem" in result
        ? `!${result.problem.replace(invalid, "")}`
        : [result.text, ...result.unset.map((name) => `?${name}`)].join(" ");
    assert.equal(shown, expected);
  });
}

test("defaults may not nest without end", () => {
  const nested = "${a:-".repeat(1_000) + "}".repeat(1_000);
  const result = substitute(nested, () => undefined);
  assert.ok("problem" in result);
});

test("a template with very many braces takes no long time", () => {
  const result = substitute("${a:-{".repeat(20), () => undefined);
  assert.ok("problem" in result);
});
