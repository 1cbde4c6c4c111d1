/** Our own scripts: cases that upstream's do not have, each checked against upstream's engine. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Clock } from "#base";
import { MemoryStorage } from "./memory-storage.ts";
import { runScript } from "./run-script.ts";
import { createScriptEngine } from "./script-engine.ts";

const folder = path.join(import.meta.dirname, "../testdata");

/** Nothing moves it: no query is ever late. */
const stoppedClock: Clock = {
  nowMs: () => 0,
  elapsedMs: () => 0,
  schedule: () => ({ [Symbol.dispose]() {} }),
};

for (const file of readdirSync(folder).sort()) {
  test(`every case of ${file} gives what it expects`, async () => {
    const outcomes = await runScript(readFileSync(path.join(folder, file), "utf8"), {
      engine: createScriptEngine(stoppedClock),
      openStorage: async () => new MemoryStorage(),
    });
    assert.notEqual(outcomes.length, 0);
    assert.deepEqual(
      outcomes.filter(({ problem }) => problem !== undefined),
      [],
    );
  });
}
