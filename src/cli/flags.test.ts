import assert from "node:assert/strict";
import { test } from "node:test";
import { type Flags, parseFlags } from "./flags.ts";

const flags: Flags = {
  namespace: { type: "string", placeholder: "NAME", short: "n", help: "" },
  watch: { type: "boolean", short: "w", help: "" },
  tty: { type: "boolean", short: "t", help: "" },
  tail: { type: "integer", placeholder: "N", min: 0, max: 100, default: 10, help: "" },
  feature: { type: "list", placeholder: "NAME", help: "" },
  output: { type: "string", placeholder: "FORMAT", choices: ["text", "json"], help: "" },
};

// What a line gives is shown as its flags, then its arguments.
const lines: readonly (readonly [line: string, want: string])[] = [
  ["--namespace x", "namespace=x tail=10 |"],
  ["--namespace=x", "namespace=x tail=10 |"],
  ["--namespace=", "tail=10 |"],
  ["-n x", "namespace=x tail=10 |"],
  ["-n=x", "namespace=x tail=10 |"],
  ["-nx", "namespace=x tail=10 |"],
  ["-wt", "watch=true tty=true tail=10 |"],
  ["-wtn x", "namespace=x watch=true tty=true tail=10 |"],
  ["--watch a", "watch=true tail=10 | a"],
  ["--watch=false a", "tail=10 | a"],
  ["a --tail 3 b", "tail=3 | a b"],
  ["a -- --tail 3", "tail=10 | a --tail 3"],
  ["- a", "tail=10 | - a"],
  ["--feature a,b --feature c", "tail=10 feature=a,b,c |"],
  ["--watch --no-watch", "tail=10 |"],
  ["--output json", "tail=10 output=json |"],
];

for (const [line, want] of lines) {
  test(`flags: ${line}`, () => assert.equal(show(line, "everywhere"), want));
}

test("flags of another program are left alone", () => {
  assert.equal(
    show("-n x get pods -n y --watch", "leading"),
    "namespace=x tail=10 | get pods -n y --watch",
  );
  assert.equal(show("--as me get -w", "leading"), "tail=10 | --as me get -w");
  assert.equal(show("-- -n x", "leading"), "tail=10 | -n x");
});

const refusals: readonly (readonly [line: string, why: string])[] = [
  ["--nope", "unknown flag --nope"],
  ["--constructor", "unknown flag --constructor"],
  ["-x", "unknown flag -x"],
  ["--namespace", "flag --namespace needs a value"],
  ["--watch=maybe", '--watch must be true or false, not "maybe"'],
  ["--tail 1e3", '--tail must be a whole number from 0 to 100, not "1e3"'],
  ["--tail 101", '--tail must be a whole number from 0 to 100, not "101"'],
  ["--output yaml", '--output must be text or json, not "yaml"'],
];

for (const [line, why] of refusals) {
  test(`flags refuses: ${line}`, () => {
    assert.throws(() => show(line, "everywhere"), { name: "UsageError", message: why });
  });
}

function show(line: string, reach: "everywhere" | "leading"): string {
  const { values, args } = parseFlags(flags, line.split(" "), reach);
  const given = Object.entries(values).filter(
    ([, value]) => value !== undefined && value !== false && String(value) !== "",
  );
  return [...given.map(([name, value]) => `${name}=${value}`), "|", ...args].join(" ");
}
