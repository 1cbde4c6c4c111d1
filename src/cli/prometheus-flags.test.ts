import assert from "node:assert/strict";
import { test } from "node:test";
import { prometheusCommand } from "./commands/prometheus.ts";
import { dispatch } from "./dispatch.ts";
import { findModeProblem } from "./prometheus-flags.ts";
import { screenOf } from "./testing.ts";

const serverFlags = "--storage.tsdb.path --query.timeout";

const rows: readonly (readonly [mode: string, given: string, problem: string])[] = [
  ["server", serverFlags, ""],
  ["server", "--web.listen-address --config.file", ""],
  [
    "server",
    "--agent --storage.agent.path",
    'The following flag(s) can only be used in agent mode: ["--storage.agent.path"] (3)',
  ],
  ["agent", "--agent --storage.agent.path --enable-feature", ""],
  [
    "agent",
    `--agent ${serverFlags}`,
    'The following flag(s) can not be used in agent mode: ["--storage.tsdb.path" "--query.timeout"] (3)',
  ],
  [
    "agent",
    "--alertmanager.notification-queue-capacity --rules.alert.resend-delay",
    'The following flag(s) can not be used in agent mode: ["--alertmanager.notification-queue-capacity" "--rules.alert.resend-delay"] (3)',
  ],
];

for (const [mode, given, problem] of rows) {
  test(`${mode} with ${given}: ${problem === "" ? "fine" : "refused"}`, () => {
    const flags = { agent: mode === "agent", "storage.agent.checkpoint-batch-size": 1_000 };
    const names = given.split(" ").map((word) => word.slice(2));
    const found = findModeProblem(flags, names);
    assert.equal(found === undefined ? "" : `${found.problem} (${found.exitStatus})`, problem);
  });
}

test("checkpoints of an agent hold something", () => {
  const flags = { agent: true, "storage.agent.checkpoint-batch-size": 0 };
  assert.deepEqual(findModeProblem(flags, []), {
    problem: "--storage.agent.checkpoint-batch-size must be greater than 0.",
    exitStatus: 1,
  });
});

test("the program refuses flags of the other mode, and ends with upstream's status", async () => {
  const { context, lines } = screenOf();
  const status = await dispatch(
    [prometheusCommand],
    ["prometheus", "--agent", "--query.timeout=3s"],
    context,
  );
  assert.equal(status, 3);
  assert.deepEqual(lines, [
    '! The following flag(s) can not be used in agent mode: ["--query.timeout"]',
  ]);
});
