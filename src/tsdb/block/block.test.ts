import assert from "node:assert/strict";
import { test } from "node:test";
import { compareText, integerBelow } from "#base";
import { MemoryDisk, seededRandom } from "#base/testing";
import { BlockError } from "./block-error.ts";
import { type Block, openBlock, writeTombstones } from "./open-block.ts";
import { newBlockOf, seriesOf, showBlock, showLabels } from "./testing.ts";
import { newUlid, isUlid } from "./ulid.ts";
import { type NewBlock, writeBlock } from "./write-block.ts";

const seed = 20260402;
const damageRounds = 500;
const notations = [
  "up job=api zone=a",
  "up job=api zone=b",
  "up job=db zone=a",
  "http_requests_total job=api code=200",
  "http_requests_total job=api code=500 naïve=日本",
];

test("a block that is written is read: series sorted by labels, chunks by time", async () => {
  await using block = await written(notations);
  assert.deepEqual(await showBlock(block), [
    "http_requests_total code=200 job=api 10@0 10@10000",
    "http_requests_total code=500 job=api naïve=日本 10@0 10@10000",
    "up job=api zone=a 10@0 10@10000",
    "up job=api zone=b 10@0 10@10000",
    "up job=db zone=a 10@0 10@10000",
  ]);
  assert.deepEqual(block.meta.stats, {
    numSamples: 100,
    numFloatSamples: 100,
    numHistogramSamples: 0,
    numSeries: 5,
    numChunks: 10,
    numTombstones: 0,
  });
});

test("names, values and the series of labels are found", async () => {
  await using block = await written(notations);
  assert.deepEqual(block.labelNames(), ["__name__", "code", "job", "naïve", "zone"]);
  assert.deepEqual(await block.labelValues("job"), ["api", "db"]);
  assert.deepEqual(await block.labelValues("absent"), []);
  assert.deepEqual(await block.labelValues(""), []);
  const found = [
    await selected(block, "zone", ["a"]),
    await selected(block, "zone", ["b", "absent", "a"]),
    await selected(block, "absent", ["a"]),
    await selected(block, "", [""]),
  ];
  assert.deepEqual(found, [
    ["up job=api zone=a", "up job=db zone=a"],
    ["up job=api zone=a", "up job=api zone=b", "up job=db zone=a"],
    [],
    [],
  ]);
});

test("labels with many values, and many series, are found one by one and all at once", async () => {
  const many = Array.from({ length: 3_000 }, (_, row) => `m pod=p-${row} half=${row % 2}`);
  await using block = await written(many, () => 1);
  const values = await block.labelValues("pod");
  assert.deepEqual(values, many.map((_, row) => `p-${row}`).sort(compareText));
  const random = seededRandom(seed);
  for (let round = 0; round < 50; round++) {
    const row = integerBelow(random, many.length);
    assert.deepEqual(await selected(block, "pod", [`p-${row}`]), [
      `m half=${row % 2} pod=p-${row}`,
    ]);
  }
  const halves = await block.postings("half", ["0", "1"]);
  assert.deepEqual(halves, await block.allPostings());
  assert.equal((await block.postings("pod", values)).length, many.length);
});

test("chunks go to further files when one is full", async () => {
  await using block = await written(notations, () => 30, { chunkFileBytesMax: 1_000 });
  const [first] = await block.series(await block.allPostings());
  const files = new Set(first?.chunks.map(({ file }) => file));
  assert.ok(files.size > 1, `${files.size} files`);
  assert.equal((await block.chunks(first?.chunks.toReversed() ?? [])).length, 30);
  const lines = await showBlock(block);
  assert.equal(lines[0]?.split(" ").length, 3 + 30);
});

test("a block without samples is not written", async () => {
  const disk = new MemoryDisk();
  const series = seriesOf(["up"], () => 0);
  assert.equal(await writeBlock(disk, "/data", series, newBlockOf()), undefined);
  assert.deepEqual(disk.paths, []);
});

test("a block that cannot be written whole leaves nothing", async () => {
  const disk = new MemoryDisk();
  disk.capacityBytes = 700;
  await assert.rejects(writeBlock(disk, "/data", seriesOf(notations), newBlockOf()), {
    code: "ENOSPC",
  });
  assert.deepEqual(disk.paths, []);
});

