import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base";
import {
  MemoryDisk,
  RecordingMeters,
  promisesSettled,
  seededRandom,
  VirtualClock,
} from "#base/testing";
import { realZstd } from "#host";
import {
  createMatcher,
  isStaleAt,
  type Labels,
  labelsOf,
  type Querier,
  SampleBuffer,
} from "#series";
import { histogramOf } from "../chunk/testing.ts";
import { type Database, openDatabase } from "./database.ts";
import type { DatabaseOptions } from "./options.ts";
import { openReadOnlyDatabase } from "./read-only.ts";

const minuteMs = 60_000;
const startMs = 1_000 * minuteMs;
const ever = { minMs: -8e15, maxMs: 8e15 };
const never = new AbortController().signal;

test("what is rolled back was never there, and its series is known all the same", async () => {
  const { database } = await openTest();
  const appender = database.appender();
  const ref = appender.seriesRef(up);
  assert.equal(appender.appendFloat(ref, startMs, 1, 0), undefined);
  appender.rollback();
  assert.deepEqual(await content(database), []);
  assert.ok(database.appender().isKnown(ref));
  await assert.rejects(appender.commit(), /appender closed/);
});

test("series without samples do not say when the head begins", async () => {
  const { database } = await openTest();
  const appender = database.appender();
  const ref = appender.seriesRef(up);
  appender.setMetadata(ref, { type: "gauge", unit: "", help: "Whether it is up." });
  await appender.commit();
  assert.ok(database.head.memory.isEmpty);
  await append(database, up, [[1, 1]]);
  assert.equal(database.head.memory.minMs, startMs + minuteMs);
});

test("a head that begins with a sample of long ago is compacted in no time", async () => {
  const { database } = await openTest();
  const appender = database.appender();
  const ref = appender.seriesRef(up);
  appender.appendFloat(ref, 0, 1, 0);
  await appender.commit();
  await append(database, up, steps(0, 3));
  await database.compact(never);
  assert.deepEqual(
    database.blocks.blocks.map(({ meta }) => meta.minMs),
    [0],
  );
  assert.equal((await content(database))[0]?.split(" ").length, 5);
});

test("a querier does not see what is committed after it was opened", async () => {
  const { database } = await openTest();
  await append(database, up, [
    [1, 1],
    [2, 2],
  ]);
  await using before = await database.querier(ever.minMs, ever.maxMs);
  await append(database, up, [[3, 3]]);
  await append(database, other, [[3, 3]]);
  await append(database, up, [[4, 4]]);
  assert.deepEqual(await contentOf(before), ["up 1=1 2=2"]);
  await using after = await database.querier(ever.minMs, ever.maxMs);
  assert.deepEqual(await contentOf(after), ["other 3=3", "up 1=1 2=2 3=3 4=4"]);
});

test("compaction waits for queriers of what it gives back", async () => {
  const { database } = await openTest();
  await append(database, up, steps(0, 40));
  const querier = await database.querier(ever.minMs, ever.maxMs);
  let isDone = false;
  const compacted = database.compact(never).then(() => {
    isDone = true;
  });
  for (let round = 0; round < 20; round++) await promisesSettled();
  assert.equal(isDone, false);
  assert.equal((await contentOf(querier))[0]?.split(" ").length, 41);
  await querier[Symbol.asyncDispose]();
  await compacted;
  assert.equal(database.blocks.blocks.length, 1);
  assert.equal((await content(database))[0]?.split(" ").length, 41);
});

test("histograms, floats and stale markers of one series keep their kinds", async () => {
  const { database, reopen } = await openTest();
  const appender = database.appender();
  const ref = appender.seriesRef(up);
  appender.appendFloat(ref, startMs, 1, 0);
  appender.appendHistogram(ref, startMs + 1, histogramOf("0:1 1:1"), 0);
  await appender.commit();
  const next = database.appender();
  assert.equal(next.appendStale(ref, startMs + 2), undefined);
  await next.commit();
  const last = database.appender();
  last.appendFloat(ref, startMs + 3, 2, 0);
  last.appendStale(ref, startMs + 4);
  await last.commit();
  const want = ["up 0=1 1=h3 2=stale 3=2 4=stale"];
  assert.deepEqual(await content(database), want.map(inMs));
  assert.deepEqual(await content(await reopen()), want.map(inMs));
});

