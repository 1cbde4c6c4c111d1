import assert from "node:assert/strict";
import { test } from "node:test";
import { type Random, silentLogger, uncounted } from "#base";
import { MemoryDisk, seededRandom, VirtualClock } from "#base/testing";
import { realZstd } from "#host";
import { labelsKey, labelsOf, SampleBuffer } from "#series";
import { HeadReader } from "../head/head-reader.ts";
import { walOptionsDefault } from "../wal/wal.ts";
import { type HeadStore, openHeadStore } from "./head-store.ts";

const ever = Number.POSITIVE_INFINITY;

test("a head that starts from its log, from a dump or from both is the head that was", async () => {
  const random = seededRandom(11);
  const disk = new MemoryDisk();
  let store = await openStore(disk);
  for (let round = 0; round < 12; round++) {
    await appendSome(store, random, round);
    if (round % 4 === 1) await store.dump();
    if (round % 4 === 3) await disk.remove("/tsdb/wherry_head_dump");
    const before = await contentOf(store);
    await store.close();
    store = await openStore(disk);
    assert.deepEqual(await contentOf(store), before, `round ${round}`);
  }
  await store.close();
});

test("a dump that is written while samples come is whole together with the log", async () => {
  const disk = new MemoryDisk();
  // Every second sample completes a chunk.
  const store = await openStore(disk, 30_000);
  for (let scrape = 0; scrape < 3; scrape++) await appendToMany(store, scrape);
  const dumping = store.dump();
  for (let scrape = 3; scrape < 9; scrape++) await appendToMany(store, scrape);
  await dumping;
  await appendToMany(store, 9);
  const before = await contentOf(store);
  assert.equal(before.size, manySeries);
  // Killed: nothing is closed.
  const again = await openStore(disk, 30_000);
  assert.deepEqual(await contentOf(again), before);
  await again.close();
});

/** More than are dumped in one go. */
const manySeries = 8_500;

async function appendToMany(store: HeadStore, scrape: number): Promise<void> {
  const appender = store.head.appender();
  for (let index = 0; index < manySeries; index++) {
    const ref = appender.seriesRef(labelsOf([["i", `${index}`]]));
    assert.equal(appender.appendFloat(ref, scrape * 15_000, scrape + index, 0), undefined);
  }
  await appender.commit();
}

function openStore(disk: MemoryDisk, chunkRangeMs = 7_200_000): Promise<HeadStore> {
  const head = {
    chunkRangeMs,
    samplesPerChunk: 120,
    outOfOrderWindowMs: 600_000,
    outOfOrderSamplesMax: 8,
    exemplarsMax: 100,
  };
  // Warnings tell of a dump that was not taken.
  const log = { ...silentLogger, warn: (message: string) => assert.fail(message) };
  const deps = { disk, zstd: realZstd, clock: new VirtualClock(), log, meters: uncounted };
  return openHeadStore(deps, "/tsdb", { head, wal: walOptionsDefault }, -ever);
}

async function appendSome(store: HeadStore, random: Random, round: number): Promise<void> {
  for (let scrape = 0; scrape < 60; scrape++) {
    const nowMs = (round * 60 + scrape) * 15_000;
    const appender = store.head.appender();
    for (let index = 0; index < 20; index++) {
      const ref = appender.seriesRef(
        labelsOf([
          ["__name__", "m"],
          ["i", `${index}`],
        ]),
      );
      const isLate = random.fraction() < 0.1;
      const timestampMs = isLate ? nowMs - Math.floor(random.fraction() * 500_000) : nowMs;
      if (random.fraction() < 0.02) appender.appendStale(ref, nowMs);
      else appender.appendFloat(ref, timestampMs, Math.floor(random.fraction() * 9), 0);
    }
    await appender.commit();
  }
}

/** Every series with its samples, as text. */
async function contentOf(store: HeadStore): Promise<ReadonlyMap<string, string>> {
  const range = { minMs: -ever, maxMs: ever };
  const limits = { inOrderMinMs: -ever, latePlaceMin: -1 };
  using reader = new HeadReader(store.head, store.chunkFiles, range, limits);
  const content = new Map<string, string>();
  for (const source of await reader.select([], { ...range, seriesMax: 0 })) {
    const samples = new SampleBuffer();
    source.read(samples, -ever, ever);
    const bits = new BigUint64Array(samples.values.buffer);
    const rows = Array.from(
      { length: samples.count },
      (_, row) => `${samples.timestampsMs[row]}:${bits[row]?.toString(16)}`,
    );
    content.set(labelsKey(source.labels), rows.join(" "));
  }
  return content;
}
