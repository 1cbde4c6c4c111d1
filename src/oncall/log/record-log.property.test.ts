/**
 * Three writers append and compact at once, over records whose answers come late, get lost, or never did
 * anything. Whatever comes of it, the log has what was acknowledged, in one order, and nothing of what
 * was refused.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Random } from "#base";
import { seededRandom } from "#base/testing";
import { MemoryRecords } from "../testing.ts";
import { LogConflict } from "./event-log.ts";
import { RecordLog } from "./record-log.ts";
import type { Records } from "./records.ts";

const sizes = { tailCharsMax: 300, segmentCharsMax: 3_000, segmentCountMax: 3 };
const seedCount = 16;
const actCount = 40;

test("writers who append and compact at once lose nothing and agree on one order", async () => {
  for (let seed = 1; seed <= seedCount; seed++) await checkHistory(seed);
});

async function checkHistory(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const records = new MemoryRecords();
  const fates: Fates = { done: new Set(), refused: new Set(), forgotten: new Set() };
  const writers = Array.from({ length: 3 }, () => new Writer(slowed(records, random), random));
  await Promise.all(
    writers.map(async (writer, index) => {
      for (let act = 0; act < actCount; act++) {
        if (random.fraction() < 0.1) records.fail(pick(random, ["before", "after", "removing"]));
        await writer.act(`${index}-${act}`, fates);
      }
    }),
  );
  const events = await new RecordLog({ records, random }, sizes).read(0);
  const texts = events.map((event) => (event.kind === "noted" ? event.text : ""));
  const sequences = events.map(({ sequence }) => sequence);
  const place = `seed ${seed}`;
  assert.deepEqual(
    sequences,
    [...new Set(sequences)].sort((a, b) => a - b),
    place,
  );
  assert.equal(new Set(texts).size, texts.length, place);
  for (const text of fates.done) {
    assert.ok(texts.includes(text) || fates.forgotten.has(text), `${place}: ${text} is lost`);
  }
  for (const text of fates.refused) assert.ok(!texts.includes(text), `${place}: ${text} is there`);
}

interface Fates {
  readonly done: Set<string>;
  readonly refused: Set<string>;
  /** What compactions were told to drop, whether they did or not. */
  readonly forgotten: Set<string>;
}

class Writer {
  readonly #log: RecordLog;
  readonly #random: Random;
  #sequence = 0;

  constructor(records: Records, random: Random) {
    this.#log = new RecordLog({ records, random }, sizes);
    this.#random = random;
  }

  /** Reads, appends or compacts; who appends without having read acts on what it knew. */
  async act(text: string, fates: Fates): Promise<void> {
    const chance = this.#random.fraction();
    try {
      if (chance < 0.2) await this.#compact(fates);
      else await this.#append(text, fates, chance < 0.7);
    } catch (error) {
      if (error instanceof LogConflict) return;
      // Nobody knows what came of it, and nobody was told that it is done.
      assert.equal(Object(error).message, "no answer");
    }
  }

  async #append(text: string, fates: Fates, isReading: boolean): Promise<void> {
    if (isReading) this.#sequence = (await this.#log.read(0)).at(-1)?.sequence ?? 0;
    const draft = { kind: "noted", incident: "i", by: "alice", text } as const;
    try {
      const [event] = await this.#log.append(this.#sequence, 1, [draft]);
      this.#sequence = event?.sequence ?? 0;
      fates.done.add(text);
    } catch (error) {
      if (error instanceof LogConflict) fates.refused.add(text);
      throw error;
    }
  }

  async #compact({ forgotten }: Fates): Promise<void> {
    await this.#log.compact((event) => {
      if (event.kind !== "noted" || this.#random.fraction() < 0.7) return true;
      forgotten.add(event.text);
      return false;
    });
  }
}

/** Each request takes another time, and so do the answers. */
function slowed(records: Records, random: Random): Records {
  const late = async <T>(act: () => Promise<T>): Promise<T> => {
    await turns(random);
    try {
      return await act();
    } finally {
      await turns(random);
    }
  };
  return {
    find: (name) => late(() => records.find(name)),
    list: () => late(() => records.list()),
    write: (name, text, version) => late(() => records.write(name, text, version)),
    remove: (name) => late(() => records.remove(name)),
  };
}

/** Mostly a few, sometimes so many that others get a lot done meanwhile. */
async function turns(random: Random): Promise<void> {
  const count = Math.floor(random.fraction() ** 4 * 100);
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
}

function pick<T>(random: Random, from: readonly [T, ...T[]]): T {
  return from[Math.floor(random.fraction() * from.length)] ?? from[0];
}
