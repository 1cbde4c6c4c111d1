import assert from "node:assert/strict";
import { test } from "node:test";
import { integerBelow, type Random } from "#base";
import { seededRandom } from "#base/testing";
import { labelsOf } from "#series";
import { XorEncoder } from "../chunk/xor.ts";
import { ArenaChunks } from "./arena-chunks.ts";
import { CopyRoom } from "./copy-room.ts";
import { SeriesTable } from "./series-table.ts";

test("chunks in the arena have the very bytes of an encoder of their own", () => {
  const random = seededRandom(3);
  const series = new SeriesTable();
  const chunks = new ArenaChunks();
  const encoders = Array.from({ length: 100 }, (_, index) => {
    chunks.begin(series, series.add(index + 1, labelsOf([["series", `${index}`]])));
    return new XorEncoder();
  });
  const timesMs = encoders.map(() => integerBelow(random, 2) * 1_700_000_000_000 - 500);
  const values = new Float64Array(100);
  const words = new Uint32Array(values.buffer);
  for (let round = 0; round < 120; round++) {
    for (const [slot, encoder] of encoders.entries()) {
      if (chunks.byteLength(series, slot) > 1000) continue;
      timesMs[slot] = (timesMs[slot] ?? 0) + nextInterval(random, slot);
      nextValue(random, slot, values);
      const value = { low: words[slot * 2] ?? 0, high: words[slot * 2 + 1] ?? 0 };
      chunks.append(series, slot, { timestampMs: timesMs[slot] ?? 0, ...value });
      encoder.appendFrom(values, slot, timesMs[slot] ?? 0, 0);
    }
  }
  const room = new CopyRoom();
  const copies = encoders.map((_, slot) => chunks.copy(series, slot, room));
  for (const [slot, encoder] of encoders.entries()) {
    const bytes = copies[slot];
    assert.deepEqual(bytes, encoder.copy().bytes, `series ${slot}`);
  }
});

function nextInterval(random: Random, slot: number): number {
  if (slot % 4 === 0) return 15_000;
  if (slot % 4 === 1) return 15_000 + integerBelow(random, 20) - 10;
  if (slot % 4 === 2) return 1 + integerBelow(random, 400_000);
  return 1 + integerBelow(random, 5) * 10 ** integerBelow(random, 12);
}

/** Constants, counters, decimals, any bits at all, and stale markers now and then. */
function nextValue(random: Random, slot: number, values: Float64Array): void {
  const words = new Uint32Array(values.buffer);
  const kind = slot % 5;
  if (kind === 1) values[slot] = (values[slot] ?? 0) + integerBelow(random, 100);
  if (kind === 2) values[slot] = integerBelow(random, 1000) / 100;
  if (kind === 3 || random.fraction() < 0.02) {
    words[slot * 2] = integerBelow(random, 2 ** 32);
    words[slot * 2 + 1] = integerBelow(random, 2 ** 32);
  }
  if (random.fraction() < 0.02) {
    words[slot * 2] = 2;
    words[slot * 2 + 1] = 0x7ff00000;
  }
}
