import assert from "node:assert/strict";
import { test } from "node:test";
import { integerBelow, type Random, silentLogger, uncounted } from "#base";
import { MemoryDisk, seededRandom, VirtualClock } from "#base/testing";
import { realZstd } from "#host";
import { createMatcher, labelsOf, SampleBuffer } from "#series";
import { histogramOf } from "../chunk/testing.ts";
import { type Database, openDatabase } from "./database.ts";

const minuteMs = 60_000;
const lateWindowMs = 10 * minuteMs;
const seriesCount = 12;
const never = new AbortController().signal;

/** What a database must hold: for each series the value at each time. */
type Model = Map<string, Map<number, number>>;

for (const seed of [1, 2, 3]) {
  test(`a database answers as a map does, whatever is done to it (seed ${seed})`, async () => {
    const world = new World(seededRandom(seed));
    await world.open();
    for (let step = 0; step < 90; step++) {
      await world.act();
      if (step % 10 === 9) await world.check(`step ${step}`);
    }
    await world.close();
  });
}

class World {
  readonly #random: Random;
  readonly #disk = new MemoryDisk();
  readonly #model: Model = new Map();
  #database: Database | undefined;
  #nowMs = 1_000 * minuteMs;

  constructor(random: Random) {
    this.#random = random;
  }

  get #open(): Database {
    assert.ok(this.#database !== undefined);
    return this.#database;
  }

  async open(): Promise<void> {
    const deps = {
      disk: this.#disk,
      zstd: realZstd,
      clock: new VirtualClock(),
      random: this.#random,
      log: silentLogger,
      meters: uncounted,
    };
    this.#database = await openDatabase(deps, "/data", {
      blockRangeMs: 20 * minuteMs,
      blockRangeMaxMs: 200 * minuteMs,
      outOfOrderWindowMs: lateWindowMs,
      outOfOrderSamplesMax: 6,
      exemplarsMax: 10,
    });
  }

  async close(): Promise<void> {
    await this.#open.close();
  }

  async act(): Promise<void> {
    const chance = this.#random.fraction();
    if (chance < 0.6) return this.#appendFor(1 + integerBelow(this.#random, 10));
    if (chance < 0.7) return this.#open.maintain(never);
    if (chance < 0.78) return this.#delete();
    if (chance < 0.82) return this.#open.cleanTombstones(never);
    if (chance < 0.9) {
      await this.#open.close();
      return this.open();
    }
    // Killed: everything in memory is gone, and the lock with it.
    this.#disk.releaseLocks();
    return this.open();
  }

  async check(where: string): Promise<void> {
    const ever = Number.POSITIVE_INFINITY;
    await this.#checkRange(-ever, ever, where);
    const fromMs = this.#nowMs - integerBelow(this.#random, 200) * minuteMs;
    await this.#checkRange(fromMs, fromMs + 30 * minuteMs, where);
  }

  /** Compares sample by sample, so that a failure tells which are missing and which were invented. */
  async #checkRange(minMs: number, maxMs: number, where: string): Promise<void> {
    await using querier = await this.#open.querier(minMs, maxMs);
    const series = await querier.select([], { minMs, maxMs, seriesMax: 0 }, never);
    const found = new Set<string>();
    const samples = new SampleBuffer();
    for (const source of series) {
      samples.clear();
      source.read(samples, minMs, maxMs);
      for (let row = 0; row < samples.count; row++) {
        const isAscending = row === 0 || at(samples, row) > at(samples, row - 1);
        assert.ok(isAscending, `${where}: samples are in order`);
        found.add(`${source.labels.join(" ")} ${at(samples, row)}=${valueAt(samples, row)}`);
      }
    }
    const expected = new Set<string>();
    for (const [key, values] of this.#model) {
      for (const [timeMs, value] of values) {
        if (timeMs >= minMs && timeMs <= maxMs) expected.add(`${key} ${timeMs}=${value}`);
      }
    }
    const missing = [...expected].filter((line) => !found.has(line));
    const invented = [...found].filter((line) => !expected.has(line));
    assert.deepEqual({ missing, invented }, { missing: [], invented: [] }, where);
  }

  async #appendFor(minutes: number): Promise<void> {
    for (let scrape = 0; scrape < minutes * 4; scrape++) {
      this.#nowMs += minuteMs / 4;
      const appender = this.#open.appender();
      const taken: (() => void)[] = [];
      for (let index = 0; index < seriesCount; index++) {
        // Some series end and come back.
        if ((Math.floor(this.#nowMs / (70 * minuteMs)) + index) % 4 === 0) continue;
        const labels = labelsOf([
          ["__name__", `metric_${index % 3}`],
          ["index", `${index}`],
        ]);
        const isLate = this.#random.fraction() < 0.05;
        const lateMs = this.#nowMs - integerBelow(this.#random, lateWindowMs * 1.2);
        // Late ones at times of their own: what counts of two at a time is nobody's promise.
        const timeMs = isLate ? lateMs - (lateMs % 1000) + 100 + index : this.#nowMs;
        const value = 1 + integerBelow(this.#random, 1000);
        const known = this.#model.get(labels.join(" "))?.has(timeMs) ?? false;
        if (known) continue;
        const ref = appender.seriesRef(labels);
        const refusal =
          index % 6 === 5
            ? appender.appendHistogram(ref, timeMs, histogramOf(`0:${value}`, { zeroCount: 0 }), 0)
            : appender.appendFloat(ref, timeMs, value, 0);
        if (refusal === undefined) taken.push(() => this.#note(labels.join(" "), timeMs, value));
        else assert.equal(refusal, "too old");
      }
      if (this.#random.fraction() < 0.03) appender.rollback();
      else {
        await appender.commit();
        for (const note of taken) note();
      }
    }
  }

  #note(key: string, timeMs: number, value: number): void {
    const values = this.#model.get(key) ?? new Map<number, number>();
    this.#model.set(key, values);
    values.set(timeMs, value);
  }

  /** Deletes a while that is too long ago for late samples to come. */
  async #delete(): Promise<void> {
    const maxMs = this.#nowMs - lateWindowMs * 2 - integerBelow(this.#random, 100) * minuteMs;
    const minMs = maxMs - integerBelow(this.#random, 30) * minuteMs;
    const name = `metric_${integerBelow(this.#random, 3)}`;
    await this.#open.deleteSeries({ minMs, maxMs }, [createMatcher("=", "__name__", name)]);
    for (const [key, values] of this.#model) {
      if (!key.includes(name)) continue;
      for (const timeMs of values.keys()) {
        if (timeMs >= minMs && timeMs <= maxMs) values.delete(timeMs);
      }
    }
  }
}

/** Of a histogram its count: a sixth of the series has histograms. */
function valueAt(samples: SampleBuffer, row: number): number | undefined {
  return samples.histograms?.[row]?.count ?? samples.values[row];
}

function at(samples: SampleBuffer, row: number): number {
  return samples.timestampsMs[row] ?? 0;
}
