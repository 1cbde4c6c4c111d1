import assert from "node:assert/strict";
import { test } from "node:test";
import { firstLife, type Lives, planRestart } from "./restart.ts";

const cases: readonly (readonly [why: string, ranMs: readonly number[], delayMs: number])[] = [
  ["waits little at first", [10], 250],
  ["waits twice as long each time", [10, 10, 10], 1000],
  ["never waits longer than ten seconds", Array.from({ length: 40 }, () => 10), 10_000],
  ["forgets what was before a long life", [10, 10, 10, 60_000], 250],
];

for (const [why, ranMs, delayMs] of cases) {
  test(`a restart ${why}`, () => {
    const last = ranMs.reduce<Lives>((lives, ran) => planRestart(lives, ran), firstLife);
    assert.equal(last.delayMs, delayMs);
  });
}
