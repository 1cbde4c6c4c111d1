import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryDisk, VirtualClock } from "#base/testing";
import { realZstd } from "#host";
import { followWal } from "./follow-wal.ts";
import type { WalRecord } from "./record.ts";
import { recordsOf, showRecord } from "./testing.ts";
import { openWal, walOptionsDefault } from "./wal.ts";

const options = { ...walOptionsDefault, segmentBytesMax: 32 * 1024, compression: "none" } as const;

test("a log is followed through pages and segments, each record once and in order", async () => {
  const { disk, clock, stop } = parts();
  await using wal = await openWal({ disk, zstd: realZstd }, "/wal", options);
  const seen: string[] = [];
  const following = collect(disk, clock, seen, stop.signal);
  await clock.advance(1_000);
  const written: string[] = [];
  for (let turn = 0; turn < 400; turn++) {
    const records = recordsOf(turn);
    await wal.append(records);
    written.push(...records.map(showRecord));
    if (turn % 7 === 0) await clock.advance(250);
  }
  await clock.advance(5_000);
  stop.abort();
  await clock.advance(250);
  await following;
  assert.ok((await disk.listDirectory("/wal")).length > 1, "several segments were written");
  assert.deepEqual(seen, written);
});

test("of what was there before, only the series come", async () => {
  const { disk, clock, stop } = parts();
  await using wal = await openWal({ disk, zstd: realZstd }, "/wal", options);
  await wal.append(recordsOf(1));
  const seen: string[] = [];
  const following = collect(disk, clock, seen, stop.signal);
  await clock.advance(1_000);
  const kinds = new Set(seen.map((line) => line.slice(0, 10)));
  assert.ok(seen.length > 0);
  assert.ok(![...kinds].some((kind) => kind.startsWith("samples")), [...kinds].join());
  stop.abort();
  await clock.advance(250);
  await following;
});

test("a segment that is gone is passed over", async () => {
  const { disk, clock, stop } = parts();
  await using wal = await openWal({ disk, zstd: realZstd }, "/wal", options);
  const seen: string[] = [];
  const following = collect(disk, clock, seen, stop.signal);
  await clock.advance(1_000);
  for (let turn = 0; turn < 200; turn++) await wal.append(recordsOf(turn));
  const [first = ""] = await disk.listDirectory("/wal");
  await disk.remove(`/wal/${first}`);
  await clock.advance(5_000);
  const last = recordsOf(199).map(showRecord).at(-1) ?? "";
  assert.equal(seen.at(-1), last);
  stop.abort();
  await clock.advance(250);
  await following;
});

function parts() {
  return { disk: new MemoryDisk(), clock: new VirtualClock(), stop: new AbortController() };
}

async function collect(
  disk: MemoryDisk,
  clock: VirtualClock,
  into: string[],
  signal: AbortSignal,
): Promise<void> {
  const add = (records: readonly WalRecord[]) => into.push(...records.map(showRecord));
  const deps = { disk, zstd: realZstd, clock, onSegment: () => {} };
  for await (const records of followWal(deps, "/wal", signal)) add(records);
}
