import assert from "node:assert/strict";
import { test } from "node:test";
import { integerBelow, type Random } from "#base";
import { seededRandom } from "#base/testing";
import { TemplateError } from "./template-error.ts";
import { TemplateSet } from "./template-set.ts";
import { caseFunctions, readCases } from "./testing.ts";

const pieces = ["{{", "}}", " ", "|", "(", ")", ".", "$x", ":=", "{{end}}", "{{else}}", "range"];
const more = [
  '"a"',
  "printf",
  "%d",
  "-",
  "\n",
  ",",
  "é",
  "/*",
  "{{define `T`}}",
  "\u0000",
  "%[9]*.*f",
];

for (const seed of [1, 2, 3]) {
  test(`whatever is done to a template, it is refused or executed: seed ${seed}`, () => {
    const { data, cases } = readCases();
    const random = seededRandom(seed);
    const templates = cases.map(({ template }) => template);
    for (let count = 0; count < 500; count++) {
      const template = mutated(templates, random);
      try {
        const set = new TemplateSet(caseFunctions.keys());
        set.add("t", template);
        set.execute("t", data, { missingKey: "zero", functions: caseFunctions });
      } catch (error) {
        assert.ok(error instanceof TemplateError, `${JSON.stringify(template)}: ${String(error)}`);
      }
    }
  });
}

function mutated(templates: readonly string[], random: Random): string {
  let text = one(templates, random);
  for (let changes = integerBelow(random, 4); changes >= 0; changes--) {
    const at = integerBelow(random, text.length + 1);
    const added = [one([...pieces, ...more], random), one(templates, random), ""];
    const removed = integerBelow(random, 3);
    text = text.slice(0, at) + one(added, random) + text.slice(at + removed);
  }
  return text;
}

function one<T>(list: readonly T[], random: Random): T {
  const chosen = list[integerBelow(random, list.length)];
  assert.ok(chosen !== undefined);
  return chosen;
}
