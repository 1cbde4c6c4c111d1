import assert from "node:assert/strict";
import { test } from "node:test";
import { formatSeries } from "#series";
import { parseScript } from "./parse-script.ts";
import { type Expectation, type ScriptCommand, ScriptError, type TextPattern } from "./script.ts";

function show(command: ScriptCommand): string {
  switch (command.kind) {
    case "clear":
      return "clear";
    case "load": {
      const series = command.series.map(
        ({ labels, values, startOffsetsMs }) =>
          `${formatSeries(labels)} ${values.length} [${startOffsetsMs.join(" ")}]`,
      );
      const suffix = command.withCustomBuckets ? " with nhcb" : "";
      return `load ${command.stepMs}${suffix}: ${series.join(", ")}`;
    }
    case "eval": {
      const { time, query, line, expected } = command;
      const times =
        time.kind === "instant" ? [time.timeMs] : [time.startMs, time.endMs, time.stepMs];
      return `${line}: ${query} @${times.join(" ")} ${showExpectation(expected)}`;
    }
  }
}

function showExpectation(expected: Expectation): string {
  const { isOrdered, failures, warnings, infos, result } = expected;
  const parts = [
    isOrdered ? "ordered" : "",
    failures === undefined ? "" : `fail(${failures.map(showPattern).join()})`,
    warnings.isForbidden ? "no_warn" : "",
    warnings.isRequired ? `warn(${warnings.patterns.map(showPattern).join()})` : "",
    infos.isForbidden ? "no_info" : "",
    infos.isRequired ? `info(${infos.patterns.map(showPattern).join()})` : "",
    result.kind === "series"
      ? `[${result.series.map(({ labels }) => formatSeries(labels)).join()}]`
      : JSON.stringify(result.value),
    result.kind === "series" && result.grid ? JSON.stringify(result.grid) : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function showPattern(pattern: TextPattern): string {
  return pattern.kind === "text" ? pattern.text : `/${pattern.regex.source}/`;
}

const scripts: readonly (readonly [script: string, shown: readonly string[]])[] = [
  ["clear\n\nCLEAR", ["clear", "clear"]],
  ["load 5m\n up 1 2\n down 3\n\n", ["load 300000: up 2 [], down 1 []"]],
  ["load_with_nhcb 10s\n up 1", ["load 10000 with nhcb: up 1 []"]],
  ["load 1m\n up@st _ -1m\n up 1 2", ["load 60000: up 2 [ -60000]"]],
  ["eval instant at 50m up\n up 1", ["1: up @3000000 [up]"]],
  ["eval instant at 1m 1\n 1\nclear", ["1: 1 @60000 1", "clear"]],
  ["eval range from 0 to 1m step 10s up\n up 1 2", ["1: up @0 60000 10000 [up]"]],
  ["eval instant at 0 up\n up 1\n # ends the block\nclear", ["1: up @0 [up]", "clear"]],
  ["eval_ordered instant at 0 up", ["1: up @0 ordered []"]],
  ["eval_fail instant at 0 up", ["1: up @0 fail() []"]],
  ["eval_fail instant at 0 up\n expected_fail_message no", ["1: up @0 fail(no) []"]],
  ["eval_fail instant at 0 up\n expected_fail_regexp n.", ["1: up @0 fail(/n./) []"]],
  ["eval_warn instant at 0 up", ["1: up @0 warn() []"]],
  [
    "eval instant at 0 up\n expect ordered\n expect fail msg: a b \n expect no_warn",
    ["1: up @0 ordered fail(a b) no_warn []"],
  ],
  [
    "eval instant at 0 up\n expect info regex:a.\n expect info msg:b\n expect warn",
    ["1: up @0 warn(/.*/) info(/a./,b) []"],
  ],
  ['eval instant at 0 "a"\n expect string "a\\n"', ['1: "a" @0 "a\\n"']],
  [
    "eval instant at 0 up[1m]\n expect range vector from 10s to 1m step 10s\n up 1 2",
    ['1: up[1m] @60000 [up] {"startMs":10000,"endMs":60000,"stepMs":10000}'],
  ],
  ["eval instant at 0 expect\n expect{} 1", ["1: expect @0 [expect]"]],
];

for (const [script, shown] of scripts) {
  test(`script ${JSON.stringify(script)}`, () => {
    assert.deepEqual(parseScript(script).map(show), shown);
  });
}

const refusals: readonly (readonly [script: string, message: string])[] = [
  ["\nnope", 'line 2: invalid command "nope"'],
  ["load", "line 1: invalid load command"],
  ["load 5x", 'line 1: unknown unit "x" in duration "5x"'],
  ["load 5m\n up 1\n up a", 'line 3: "a" is no item of a sequence of values'],
  ["load 1m\n up@st 0s\n", "line 2: @st line has no following sample line"],
  ["load 1m\n up@st 0s\n down 1", 'line 3: "down" is no item of a sequence of values'],
  ["eval up", "line 1: invalid evaluation command"],
  ["eval instant at 0 up(", "line 1: 1:4: parse error: unclosed left parenthesis"],
  ["eval instant at 0 up\n up 1 2", 'line 2: "up 1 2" is no item of a sequence of values'],
  [
    "eval instant at 0 up\n expect nothing",
    'line 2: "expect nothing" is no item of a sequence of values',
  ],
];

for (const [script, message] of refusals) {
  test(`no script: ${JSON.stringify(script)}`, () => {
    assert.throws(() => parseScript(script), new ScriptError(lineOf(message), textOf(message)));
  });
}

function lineOf(message: string): number {
  return Number(/line (\d+)/.exec(message)?.[1]);
}

function textOf(message: string): string {
  return message.replace(/^line \d+: /, "");
}
