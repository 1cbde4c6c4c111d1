import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryDisk, seededRandom } from "#base/testing";
import { realZstd } from "#host";
import { crc32c, integerBelow } from "#base";
import { encodeRecord } from "./encode-record.ts";
import {
  fillFromLog,
  findCheckpoint,
  removeCheckpointsBefore,
  writeCheckpoint,
} from "./checkpoint.ts";
import { pageBytes } from "./frame.ts";
import { readWal, repairWal, type WalDamage } from "./read-wal.ts";
import type { WalRecord } from "./record.ts";
import { recordsOf, samplesOf, showRecord } from "./testing.ts";
import { openWal, type WalOptions, walOptionsDefault } from "./wal.ts";

const directory = "/wal";
const seed = 20260401;
const damageRounds = 200;
/** Unpacking is slow there, and the frames around the records are the same. */
const zstdDamageRounds = 20;

test("what is appended is read, across segments and restarts", async () => {
  const disk = new MemoryDisk();
  const written: string[] = [];
  for (let start = 0; start < 2; start++) {
    await using wal = await openSmallWal(disk, { compression: "none" });
    for (let turn = 0; turn < 400; turn++) written.push(...(await append(wal, recordsOf(turn))));
  }
  const { records, damage } = await read(disk);
  assert.equal(damage, undefined);
  assert.deepEqual(records, written);
  assert.deepEqual(
    disk.paths,
    [0, 1, 2, 3].map((segment) => `/wal/0000000${segment}`),
  );
});

test("a record longer than a page, and one longer than a segment, come back", async () => {
  const disk = new MemoryDisk();
  const records = [3_000, 20, 40_000].map((count): WalRecord => {
    const rows = Array.from({ length: count }, (_, row) => [row, 1000, Math.sqrt(row)] as const);
    return { kind: "samples", samples: samplesOf(rows) };
  });
  await using wal = await openSmallWal(disk, { compression: "none" });
  for (const record of records) await wal.append([record]);
  assert.deepEqual((await read(disk)).records, records.map(showRecord));
});

test("appends that arrive while one is written share the next sync, and keep their order", async () => {
  const disk = new MemoryDisk();
  await using wal = await openSmallWal(disk, {});
  const batches = Array.from({ length: 50 }, (_, turn) => recordsOf(turn));
  await Promise.all(batches.map((batch) => wal.append(batch)));
  assert.ok(disk.syncCount <= 2, `${disk.syncCount} syncs`);
  disk.crash();
  assert.deepEqual((await read(disk)).records, batches.flat().map(showRecord));
});

test("without a sync for each commit, a power cut takes what no full segment holds", async () => {
  const disk = new MemoryDisk();
  await using wal = await openSmallWal(disk, { sync: "segment" });
  await wal.append(recordsOf(1));
  assert.equal(await wal.cut(), 1);
  await wal.append(recordsOf(2));
  disk.crash();
  assert.deepEqual((await read(disk)).records, recordsOf(1).map(showRecord));
});

test("the columns of samples may be used again once they are appended", async () => {
  const disk = new MemoryDisk();
  await using wal = await openSmallWal(disk, {});
  const samples = samplesOf([[1, 2, 3]]);
  const appended = wal.append([{ kind: "samples", samples }]);
  samples.refs[0] = 99;
  await appended;
  assert.deepEqual((await read(disk)).records, ["samples 1@2=4008000000000000"]);
});

test("on a full disk an append is refused, and the log goes on when there is room again", async () => {
  const disk = new MemoryDisk();
  await using wal = await openSmallWal(disk, {});
  const written = await append(wal, recordsOf(1));
  disk.capacityBytes = 500;
  await assert.rejects(append(wal, [...recordsOf(2), ...recordsOf(3)]), { code: "ENOSPC" });
  disk.capacityBytes = Infinity;
  written.push(...(await append(wal, recordsOf(4))));
  assert.deepEqual(await read(disk), { records: written, damage: undefined });
});

test("when a sync fails the log takes no more", async () => {
  const disk = new MemoryDisk();
  const open = disk.openAppend.bind(disk);
  disk.openAppend = async (path) => {
    const file = await open(path);
    return { ...file, bytes: 0, sync: async () => Promise.reject(new Error("input/output error")) };
  };
  const wal = await openSmallWal(disk, {});
  await assert.rejects(wal.append(recordsOf(1)), { message: "input/output error" });
  await assert.rejects(wal.append(recordsOf(2)), { message: "the write-ahead log is broken" });
  await wal.close();
});

test("segments that are not needed any more are removed", async () => {
  const disk = new MemoryDisk();
  await using wal = await openSmallWal(disk, {});
  for (let turn = 0; turn < 4; turn++) {
    await wal.append(recordsOf(turn));
    await wal.cut();
  }
  await wal.removeBefore(3);
  assert.deepEqual(disk.paths, ["/wal/00000003", "/wal/00000004"]);
  assert.deepEqual((await read(disk)).records, recordsOf(3).map(showRecord));
});

test("a missing segment is damage, and what comes behind it is not read", async () => {
  const disk = new MemoryDisk();
  const wal = await openSmallWal(disk, {});
  for (let turn = 0; turn < 3; turn++) {
    await wal.append(recordsOf(turn));
    await wal.cut();
  }
  await wal.close();
  await disk.remove("/wal/00000001");
  const { records, damage } = await read(disk);
  assert.deepEqual(damage, { segment: 1, offset: 0, problem: "segment is missing" });
  assert.deepEqual(records, recordsOf(0).map(showRecord));
  if (damage !== undefined) await repairWal(disk, directory, damage);
  assert.deepEqual(disk.paths, ["/wal/00000000"]);
});