test("start timestamps are kept in memory, over restarts and in blocks", async () => {
  const { database, reopen } = await openTest();
  const appender = database.appender();
  const ref = appender.seriesRef(up);
  for (let minute = 0; minute < 40; minute++) {
    appender.appendFloat(ref, startMs + minute * minuteMs, minute, minute < 3 ? 0 : 7 + minute);
  }
  await appender.commit();
  const want = Array.from({ length: 40 }, (_, minute) => (minute < 3 ? 0 : 7 + minute));
  assert.deepEqual(await startsOf(database), want);
  const again = await reopen();
  assert.deepEqual(await startsOf(again), want);
  await again.compact(never);
  assert.equal(again.blocks.blocks.length, 1);
  assert.deepEqual(await startsOf(again), want);
});

test("exemplars are found by series and time, also after a restart", async () => {
  const { database, reopen } = await openTest();
  const appender = database.appender();
  const ref = appender.seriesRef(up);
  appender.appendFloat(ref, startMs, 1, 0);
  const exemplar = { labels: labelsOf([["trace", "a"]]), value: 0.5, timestampMs: startMs };
  assert.equal(appender.appendExemplar(ref, exemplar), undefined);
  await appender.commit();
  const find = (target: Database, metric: string) =>
    target.exemplars(ever, [[createMatcher("=", "__name__", metric)]]);
  assert.deepEqual(find(database, "up"), [{ labels: up, exemplars: [exemplar] }]);
  assert.deepEqual(find(database, "other"), []);
  assert.deepEqual(find(await reopen(), "up"), [{ labels: up, exemplars: [exemplar] }]);
});

test("a full disk refuses samples, harms nothing, and passes", async () => {
  const { database, disk, reopen } = await openTest();
  await append(database, up, steps(0, 40));
  const { totalBytes, availableBytes } = await disk.measureSpace();
  disk.capacityBytes = totalBytes - availableBytes + 10;
  await assert.rejects(append(database, other, [[41, 1]]), /write to WAL/);
  await assert.rejects(database.compact(never), /ENOSPC/);
  assert.equal((await content(database)).length, 1);
  disk.capacityBytes = Number.POSITIVE_INFINITY;
  // The series was made when the log could not be told: the next commit tells it.
  await append(database, other, [[42, 2]]);
  await database.compact(never);
  const all = await content(database);
  assert.deepEqual(
    all.map((line) => line.split(" ").length),
    [2, 41],
  );
  assert.deepEqual(await content(await reopen()), all);
});

test("a snapshot is a database of its own", async () => {
  const { database, disk } = await openTest();
  await append(database, up, steps(0, 45));
  await database.compact(never);
  await append(database, other, [[46, 1]]);
  await database.snapshot("/copy", "withHead");
  await database.snapshot("/blocks", "blocksOnly");
  await database.deleteSeries(ever, [createMatcher("=", "__name__", "up")]);
  const copy = await openTest({}, disk, "/copy");
  assert.deepEqual(
    (await content(copy.database)).map((line) => line.split(" ").length),
    [2, 46],
  );
  const blocks = await openTest({}, disk, "/blocks");
  assert.deepEqual(
    (await content(blocks.database)).map((line) => line.split(" ").length),
    [21],
  );
});

test("blocks beyond what is kept are removed, by time and by size", async () => {
  const retention = { durationMs: 60 * minuteMs, bytesMax: 0, percentMax: 0 };
  const { database } = await openTest({ retention });
  for (let from = 0; from < 200; from += 40) {
    await append(database, up, steps(from, from + 40));
    await database.maintain(never);
  }
  const oldest = database.blocks.blocks[0]?.meta.minMs ?? 0;
  assert.ok(oldest >= startMs + 100 * minuteMs, `${(oldest - startMs) / minuteMs}`);
  database.reconfigure({
    retention: { durationMs: 0, bytesMax: 1, percentMax: 0 },
    outOfOrderWindowMs: 0,
    exemplarsMax: 0,
  });
  await database.maintain(never);
  assert.deepEqual(database.blocks.blocks, []);
});

