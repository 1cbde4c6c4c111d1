import assert from "node:assert/strict";
import { test } from "node:test";
import { importedDirectly } from "./import-directly.ts";

const base = new Map([
  ["assert", { file: "/src/base/assert.ts", name: "assert" }],
  ["sleep", { file: "/src/base/clock.ts", name: "wait" }],
]);

const rows: readonly (readonly [why: string, before: string, after: string])[] = [
  [
    "each name from its file",
    'import { assert, sleep } from "#base";',
    'import { assert as assert } from "/src/base/assert.ts"; import { wait as sleep } from "/src/base/clock.ts";',
  ],
  [
    "nothing for types",
    'import { assert, type Clock } from "#base";',
    'import { assert as assert } from "/src/base/assert.ts";',
  ],
  [
    "under the name that it has here",
    'import { assert as check } from "#base";',
    'import { assert as check } from "/src/base/assert.ts";',
  ],
  [
    "on as many lines",
    'import {\n  assert,\n  type Clock,\n} from "#base";\nrest();',
    'import { assert as assert } from "/src/base/assert.ts";\n\n\n\nrest();',
  ],
  [
    "by the face what is not known",
    'import { other } from "#base";',
    'import { other } from "#base";',
  ],
  ["files as they are", 'import { a } from "./a.ts";', 'import { a } from "./a.ts";'],
];

for (const [why, before, after] of rows) {
  test(`the bundle imports ${why}`, () => {
    assert.equal(
      importedDirectly(before, () => base),
      after,
    );
  });
}
