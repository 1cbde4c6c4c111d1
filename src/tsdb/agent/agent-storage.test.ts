import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger, uncounted } from "#base";
import { MemoryDisk, VirtualClock } from "#base/testing";
import { realZstd } from "#host";
import { labelsOf } from "#series";
import { histogramOf } from "../chunk/testing.ts";
import { readWal } from "../wal/read-wal.ts";
import { findCheckpoint } from "../wal/checkpoint.ts";
import { showRecord } from "../wal/testing.ts";
import { walOptionsDefault } from "../wal/wal.ts";
import type { AgentOptions } from "./agent-options.ts";
import { type AgentStorage, openAgentStorage } from "./agent-storage.ts";

test("a batch lies in the log: series, floats, histograms, exemplars, and no metadata", async () => {
  const disk = new MemoryDisk();
  await using storage = await open(disk);
  const appender = storage.appender();
  const ref = appender.seriesRef(nameOf("a"));
  appender.setMetadata();
  assert.equal(appender.appendFloat(ref, 1_000, 1.5, 7), undefined);
  assert.equal(appender.appendStale(ref, 2_000), undefined);
  const other = appender.seriesRef(nameOf("h"));
  assert.equal(appender.appendHistogram(other, 1_000, histogramOf("0:1"), 0), undefined);
  const exemplar = { labels: nameOf("trace"), value: 2, timestampMs: 900 };
  assert.equal(appender.appendExemplar(ref, exemplar), undefined);
  assert.equal(appender.appendExemplar(ref, exemplar), undefined);
  await appender.commit();
  assert.deepEqual(
    (await logged(disk)).map((line) => line.split(" {")[0]),
    [
      '{"kind":"series","series":[{"ref":1,"labels":["__name__","a"]},{"ref":2,"labels":["__name__","h"]}]}',
      "samples 1@1000=3ff8000000000000, 1@2000=7ff0000000000002",
      "histograms 2@1000 integer 0",
      '{"kind":"exemplars","exemplars":[{"ref":1,"exemplar":{"labels":["__name__","trace"],"value":2,"timestampMs":900}}]}',
    ],
  );
  const { floats, histograms, exemplars } = storage.counters;
  assert.deepEqual({ floats, histograms, exemplars }, { floats: 2, histograms: 1, exemplars: 1 });
});

// Samples of one series, each as its time; what became of them with a window of 100 for late ones.
const rules: readonly (readonly [string, number, readonly number[], string])[] = [
  ["later samples are taken", 0, [1_000, 1_001], "taken taken"],
  ["a time comes only once", 0, [1_000, 1_000], "taken out of order"],
  ["earlier ones are refused", 0, [1_000, 999], "taken out of order"],
  ["within the window they are taken", 100, [1_000, 901, 1_000], "taken taken taken"],
  ["at its end they are not", 100, [1_000, 900], "taken out of order"],
];

for (const [why, outOfOrderWindowMs, times, want] of rules) {
  test(`${why}: ${times.join(" ")}`, async () => {
    await using storage = await open(new MemoryDisk(), { outOfOrderWindowMs });
    const outcomes: string[] = [];
    for (const timestampMs of times) outcomes.push(await append(storage, "a", timestampMs));
    assert.equal(outcomes.join(" "), want);
  });
}

test("after a start series keep their references and how far they have come", async () => {
  const disk = new MemoryDisk();
  {
    await using storage = await open(disk);
    await append(storage, "a", 1_000);
    await append(storage, "b", 2_000);
  }
  await using storage = await open(disk);
  assert.equal(storage.series.count, 2);
  assert.equal(await append(storage, "b", 2_000), "out of order");
  assert.equal(await append(storage, "c", 5_000), "taken");
  assert.match((await logged(disk)).at(-1) ?? "", /^samples 3@5000/);
});

test("a crash takes nothing that was committed", async () => {
  const disk = new MemoryDisk();
  const storage = await open(disk);
  await append(storage, "a", 1_000);
  const before = await logged(disk);
  void storage.appender().appendFloat(1, 2_000, 1, 0);
  disk.crash();
  await using again = await open(disk, { lockfile: "leave out" });
  assert.deepEqual(await logged(disk), before);
  assert.equal(again.series.lastTimeMs(1), 1_000);
});

test("a series that was given two references keeps the first, and the log the other", async () => {
  const disk = new MemoryDisk();
  {
    await using storage = await open(disk);
    await append(storage, "a", 1_000);
    await storage.wal.append([{ kind: "series", series: [{ ref: 9, labels: nameOf("a") }] }]);
    await storage.wal.append([{ kind: "samples", samples: oneSample(9, 3_000) }]);
  }
  await using storage = await open(disk);
  assert.equal(storage.series.count, 1);
  assert.equal(storage.goneCount, 1);
  assert.equal(storage.series.lastTimeMs(1), 3_000);
  assert.equal(await append(storage, "b", 4_000), "taken");
  assert.match((await logged(disk)).at(-1) ?? "", /^samples 10@4000/);
});