test("label names and values are those of the head and of blocks", async () => {
  const { database } = await openTest();
  await append(
    database,
    labelsOf([
      ["__name__", "old"],
      ["a", "1"],
    ]),
    steps(0, 40),
  );
  await database.compact(never);
  await append(
    database,
    labelsOf([
      ["__name__", "new"],
      ["b", "2"],
    ]),
    [[45, 1]],
  );
  await using querier = await database.querier(ever.minMs, ever.maxMs);
  const old = [[createMatcher("=", "a", "1")]];
  assert.deepEqual(await querier.labelNames([]), ["__name__", "a", "b"]);
  assert.deepEqual(await querier.labelValues("__name__", []), ["new", "old"]);
  assert.deepEqual(await querier.labelNames(old), ["__name__", "a"]);
  assert.deepEqual(await querier.labelValues("__name__", old), ["old"]);
});

test("the status page's figures count series by what they have", async () => {
  const { database } = await openTest();
  for (let index = 0; index < 5; index++) {
    const name = index < 3 ? "many" : "few";
    const labels = labelsOf([
      ["__name__", name],
      ["index", `${index}`],
    ]);
    await append(database, labels, [[1, 1]]);
  }
  assert.deepEqual(database.cardinality(2), {
    seriesCount: 5,
    labelPairCount: 7,
    seriesCountByMetricName: [
      { name: "many", count: 3 },
      { name: "few", count: 2 },
    ],
    labelValueCountByLabelName: [
      { name: "index", count: 5 },
      { name: "__name__", count: 2 },
    ],
    memoryInBytesByLabelName: [
      { name: "__name__", count: 58 },
      { name: "index", count: 30 },
    ],
    seriesCountByLabelValuePair: [
      { name: "__name__=many", count: 3 },
      { name: "__name__=few", count: 2 },
    ],
  });
});

test("metrics have upstream's names, and figures", async () => {
  const meters = new RecordingMeters();
  const { database } = await openTest({}, new MemoryDisk(), "/data", meters);
  await append(database, up, [
    [1, 1],
    [2, 2],
  ]);
  const appender = database.appender();
  appender.appendFloat(appender.seriesRef(up), startMs + minuteMs, 9, 0);
  appender.rollback();
  const lines = ["head_series", "head_samples", "out_of_order_samples_total"].flatMap((name) =>
    meters.lines(`prometheus_tsdb_${name}`),
  );
  assert.deepEqual(lines, [
    "prometheus_tsdb_head_series 1",
    "prometheus_tsdb_head_series_created_total 1",
    'prometheus_tsdb_head_samples_appended_total{type="float"} 2',
    'prometheus_tsdb_out_of_order_samples_total{type="float"} 1',
  ]);
});

test("a database that is open can be read by others, who leave no trace", async () => {
  const { database, disk } = await openTest({ outOfOrderWindowMs: 10 * minuteMs });
  await append(database, up, steps(0, 45));
  await database.compact(never);
  await append(database, other, [[60, 1]]);
  await append(database, other, [
    [52, 2],
    [70, 3],
  ]);
  const before = disk.paths;
  await using reader = await openReadOnlyDatabase(
    { disk, zstd: realZstd, log: silentLogger },
    "/data",
  );
  await using querier = await reader.querier(ever.minMs, ever.maxMs);
  assert.deepEqual(await contentOf(querier), await content(database));
  assert.deepEqual(disk.paths, before);
  assert.equal(reader.blocks.length, 1);
});

test("opening tells which segment of the log it reads, of which there are", async () => {
  const disk = new MemoryDisk();
  for (let life = 0; life < 3; life++) {
    const { database } = await openTest({}, disk);
    await append(database, up, [[life, life]]);
    // As if it had crashed: the next one has to read the log.
    disk.releaseLocks();
  }
  const seen: string[] = [];
  await openDatabase(
    {
      disk,
      zstd: realZstd,
      clock: new VirtualClock(),
      random: seededRandom(1),
      log: silentLogger,
      meters: new RecordingMeters(),
      onReplay: ({ min, current, max }) => seen.push(`${min} ${current} ${max}`),
    },
    "/data",
    {},
  );
  assert.deepEqual(seen, ["0 0 2", "0 1 2", "0 2 2"]);
});