test("a block survives a power cut as soon as it is written", async () => {
  const disk = new MemoryDisk();
  await writeBlock(disk, "/data", seriesOf(notations), newBlockOf());
  disk.crash();
  await using block = await openBlock(disk, `/data/${newBlockOf().ulid}`);
  assert.equal((await showBlock(block)).length, notations.length);
});

test("what is deleted is kept beside the block", async () => {
  const disk = new MemoryDisk();
  await writeBlock(disk, "/data", seriesOf(notations), newBlockOf());
  const directory = `/data/${newBlockOf().ulid}`;
  const tombstones = [
    { ref: 3, minMs: -5, maxMs: 1_700_000_000_000 },
    { ref: 9, minMs: 1, maxMs: 2 },
  ];
  await writeTombstones(disk, directory, tombstones);
  await using block = await openBlock(disk, directory);
  assert.deepEqual(block.tombstones, tombstones);
});

test("its meta.json tells all about a compacted block", async () => {
  const parents = [{ ulid: "01ARZ3NDEKTSV4RRFFQ69G5FAW", minMs: 0, maxMs: 5 }];
  const compaction = {
    level: 2,
    sources: ["a", "b"],
    parents,
    failed: true,
    deletable: true,
    hints: ["from-out-of-order"],
  };
  await using block = await written(notations, () => 1, { compaction, minMs: -5, maxMs: 99 });
  assert.deepEqual(
    [block.meta.minMs, block.meta.maxMs, block.meta.compaction],
    [-5, 99, compaction],
  );
});

test("series must come sorted", async () => {
  const unsorted = seriesOf(notations).toReversed();
  await assert.rejects(writeBlock(new MemoryDisk(), "/data", unsorted, newBlockOf()), {
    message: "assertion failed: series of a block come sorted by labels",
  });
});

test("names of blocks sort by time", () => {
  const random = seededRandom(seed);
  const names = [0, 1, 1_469_918_176_385, 2 ** 47].map((nowMs) => newUlid(random, nowMs));
  assert.deepEqual(names.toSorted(), names);
  assert.ok(names.every(isUlid));
  assert.equal(names[2]?.slice(0, 10), "01ARYZ6S41");
  assert.ok(!isUlid("01ARYZ6S41TSV4RRFFQ69G5FA"));
});

test("changed or cut anywhere, a block is refused by name or read as it was", async () => {
  const disk = new MemoryDisk();
  await writeBlock(disk, "/data", seriesOf(notations), newBlockOf());
  const directory = `/data/${newBlockOf().ulid}`;
  const good = await showDamaged(disk, directory);
  const paths = disk.paths.filter((path) => !path.endsWith("meta.json"));
  const random = seededRandom(seed);
  for (let round = 0; round < damageRounds; round++) {
    const path = paths[integerBelow(random, paths.length)] ?? "";
    const before = await disk.readFile(path);
    const at = integerBelow(random, before.length);
    disk.damage(path, (bytes) => damaged(bytes, at, integerBelow(random, 10)));
    const shown = await showDamaged(disk, directory);
    const hint = `seed ${seed}, ${path} at ${at}: ${shown}`;
    assert.ok(shown === good || shown.startsWith(`BlockError ${directory}`), hint);
    disk.damage(path, () => before);
  }
});

function damaged(bytes: Uint8Array, at: number, kind: number): Uint8Array {
  if (kind === 0) return bytes.slice(0, at);
  const changed = bytes.slice();
  changed[at] = (changed[at] ?? 0) ^ (1 << (kind & 7));
  return changed;
}

async function showDamaged(disk: MemoryDisk, directory: string): Promise<string> {
  try {
    await using block = await openBlock(disk, directory);
    const found = await selected(block, "job", ["api", "db"]);
    return [...(await showBlock(block)), ...found, ...(await block.labelValues("job"))].join("\n");
  } catch (error) {
    assert.ok(error instanceof BlockError, `${error}`);
    return `BlockError ${error.message}`;
  }
}

async function written(
  series: readonly string[],
  chunksOf: (row: number) => number = () => 2,
  parts: Partial<NewBlock> = {},
): Promise<Block> {
  const disk = new MemoryDisk();
  const block = newBlockOf(parts);
  await writeBlock(disk, "/data", seriesOf(series, chunksOf), block);
  return await openBlock(disk, `/data/${block.ulid}`);
}

async function selected(block: Block, name: string, values: readonly string[]): Promise<string[]> {
  const series = await block.series(await block.postings(name, values));
  return series.map(({ labels }) => showLabels(labels));
}
