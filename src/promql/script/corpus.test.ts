/** Upstream's own description of the engine, case by case, as far as it lies beside the checkout. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Clock } from "#base";
import { MemoryStorage } from "./memory-storage.ts";
import { runScript } from "./run-script.ts";
import { createScriptEngine } from "./script-engine.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const places = [path.join(root, "../shared"), process.env["WHERRY_SHARED"]];
const corpus = places
  .filter((place) => place !== undefined)
  .map((place) => path.join(place, "oracles/promql"))
  .find((place) => existsSync(place));
const skip =
  corpus === undefined
    ? "no oracles beside the checkout (../shared) and WHERRY_SHARED is not set"
    : false;

/** Of all files together. */
const caseCount = 2_214;

/** Nothing moves it: no query is ever late. */
const stoppedClock: Clock = {
  nowMs: () => 0,
  elapsedMs: () => 0,
  schedule: () => ({ [Symbol.dispose]() {} }),
};

test("every case of upstream's scripts gives what they expect", { skip }, async (t) => {
  const engine = createScriptEngine(stoppedClock);
  const openStorage = async () => new MemoryStorage();
  const problems: string[] = [];
  let passedCount = 0;
  for (const file of readdirSync(corpus ?? "").sort()) {
    const script = readFileSync(path.join(corpus ?? "", file), "utf8");
    const outcomes = await runScript(script, { engine, openStorage });
    const failed = outcomes.filter(({ problem }) => problem !== undefined);
    passedCount += outcomes.length - failed.length;
    t.diagnostic(`${file}: ${outcomes.length - failed.length} of ${outcomes.length}`);
    problems.push(...failed.map(({ line, problem }) => `${file}:${line} ${problem}`));
  }
  t.diagnostic(`${passedCount} of ${caseCount}`);
  assert.deepEqual(problems, []);
  assert.equal(passedCount, caseCount);
});
