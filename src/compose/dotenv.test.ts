import assert from "node:assert/strict";
import { test } from "node:test";
import { ComposeError } from "./compose-error.ts";
import { parseDotenv, parseRawEnv } from "./dotenv.ts";

const outside = new Map([
  ["SHELL_VAR", "from shell"],
  ["A", "outer"],
]);

function show(variables: ReadonlyMap<string, string>): string {
  return [...variables].map(([name, value]) => `${name}=${value}`).join("|");
}

function read(text: string): string {
  try {
    return show(parseDotenv(text, "x.env", (name) => outside.get(name)));
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    return `!${error.message}`;
  }
}

// What a file sets, variables separated by "|"; "!" before what is wrong with it.
const rows: readonly (readonly [why: string, text: string, expected: string])[] = [
  ["a name and a value", "FOO=bar", "FOO=bar"],
  ["a space before the sign", "FOO =bar", "FOO=bar"],
  ["a space behind the sign", "FOO= bar", "FOO=bar"],
  ["spaces before the name", "   FOO=bar", "FOO=bar"],
  ["a tab before the name", "\tFOO=bar", "FOO=bar"],
  ["spaces at the end", "FOO=bar   ", "FOO=bar"],
  ["spaces in between remain", "FOO=one two  three", "FOO=one two  three"],
  ["no value", "FOO=", "FOO="],
  ["double quotes", 'FOO="bar"', "FOO=bar"],
  ["single quotes", "FOO='bar'", "FOO=bar"],
  ["empty quotes", "FOO=''", "FOO="],
  ["quotes in quotes", `FOO="'d'"`, "FOO='d'"],
  ["an escaped double quote", 'FOO="escaped\\"bar"', 'FOO=escaped"bar'],
  ["escaped quotes all around", 'FOO="\\"quoted\\""', 'FOO="quoted"'],
  ["an escaped single quote", "FOO='Let\\'s go!'", "FOO=Let's go!"],
  ["JSON in double quotes", 'FOO="{\\"hello\\": \\"json\\"}"', 'FOO={"hello": "json"}'],
  ["spaces in quotes remain", 'FOO=" a "', "FOO= a "],
  ["a colon for the sign", "OPTION_A: 1", "OPTION_A=1"],
  ["a colon, and a sign in the value", "OPTION_A: Foo=bar", "OPTION_A=Foo=bar"],
  ["a colon in the value", "OPTION_A=1:B", "OPTION_A=1:B"],
  ["a sign in the value", "FOO=foobar=", "FOO=foobar="],
  ["export", "export OPTION_A=2", "OPTION_A=2"],
  ["export with a tab", "export\tOPTION_A=2", "OPTION_A=2"],
  ["export behind spaces", "  export OPTION_A=2", "OPTION_A=2"],
  ["a name that starts with export", "exportFOO=2", "exportFOO=2"],
  ["a name that is export and more", "export_FOO =2", "export_FOO=2"],
  ["a dot in a name", "FOO.BAR=foobar", "FOO.BAR=foobar"],
  ["a dash in a name", "FOO-BAR=x", "FOO-BAR=x"],
  ["brackets in a name", "a[1]=c", "a[1]=c"],
  ["letters of any language", "árvíz=tűrő", "árvíz=tűrő"],
  ["a name that starts with a digit is none", "456 = ABC", ""],
  ["a comment line", "# nothing\nFOO=bar", "FOO=bar"],
  ["an indented comment", "  # nothing\nFOO=bar", "FOO=bar"],
  ["blank lines", "\n\nFOO=bar\n\n", "FOO=bar"],
  ["a comment behind a value", "FOO=bar # this is foo", "FOO=bar"],
  ["a comment without a space behind its sign", "FOO=bar #this", "FOO=bar"],
  ["an empty comment", "FOO=bar #", "FOO=bar"],
  ["no comment without a space before", "FOO=123#not", "FOO=123#not"],
  ["a hash in double quotes", 'FOO="bar#baz"', "FOO=bar#baz"],
  ["a comment behind double quotes", 'FOO="bar # baz" # comment', "FOO=bar # baz"],
  ["a comment behind single quotes", "FOO='bar#baz' # comment", "FOO=bar#baz"],
  ["a hash right behind quotes", 'FOO="bar#baz"#', "FOO=bar#baz"],
  ["a newline in double quotes", 'FOO="bar\\nbaz"', "FOO=bar\nbaz"],
  ["a tab in double quotes", 'FOO="a\\tb"', "FOO=a\tb"],
  ["no escapes in single quotes", "FOO='a\\tb'", "FOO=a\\tb"],
  ["no escapes without quotes", "FOO=a\\tb", "FOO=a\\tb"],
  ["a backslash in double quotes", 'FOO="a\\\\b"', "FOO=a\\b"],
  ["an octal escape", 'FOO="\\0123"', "FOO=S"],
  ["escapes that are none stay", 'FOO="\\x07 \\u12e4"', "FOO=\\x07 \\u12e4"],
  ["lines in double quotes", 'FOO="one\ntwo"\nBAR=x', "FOO=one\ntwo|BAR=x"],
  ["lines in single quotes", "FOO='one\ntwo'", "FOO=one\ntwo"],
  ["Windows line ends", "FOO=bar\r\nBAR=baz\r\n", "FOO=bar|BAR=baz"],
  ["a byte order mark", "\uFEFFFOO=bar", "FOO=bar"],
  ["the later value stands", "FOO=1\nFOO=2", "FOO=2"],
  ["a variable of the file", "X=1\nY=$X", "X=1|Y=1"],
  ["a variable in braces", "X=1\nY=${X}_${X}", "X=1|Y=1_1"],
  ["a variable in double quotes", 'X=1\nY="${X}"', "X=1|Y=1"],
  ["no variable in single quotes", "X=1\nY='${X}'", "X=1|Y=${X}"],
  ["no variable behind a backslash", 'X=1\nY="\\$X"', "X=1|Y=$X"],
  ["no variable behind two dollars", "X=1\nY=$$X", "X=1|Y=$X"],
  ["a default", "Y=${nope:-5}", "Y=5"],
  ["a variable that is not set", "Y=[$nope]", "Y=[]"],
  ["a variable of the shell", "Y=$SHELL_VAR", "Y=from shell"],
  ["the shell goes before the file", "A=inner\nB=$A", "A=inner|B=outer"],
  ["a name alone takes the shell's value", "SHELL_VAR\nX=1", "SHELL_VAR=from shell|X=1"],
  ["a name alone that nobody sets", "NOPE\nX=1", "X=1"],
  ["a name alone at the end", "SHELL_VAR", "SHELL_VAR=from shell"],
  [
    "a sign that names cannot have",
    "A=1\n%=2",
    '!x.env:2:1: unexpected character "%" in variable name "%=2"',
  ],
  ["a space in a name", "A B=1", "!x.env:1:1: key cannot contain a space"],
  ["quotes without an end", 'A="x\nB=1', '!x.env:1:3: unterminated quoted value "x'],
  [
    "a demand that is not met",
    "A=${NOPE:?why}",
    "!x.env:1:15: required variable NOPE is missing a value: why",
  ],
];

for (const [why, text, expected] of rows) {
  test(`${why}: ${JSON.stringify(text)}`, () => assert.equal(read(text), expected));
}

const rawRows: readonly (readonly [why: string, text: string, expected: string])[] = [
  ["quotes are part of a raw value", 'A="x"', 'A="x"'],
  ["dollars are part of a raw value", "A=$B ${C}", "A=$B ${C}"],
  ["a hash is part of a raw value", "A=x # y", "A=x # y"],
  ["raw comments are comments", "# x\nA=1", "A=1"],
  ["a raw name alone takes the shell's value", "SHELL_VAR\nNOPE", "SHELL_VAR=from shell"],
];

for (const [why, text, expected] of rawRows) {
  test(`${why}: ${JSON.stringify(text)}`, () => {
    assert.equal(show(parseRawEnv(text, (name) => outside.get(name))), expected);
  });
}
