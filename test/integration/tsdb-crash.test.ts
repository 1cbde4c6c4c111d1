/**
 * Kills a process that appends to a database, at random moments and with SIGKILL, again and again on
 * the same directory: while it logs, compacts, truncates the log, writes the head down. After each
 * time all that was acknowledged must be there, in every series, and nothing that was not appended.
 *
 * Takes 30 seconds, or as many rounds as WHERRY_CRASH_ROUNDS says.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { silentLogger, uncounted } from "#base";
import { realClock, realDisk, realZstd, systemRandom } from "#host";
import { SampleBuffer } from "#series";
import { openDatabase } from "#tsdb";
import { openFolder } from "../../src/host/testing.ts";
import {
  blockRangeMs,
  retention,
  scrapeIntervalMs,
  seriesCount,
  startMs,
} from "./tsdb-crash/load.ts";

const roundsWanted = Number(process.env["WHERRY_CRASH_ROUNDS"] ?? 0);
const timeBoxMs = 30_000;
const ever = Number.POSITIVE_INFINITY;

test("a database survives SIGKILL at any moment", async (context) => {
  await using folder = await openFolder();
  const startedMs = performance.now();
  let rounds = 0;
  let reached = 0;
  const isDone = () =>
    roundsWanted > 0 ? rounds >= roundsWanted : performance.now() - startedMs > timeBoxMs;
  while (!isDone()) {
    const acknowledged = await writeUntilKilled(folder.path, reached + 1);
    const found = await lastNumber(folder.path);
    assert.ok(found >= acknowledged, `${acknowledged} was acknowledged, found up to ${found}`);
    // The commit that was under way may be there or not, but no more than that.
    assert.ok(found <= Math.max(acknowledged, reached) + 1, `${found} was not appended`);
    reached = found;
    rounds++;
  }
  context.diagnostic(`${rounds} rounds, ${reached} commits of ${seriesCount} samples`);
  assert.ok(reached > 0);
});

/** Runs the writer, kills it after a moment, and returns the last number that it had acknowledged. */
async function writeUntilKilled(directory: string, first: number): Promise<number> {
  const program = new URL("tsdb-crash/writer.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [program, directory, `${first}`], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<NodeJS.Signals | null>((resolve) => {
    child.on("close", (_code, signal) => resolve(signal));
  });
  let output = "";
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const opened = new Promise<void>((resolve) => {
    child.stdout.setEncoding("latin1").on("data", (text: string) => {
      output += text;
      resolve();
    });
  });
  await Promise.race([opened, exited]);
  await new Promise((resolve) => setTimeout(resolve, randomInt(20, 1_500)));
  child.kill("SIGKILL");
  assert.equal(await exited, "SIGKILL", errors);
  // A line without its end may have been cut anywhere in its number.
  const lines = output.split("\n").slice(0, -1);
  const numbers = lines.filter((line) => line !== "open").map(Number);
  return numbers.at(-1) ?? first - 1;
}

/** Opens the database, checks that every series is whole, and returns the number all have reached. */
async function lastNumber(directory: string): Promise<number> {
  const deps = {
    disk: realDisk,
    zstd: realZstd,
    clock: realClock,
    random: systemRandom,
    log: silentLogger,
    meters: uncounted,
  };
  const options = { blockRangeMs, blockRangeMaxMs: blockRangeMs * 9, retention };
  await using database = await openDatabase(deps, directory, options);
  await using querier = await database.querier(-ever, ever);
  const hints = { minMs: -ever, maxMs: ever, seriesMax: 0 };
  const series = await querier.select([], hints, new AbortController().signal);
  const reached = series.map((source) => {
    const samples = new SampleBuffer();
    source.read(samples, -ever, ever);
    for (let row = 0; row < samples.count; row++) {
      assert.equal(samples.values[row], row + 1, `${source.labels.join(" ")} is whole`);
      assert.equal(samples.timestampsMs[row], startMs + (row + 1) * scrapeIntervalMs);
    }
    return samples.count;
  });
  if (reached.length === 0) return 0;
  assert.equal(reached.length, seriesCount);
  // All series of a batch are in one record: there is no half commit.
  assert.equal(new Set(reached).size, 1, "all series have reached the same number");
  return reached[0] ?? 0;
}
