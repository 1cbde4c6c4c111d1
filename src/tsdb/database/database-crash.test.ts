import assert from "node:assert/strict";
import { test } from "node:test";
import { integerBelow, type Random, silentLogger, uncounted } from "#base";
import { MemoryDisk, seededRandom, VirtualClock } from "#base/testing";
import { realZstd } from "#host";
import { labelsOf, SampleBuffer } from "#series";
import { type Database, openDatabase } from "./database.ts";
import { HeadChunkError } from "./head-store.ts";

const minuteMs = 60_000;
const startMs = 1_000 * minuteMs;
const scrapeMs = 15_000;
const seriesCount = 4;
const never = new AbortController().signal;
const cutsPerSeed = 120;

/**
 * A life of a database, and its disk as it was after each commit. A crash then is: the disk of some
 * moment, with its newest files cut off or changed somewhere.
 */
for (const seed of [1, 2]) {
  test(`what was acknowledged before the damage survives any cut (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const moments = await live(random);
    for (let cut = 0; cut < cutsPerSeed; cut++) {
      const moment = moments[integerBelow(random, moments.length)];
      assert.ok(moment !== undefined);
      await checkCut(moment, random, `seed ${seed}, cut ${cut}`);
    }
  });
}

/** The disk after a commit. */
interface Moment {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** How many scrapes are committed. */
  readonly scrapes: number;
  /** The files that the last commit has written to, and how long they were before. */
  readonly grown: ReadonlyMap<string, number>;
}

async function live(random: Random): Promise<readonly Moment[]> {
  const disk = new MemoryDisk();
  let database = await open(disk, random);
  const moments: Moment[] = [];
  let before = await filesOf(disk);
  for (let scrapes = 1; scrapes <= 250; scrapes++) {
    await scrape(database, scrapes);
    const files = await filesOf(disk);
    moments.push({ files, scrapes, grown: grownSince(before, files) });
    before = files;
    const chance = random.fraction();
    if (chance < 0.03) await database.maintain(never);
    if (chance > 0.98) {
      await database.close();
      database = await open(disk, random);
    }
    before = await filesOf(disk);
  }
  await database.close();
  return moments;
}

/** Cuts what the last commit wrote, or damages a file of the log anywhere, and starts on the rest. */
async function checkCut(moment: Moment, random: Random, where: string): Promise<void> {
  const disk = new MemoryDisk();
  await putFiles(disk, moment.files);
  const isTorn = random.fraction() < 0.6;
  // A write that was under way when the process was killed: the commit was not acknowledged.
  if (isTorn) {
    for (const [path, bytes] of moment.grown) {
      const whole = moment.files.get(path)?.length ?? 0;
      const kept = bytes + integerBelow(random, whole - bytes + 1);
      disk.damage(path, (content) => content.slice(0, kept));
    }
  } else damageOne(disk, random, moment);
  let database = await open(disk, random);
  let found = await contentOf(database);
  if (found === undefined) {
    // The query met a damaged chunk and said so. The next start does without its file.
    database = await open(disk, random);
    found = await contentOf(database);
    assert.ok(found !== undefined, `${where}: reads after another start`);
  }
  for (const scrapes of found) {
    assert.ok(scrapes >= 1 && scrapes <= moment.scrapes, `${where}: nothing is invented`);
  }
  if (isTorn) {
    for (let scrapes = 1; scrapes < moment.scrapes; scrapes++) {
      assert.ok(found.has(scrapes), `${where}: scrape ${scrapes} of ${moment.scrapes} is there`);
    }
  }
  // It goes on as if nothing had been.
  await scrape(database, moment.scrapes + 1);
  const later = await contentOf(database);
  assert.ok(later?.has(moment.scrapes + 1), `${where}: takes samples`);
  await database.close();
}

/** Changes or cuts a file of the head anywhere: what the log lost is lost, but it starts. */
function damageOne(disk: MemoryDisk, random: Random, moment: Moment): void {
  const paths = [...moment.files.keys()].filter((path) =>
    ["/wal/", "/chunks_head/", "head_dump"].some((part) => path.includes(part)),
  );
  const path = paths[integerBelow(random, paths.length)] ?? "";
  disk.damage(path, (bytes) => {
    if (bytes.length === 0) return bytes;
    const at = integerBelow(random, bytes.length);
    if (random.fraction() < 0.5) return bytes.slice(0, at);
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ (1 + integerBelow(random, 255));
    return changed;
  });
}

async function scrape(database: Database, scrapes: number): Promise<void> {
  const appender = database.appender();
  for (let index = 0; index < seriesCount; index++) {
    const ref = appender.seriesRef(
      labelsOf([
        ["__name__", "up"],
        ["instance", `${index}`],
      ]),
    );
    const refusal = appender.appendFloat(ref, startMs + scrapes * scrapeMs, scrapes, 0);
    assert.equal(refusal, undefined);
  }
  await appender.commit();
}

/** The scrapes that all series have; undefined when a chunk that was damaged is in the way. */
async function contentOf(database: Database): Promise<ReadonlySet<number> | undefined> {
  try {
    return await scrapesOf(database);
  } catch (error) {
    if (!(error instanceof HeadChunkError)) throw error;
    return undefined;
  }
}

/** Each sample's value says which scrape it is of. */
async function scrapesOf(database: Database): Promise<ReadonlySet<number>> {
  const range = { minMs: 0, maxMs: startMs * 2 };
  await using querier = await database.querier(range.minMs, range.maxMs);
  const counts = new Map<number, number>();
  const samples = new SampleBuffer();
  for (const source of await querier.select([], { ...range, seriesMax: 0 }, never)) {
    samples.clear();
    source.read(samples, range.minMs, range.maxMs);
    for (let row = 0; row < samples.count; row++) {
      const scrapes = samples.values[row] ?? 0;
      assert.equal(samples.timestampsMs[row], startMs + scrapes * scrapeMs);
      counts.set(scrapes, (counts.get(scrapes) ?? 0) + 1);
    }
  }
  return new Set([...counts].filter(([, count]) => count === seriesCount).map(([key]) => key));
}

async function open(disk: MemoryDisk, random: Random): Promise<Database> {
  disk.releaseLocks();
  const clock = new VirtualClock();
  const deps = { disk, zstd: realZstd, clock, random, log: silentLogger, meters: uncounted };
  return openDatabase(deps, "/data", {
    blockRangeMs: 20 * minuteMs,
    blockRangeMaxMs: 60 * minuteMs,
    wal: { segmentBytesMax: 32 * 1024, compression: "snappy", sync: "segment" },
    // Each round of upkeep writes the head down.
    dumpIntervalMs: 1e-9,
  });
}

async function filesOf(disk: MemoryDisk): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const path of disk.paths) files.set(path, await disk.readFile(path));
  return files;
}

async function putFiles(disk: MemoryDisk, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  for (const [path, bytes] of files) {
    await disk.makeDirectory(path.slice(0, path.lastIndexOf("/")));
    await disk.writeFile(path, bytes);
  }
}

function grownSince(
  before: ReadonlyMap<string, Uint8Array>,
  after: ReadonlyMap<string, Uint8Array>,
): ReadonlyMap<string, number> {
  const grown = new Map<string, number>();
  for (const [path, bytes] of after) {
    const length = before.get(path)?.length ?? 0;
    if (bytes.length > length) grown.set(path, length);
  }
  return grown;
}