for (const checkpoints of ["from log", "from series"] as const) {
  test(`a truncated log keeps what is needed of it, ${checkpoints}`, async () => {
    const disk = new MemoryDisk();
    {
      await using storage = await open(disk, { checkpoints, checkpointSeriesPerRecord: 1 });
      await append(storage, "old", 1_000);
      for (let timeMs = 2_000; timeMs <= 5_000; timeMs += 1_000) {
        await append(storage, "a", timeMs);
        await storage.wal.cut();
      }
      await append(storage, "new", 6_000);
      await storage.truncate(4_500);
      assert.equal(storage.series.count, 2);
      assert.equal(storage.goneCount, 1);
    }
    const checkpoint = await findCheckpoint(disk, "/agent/wal");
    assert.equal(checkpoint?.directory, "/agent/wal/checkpoint.00000002");
    const kept = await logged(disk, checkpoint.directory);
    const names = kept
      .join()
      .match(/"__name__","\w+"/g)
      ?.map((text) => text.split('"')[3]);
    // Samples of "old" may be in segments that are still there.
    const want = checkpoints === "from log" ? ["old", "a"] : ["a", "new", "old"];
    assert.deepEqual(names, want);
    await using again = await open(disk);
    assert.equal(await append(again, "a", 5_000), "out of order");
    assert.equal(await append(again, "a", 7_000), "taken");
  });
}

test("a series that a batch is on its way to is not removed", async () => {
  await using storage = await open(new MemoryDisk());
  const appender = storage.appender();
  const ref = appender.seriesRef(nameOf("a"));
  appender.appendFloat(ref, 1_000, 1, 0);
  await storage.truncate(9_000);
  await appender.commit();
  assert.equal(storage.series.lastTimeMs(ref), 1_000);
  await storage.truncate(9_000);
  assert.equal(storage.series.has(ref), false);
  assert.equal(storage.appender().appendFloat(ref, 9_500, 1, 0), "unknown series");
});

test("the log is cut by the clock and by what was sent", async () => {
  const clock = new VirtualClock();
  await using storage = await open(new MemoryDisk(), { truncateIntervalMs: 60_000 }, clock);
  const stop = new AbortController();
  const running = storage.run(() => clock.nowMs(), stop.signal);
  await append(storage, "a", clock.nowMs());
  await clock.advance(5 * 60_000);
  assert.equal(storage.series.count, 1);
  await clock.advance(61_000);
  assert.equal(storage.series.count, 0);
  stop.abort();
  await clock.advance(1);
  await running;
});

test("on a full disk a batch is refused, and its series are logged with the next one", async () => {
  const disk = new MemoryDisk();
  await using storage = await open(disk);
  disk.capacityBytes = 0;
  await assert.rejects(append(storage, "a", 1_000), { message: "write to WAL" });
  disk.capacityBytes = Number.POSITIVE_INFINITY;
  assert.equal(await append(storage, "a", 1_000), "taken");
  assert.deepEqual(await logged(disk), [
    '{"kind":"series","series":[{"ref":1,"labels":["__name__","a"]}]}',
    "samples 1@1000=3ff0000000000000",
  ]);
});

test("a directory is one process's", async () => {
  const disk = new MemoryDisk();
  await using _storage = await open(disk);
  await assert.rejects(open(disk), {
    message: "lock DB directory: /agent is in use by another process",
  });
  await using _second = await open(disk, { lockfile: "leave out" });
});

function open(
  disk: MemoryDisk,
  options: Partial<AgentOptions> = {},
  clock = new VirtualClock(),
): Promise<AgentStorage> {
  const deps = { disk, zstd: realZstd, clock, log: silentLogger, meters: uncounted };
  const wal = { ...walOptionsDefault, compression: "none" } as const;
  return openAgentStorage(deps, "/agent", { wal, ...options });
}

/** Appends one sample in a batch of its own, and tells what became of it. */
async function append(storage: AgentStorage, name: string, timestampMs: number): Promise<string> {
  const appender = storage.appender();
  const refusal = appender.appendFloat(appender.seriesRef(nameOf(name)), timestampMs, 1, 0);
  await appender.commit();
  return refusal ?? "taken";
}

async function logged(disk: MemoryDisk, directory = "/agent/wal"): Promise<readonly string[]> {
  const lines: string[] = [];
  await readWal({ disk, zstd: realZstd }, directory, {}, (records) => {
    lines.push(...records.map(showRecord));
  });
  return lines;
}

function nameOf(name: string) {
  return labelsOf([["__name__", name]]);
}

function oneSample(ref: number, timestampMs: number) {
  return {
    count: 1,
    refs: Float64Array.of(ref),
    timestampsMs: Float64Array.of(timestampMs),
    values: Float64Array.of(1),
    startTimestampsMs: undefined,
  };
}