test("a directory is opened by one at a time", async () => {
  const { database, disk } = await openTest();
  await assert.rejects(openTest({}, disk), /lock DB directory/);
  await database.close();
  await (await openTest({}, disk)).database.close();
});

test("label sets that no series can have are refused", async () => {
  const { database } = await openTest();
  const appender = database.appender();
  assert.throws(() => appender.seriesRef([]), /empty labelset: invalid sample/);
  assert.throws(() => appender.seriesRef(["a", "1", "a", "2"]), /"a" is not unique/);
  assert.throws(() => appender.seriesRef(["b", "1", "a", "2"]), /out of order/);
  assert.throws(() => appender.seriesRef(["a", ""]), /empty/);
  appender.rollback();
});

const up = labelsOf([["__name__", "up"]]);
const other = labelsOf([["__name__", "other"]]);

interface Opened {
  readonly database: Database;
  readonly disk: MemoryDisk;
  /** Opens it again as after a kill. */
  reopen(): Promise<Database>;
}

async function openTest(
  options: Partial<DatabaseOptions> = {},
  disk = new MemoryDisk(),
  directory = "/data",
  meters = new RecordingMeters(),
): Promise<Opened> {
  const deps = {
    disk,
    zstd: realZstd,
    clock: new VirtualClock(),
    random: seededRandom(1),
    log: silentLogger,
    meters,
  };
  const small = { blockRangeMs: 20 * minuteMs, blockRangeMaxMs: 20 * minuteMs, exemplarsMax: 10 };
  const open = () => openDatabase(deps, directory, { ...small, ...options });
  return {
    database: await open(),
    disk,
    reopen: () => {
      disk.releaseLocks();
      return open();
    },
  };
}

/** Minutes and values. */
async function append(
  database: Database,
  labels: Labels,
  samples: readonly (readonly [number, number])[],
): Promise<void> {
  const appender = database.appender();
  const ref = appender.seriesRef(labels);
  for (const [minute, value] of samples) {
    assert.equal(appender.appendFloat(ref, startMs + minute * minuteMs, value, 0), undefined);
  }
  await appender.commit();
}

function steps(from: number, to: number): readonly (readonly [number, number])[] {
  return Array.from({ length: to - from }, (_, index) => [from + index, index] as const);
}

async function content(database: Database): Promise<readonly string[]> {
  await using querier = await database.querier(ever.minMs, ever.maxMs);
  return await contentOf(querier);
}

/** Metric name, then minute=value for each sample. */
async function contentOf(querier: Querier): Promise<readonly string[]> {
  const series = await querier.select([], { ...ever, seriesMax: 0 }, never);
  return series.map((source) => {
    const samples = new SampleBuffer();
    source.read(samples, ever.minMs, ever.maxMs);
    const shown = Array.from({ length: samples.count }, (_, row) => showRow(samples, row));
    return `${source.labels[1]} ${shown.join(" ")}`;
  });
}

function showRow(samples: SampleBuffer, row: number): string {
  const minute = ((samples.timestampsMs[row] ?? 0) - startMs) / minuteMs;
  const histogram = samples.histograms?.[row];
  if (histogram !== undefined) return `${minute}=h${histogram.count}`;
  return `${minute}=${isStaleAt(samples.values, row) ? "stale" : samples.values[row]}`;
}

/** The same line with milliseconds in place of minutes. */
function inMs(line: string): string {
  return line.replace(/(\d+)=/g, (_, ms: string) => `${Number(ms) / minuteMs}=`);
}

async function startsOf(database: Database): Promise<readonly number[]> {
  await using querier = await database.querier(ever.minMs, ever.maxMs);
  const [source] = await querier.select([], { ...ever, seriesMax: 0 }, never);
  const samples = new SampleBuffer();
  source?.read(samples, ever.minMs, ever.maxMs);
  return Array.from(samples.startTimestampsMs ?? []).slice(0, samples.count);
}