test("a checkpoint stands for what is kept of the segments before", async () => {
  const disk = new MemoryDisk();
  await using wal = await openSmallWal(disk, {});
  for (let turn = 0; turn < 4; turn++) {
    await wal.append(recordsOf(turn));
    await wal.cut();
  }
  const deps = { disk, zstd: realZstd };
  const onlySeries = (record: WalRecord) => (record.kind === "series" ? record : undefined);
  const write = (segment: number, keep: (record: WalRecord) => WalRecord | undefined) => {
    const fill = fillFromLog(deps, directory, segment, keep);
    return writeCheckpoint(deps, directory, { segment, compression: "zstd" }, fill);
  };
  await write(1, () => undefined);
  const first = await findCheckpoint(disk, directory);
  const second = await write(2, onlySeries);
  await removeCheckpointsBefore(disk, directory, second.segment);
  await wal.removeBefore(3);
  const kept: string[] = [];
  await readWal({ disk, zstd: realZstd }, second.directory, {}, (records) => {
    kept.push(...records.map(showRecord));
  });
  assert.equal(first?.directory, "/wal/checkpoint.00000001");
  assert.deepEqual(await findCheckpoint(disk, directory), second);
  // Of segments 0 and 1 the first checkpoint had kept nothing.
  assert.deepEqual(kept, recordsOf(2).slice(0, 1).map(showRecord));
});

for (const compression of ["none", "snappy", "zstd"] as const) {
  const rounds = compression === "zstd" ? zstdDamageRounds : damageRounds;
  test(`cut anywhere (${compression}), a log gives every record before the cut and no other`, async () => {
    const log = await sampleLog(compression);
    const random = seededRandom(seed);
    for (let round = 0; round < rounds; round++) {
      const end = integerBelow(random, log.bytes.length);
      const { records } = await readDamaged(log.bytes.slice(0, end));
      const whole = log.ends.filter((at) => at <= end).length;
      assert.deepEqual(records, log.records.slice(0, whole), `seed ${seed}, cut at ${end}`);
    }
  });

  test(`changed anywhere (${compression}), a log gives every record before the change, invents none, and can be repaired`, async () => {
    const log = await sampleLog(compression);
    const known = new Set(log.records);
    const random = seededRandom(seed);
    for (let round = 0; round < rounds; round++) {
      const at = integerBelow(random, log.bytes.length);
      const bytes = log.bytes.slice();
      bytes[at] = (bytes[at] ?? 0) ^ (1 << integerBelow(random, 8));
      const { records, disk, damage } = await readDamaged(bytes);
      const hint = `seed ${seed}, changed at ${at}`;
      const whole = log.ends.filter((end) => end <= at).length;
      assert.deepEqual(records.slice(0, whole), log.records.slice(0, whole), hint);
      const invented = records.filter((record) => !known.has(record));
      assert.deepEqual(invented, [], hint);
      if (damage === undefined) continue;
      await repairWal(disk, directory, damage);
      assert.deepEqual(await read(disk, keyOf), { records, damage: undefined }, hint);
      assert.equal((await disk.readFile("/wal/00000000")).length % pageBytes, 0);
    }
  });
}

/** A log of one segment of a few pages: its bytes, its records and where in it each one ends. */
async function sampleLog(compression: WalOptions["compression"]) {
  const disk = new MemoryDisk();
  const wal = await openWal({ disk, zstd: realZstd }, directory, {
    ...walOptionsDefault,
    compression,
  });
  const records: string[] = [];
  const ends: number[] = [];
  const random = seededRandom(seed);
  for (let turn = 0; wal.segmentBytes < pageBytes * 1.5; turn++) {
    const rows = Array.from(
      { length: 10 + turn * 50 },
      (_, row) => [row, turn, random.fraction()] as const,
    );
    const samples: WalRecord = { kind: "samples", samples: samplesOf(rows) };
    for (const record of [...recordsOf(turn), samples]) {
      await wal.append([record]);
      records.push(keyOf(record));
      ends.push(wal.segmentBytes);
    }
  }
  const bytes = await disk.readFile("/wal/00000000");
  await wal.close();
  return { bytes, records, ends };
}

async function readDamaged(bytes: Uint8Array) {
  const disk = new MemoryDisk();
  await disk.makeDirectory(directory);
  await disk.writeFile("/wal/00000000", bytes);
  return { disk, ...(await read(disk, keyOf)) };
}

async function openSmallWal(disk: MemoryDisk, options: Partial<WalOptions>) {
  const small = { ...walOptionsDefault, segmentBytesMax: 2 * pageBytes, ...options };
  return await openWal({ disk, zstd: realZstd }, directory, small);
}

async function append(
  wal: { append(records: readonly WalRecord[]): Promise<void> },
  records: readonly WalRecord[],
): Promise<string[]> {
  await wal.append(records);
  return records.map(showRecord);
}

/** What tells one record from others, and is quicker to make than a text to look at. */
function keyOf(record: WalRecord): string {
  return encodeRecord(record)
    .map((bytes) => `${record.kind} ${crc32c(bytes)}`)
    .join();
}

async function read(
  disk: MemoryDisk,
  show: (record: WalRecord) => string = showRecord,
): Promise<{ records: string[]; damage: WalDamage | undefined }> {
  const records: string[] = [];
  const damage = await readWal({ disk, zstd: realZstd }, directory, {}, (some) => {
    records.push(...some.map(show));
  });
  return { records, damage };
}
