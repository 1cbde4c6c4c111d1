import assert from "node:assert/strict";
import { test } from "node:test";
import { addCounts, readTestOutput } from "./test-output.ts";

const output = `✔ adds (0.5ms)
﹣ pulls an image (0.1ms) # needs root
﹣ runs a pod (0.1ms) # needs root
﹣ waits (0.1ms) # SKIP
ℹ tests 5
ℹ suites 0
ℹ pass 1
ℹ fail 1
ℹ cancelled 0
ℹ skipped 3
ℹ todo 0
ℹ duration_ms 42.1
`;

test("the closing lines and the reasons for skipping are read from a test run", () => {
  const counts = readTestOutput(output);
  assert.deepEqual([counts.passed, counts.failed, counts.skipped], [1, 1, 3]);
  assert.deepEqual(
    [...counts.skipReasons],
    [
      ["needs root", 2],
      ["no reason given", 1],
    ],
  );
  assert.equal(addCounts(counts, counts).skipReasons.get("needs root"), 4);
});

test("a run that said nothing passed nothing", () => {
  assert.equal(readTestOutput("Error: cannot find module").passed, 0);
});
