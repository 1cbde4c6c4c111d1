import assert from "node:assert/strict";
import { test } from "node:test";
import { runTool } from "../testing.ts";
import { defineCommand, defineFamily } from "./command.ts";
import { parseLine } from "./parse.ts";

const files = { "a.yml": "", "b.yml": "", words: "# comment\n--format\njson\n\n" };

// A command line that is refused, and what is said about it.
for (const [line, want] of [
  ["chek", 'expected command but got "chek"'],
  ["check", "must select a subcommand of 'check'"],
  ["promql label-matchers", "must select a subcommand of 'promql label-matchers'"],
  ["check config", "required argument 'config-files' not provided"],
  ["check config missing", "path 'missing' does not exist"],
  ["check config /", "'' is a directory"],
  ["check config /here", "'here' is a directory"],
  ["check config -- --lint", "path '--lint' does not exist"],
  ["check config a.yml --nope", "unknown long flag '--nope'"],
  ["tsdb list -x", "unknown short flag '-x'"],
  ["tsdb list one two", "unexpected two"],
  ["promql format --experimental=true up", "unexpected up"],
  ["query -o", "expected argument for flag '-o'"],
  ["query -o xml instant http://a up", "enum value must be one of promql,json, got 'xml'"],
  ["query series http://a", "required flag(s) '--match' not provided"],
  ["query range --step=5 http://a up", 'time: missing unit in duration "5"'],
  ["query range --step=1m --step=2m http://a up", "flag 'step' cannot be repeated"],
  ["query instant --header=x http://a up", "expected KEY=VALUE got 'x'"],
  ["tsdb analyze --limit=x", 'strconv.ParseFloat: parsing "x": invalid syntax'],
  [
    "query instant 127.0.0.1:1 up",
    'invalid URL: parse "127.0.0.1:1": first path segment in URL cannot contain colon',
  ],
  ["@missing", 'failed to open arguments file "missing": open missing: no such file or directory'],
] as const) {
  test(`"${line}" is refused`, async () => {
    const { shown } = await runTool(line, { files });
    assert.equal(shown, `! promtool: error: ${want}, try --help\n= 1`);
  });
}

const program = defineFamily(
  { name: "tool", help: "", flags: { format: { kind: "text", default: "plain", help: "" } } },
  [
    defineCommand({
      name: "do",
      help: "",
      flags: {
        all: { kind: "switch", short: "a", help: "" },
        quiet: { kind: "switch", short: "q", help: "" },
        out: { kind: "text", short: "o", help: "" },
        label: { kind: "pairs", help: "" },
        match: { kind: "texts", default: "up", help: "" },
        every: { kind: "duration", default: "1m", help: "" },
        limit: { kind: "integer", default: "20", help: "" },
      },
      args: { first: { kind: "text", help: "" }, rest: { kind: "texts", help: "" } },
      run: async () => 0,
    }),
  ],
);

// A command line, and the values that differ from what they are without any flag.
for (const [line, want] of [
  ["do", {}],
  ["do -aq", { all: true, quiet: true }],
  ["do -ox", { out: "x" }],
  ["do -o x", { out: "x" }],
  ["do -aox", { all: true, out: "x" }],
  ["do --all --no-all", {}],
  ["--format=json do", { format: "json" }],
  ["do --format json", { format: "json" }],
  ["@words do", { format: "json" }],
  [
    "do --label=a=b --label c:d",
    {
      label: new Map([
        ["a", "b"],
        ["c", "d"],
      ]),
    },
  ],
  ["do --match=a --match=b", { match: ["a", "b"] }],
  ["do --every=90s --limit=3", { every: 90_000, limit: 3 }],
  ["do a b c", { first: "a", rest: ["b", "c"] }],
  ["do a --all b", { all: true, first: "a", rest: ["b"] }],
  ["do -- -a @words", { first: "-a", rest: ["@words"] }],
] as const) {
  test(`"${line}" is understood`, async () => {
    const parsed = await parseLine(program, line.split(" "), wordsDisk);
    const plain = await parseLine(program, ["do"], wordsDisk);
    assert.ok(parsed.kind === "run" && plain.kind === "run");
    assert.deepEqual(parsed.values, { ...plain.values, ...want });
  });
}

test("asking for help shows the commands below, and a command's flags and arguments", async () => {
  const { shown } = await runTool("tsdb create-blocks-from openmetrics --help");
  assert.equal(
    shown,
    `usage: promtool tsdb create-blocks-from openmetrics [<flags>] <input file> [<output directory>]

Import samples from OpenMetrics input and produce TSDB blocks. Please refer to
the storage docs for more details.


Flags:
  -h, --[no-]help            Show context-sensitive help.
      --[no-]version         Show application version.
      --[no-]experimental    Enable experimental commands.
      --enable-feature= ...  Comma separated feature names to enable. Valid
                             options: promql-experimental-functions,
                             promql-delayed-name-removal,
                             promql-extended-range-selectors. See
                             https://prometheus.io/docs/prometheus/latest/feature_flags/
                             for more details
  -r, --[no-]human-readable  Print human readable values.
  -q, --[no-]quiet           Do not print created blocks.
      --label=LABEL ...      Label to attach to metrics. Can be specified
                             multiple times. Example
                             --label=label_name=label_value

Args:
  <input file>          OpenMetrics file to read samples from.
  [<output directory>]  Output directory for generated blocks.
= 0`,
  );
});

for (const line of ["--help", "help", "", "-h"]) {
  test(`"${line}" lists all commands`, async () => {
    const { shown } = await runTool(line);
    assert.match(shown, /^usage: promtool \[<flags>\] <command> \[<args> \.\.\.\]\n/);
    assert.match(shown, /\ncheck rules \[<flags>\] \[<rule-files>\.\.\.\]\n {4}Check if the rule/);
    assert.match(shown, /\n= 0$/);
  });
}

test("a feature that nobody knows is warned of and does not stop anything", async () => {
  const { shown } = await runTool("--experimental --enable-feature=x,y promql format up");
  const warning = "  WARNING: Unknown feature passed to --enable-feature: ";
  assert.equal(shown, `${warning}x\n${warning}y\nup\n= 0`);
});

test("the version is told before anything is done", async () => {
  assert.equal((await runTool("--version --help")).shown, "promtool, version 1\n= 0");
});

const wordsDisk = {
  findFacts: async () => ({ kind: "file" }),
  readFile: async () => new TextEncoder().encode(files.words),
};
