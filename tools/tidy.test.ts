import assert from "node:assert/strict";
import { test } from "node:test";
import { findProblems, importsOf } from "./tidy.ts";

const cases: readonly (readonly [why: string, path: string, text: string, want: string])[] = [
  ["allows what the table allows", "src/client/a.ts", 'import "#api";\n', ""],
  ["allows the face of a group version", "src/client/a.ts", 'import "#api/core/v1";\n', ""],
  [
    "refuses a module the table does not list",
    "src/client/a.ts",
    'import { x } from "#store";\n',
    "imports #store: client may not know store",
  ],
  ["lets a test bring in any module", "src/client/a.test.ts", 'import "#store";\n', ""],
  [
    "refuses what is behind a face",
    "src/client/a.ts",
    'import "#api/schema";\n',
    "imports #api/schema: not a face of that module",
  ],
  [
    "refuses a testing face in shipped code",
    "src/agent/a.ts",
    'import "#client/testing";\n',
    "imports #client/testing: only tests import a testing face",
  ],
  [
    "refuses a relative path into another module",
    "src/client/a.ts",
    'import { x } from "../base/log.ts";\n',
    "imports ../base/log.ts: a relative import stays in its module; use the other module's #face",
  ],
  [
    "refuses a sibling controller",
    "src/controllers/job/plan.ts",
    'import { x } from "../cron-job/plan.ts";\n',
    "imports ../cron-job/plan.ts: siblings in src/controllers do not know each other",
  ],
  [
    "lets controllers use what moved up a level",
    "src/controllers/job/plan.ts",
    'import { x } from "../owned-pods.ts";\n',
    "",
  ],
  [
    "refuses a sibling command",
    "src/cli/commands/up.ts",
    'import { x } from "./down.ts";\n',
    "imports ./down.ts: siblings in src/cli/commands do not know each other",
  ],
  [
    "keeps Node out of pure modules",
    "src/store/a.ts",
    'import { readFile } from "node:fs";\n',
    "imports node:fs: only host touches Node",
  ],
  ["lets host touch Node", "src/host/a.ts", 'import { readFile } from "node:fs";\n', ""],
  [
    "refuses empty names",
    "src/store/store-helpers.ts",
    "",
    '"store-helpers.ts" says nothing; name the concept',
  ],
  ["refuses other letter case", "src/store/Wal.ts", "", '"Wal.ts" is not kebab-case'],
  [
    "refuses vague declarations",
    "src/store/a.ts",
    "class FileManager {}\n",
    "1: rename FileManager",
  ],
  ["refuses long files", "src/store/a.ts", "\n".repeat(801), "801 lines, at most 800"],
  ["refuses strays at the top", "NOTES.md", "", '"NOTES.md" has no place at the top level'],
  ["refuses talk", "docs/a.md", "x\nas requested\n", '2: "as requested"'],
  [
    "asks suppressions for a reason",
    "src/store/a.ts",
    "// oxlint-disable-next-line eqeqeq\n",
    "1: a suppression carries its reason: oxlint-disable-… rule -- reason",
  ],
];

for (const [why, path, text, want] of cases) {
  test(`tidy ${why}`, () => {
    const found = findProblems([{ path, text }]).map((line) => line.replace(/^[^:]+:\s?/, ""));
    assert.deepEqual(found, want === "" ? [] : [want]);
  });
}

test("tidy sees imports of every form", () => {
  const text = [
    'import "a";',
    'import type { B } from "b";',
    'import {\n  c,\n  d,\n} from "c";',
    'export { e } from "e";',
    'const f = await import("f");',
    'const text = "import nothing";',
  ].join("\n");
  assert.deepEqual(importsOf(text), ["a", "b", "c", "e", "f"]);
});
