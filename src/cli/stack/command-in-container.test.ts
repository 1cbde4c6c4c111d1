import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { commandInContainer } from "./command-in-container.ts";

test("a command alone is left as it is", () => {
  const words = ["ls", "-l", "$HOME"];
  assert.deepEqual(commandInContainer(words, { env: [], workdir: undefined }), words);
});

test("a shell sees to variables and the directory, and changes no word", () => {
  const [program = "", ...words] = commandInContainer(
    ["sh", "-c", 'pwd; echo "$A $B"; echo "$0"', "it's $A `x`"],
    { env: ["A=one 'two'", "B=$A"], workdir: "/usr" },
  );
  const output = execFileSync(program, words, { encoding: "utf8" });
  assert.equal(output, "/usr\none 'two' $A\nit's $A `x`\n");
});

test("variables must have a name and a value", () => {
  for (const pair of ["A", "=1", "1A=x", "A B=1"]) {
    assert.throws(() => commandInContainer(["x"], { env: [pair], workdir: undefined }), {
      message: `--env must be NAME=VALUE, not "${pair}"`,
    });
  }
});
