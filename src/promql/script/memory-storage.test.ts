import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createMatcher,
  formatSeries,
  histogramOf,
  isStaleAt,
  labelsOf,
  SampleBuffer,
} from "#series";
import { MemoryStorage } from "./memory-storage.ts";

const anySeries = [createMatcher("=~", "__name__", ".+")];
const noLimit = { minMs: 0, maxMs: 0, seriesMax: 0 };

test("series are found by matchers, sorted by labels", async () => {
  const storage = await storageOf(["up{job=b}", "up{job=a}", "down{job=a}"]);
  const querier = await storage.querier();
  const { signal } = new AbortController();
  const matchers = [createMatcher("=", "job", "a")];
  const found = await querier.select(matchers, noLimit, signal);
  const names = found.map(({ labels }) => formatSeries(labels));
  assert.deepEqual(names, ['down{job="a"}', 'up{job="a"}']);
  assert.deepEqual(await querier.labelNames([]), ["__name__", "job"]);
  assert.deepEqual(await querier.labelValues("job", []), ["a", "b"]);
  assert.deepEqual(await querier.labelValues("__name__", [matchers]), ["down", "up"]);
});

test("what is appended later, or rolled back, is not seen", async () => {
  const storage = new MemoryStorage();
  const before = await storage.querier();
  const appender = storage.appender();
  const ref = appender.seriesRef(labelsOf([["__name__", "up"]]));
  appender.appendFloat(ref, 1, 1, 0);
  appender.rollback();
  appender.appendFloat(ref, 2, 2, 0);
  await appender.commit();
  const { signal } = new AbortController();
  assert.equal((await before.select(anySeries, noLimit, signal)).length, 0);
  assert.deepEqual(await rowsOf(storage), ["2:2"]);
});

test("samples go forward in time", async () => {
  const appender = new MemoryStorage().appender();
  const ref = appender.seriesRef(labelsOf([["__name__", "up"]]));
  const refusals = [5, 5, 4, 6].map((timeMs) => appender.appendFloat(ref, timeMs, 1, 0));
  assert.deepEqual(refusals, [undefined, "duplicate timestamp", "out of order", undefined]);
  assert.equal(appender.appendFloat(ref + 1, 1, 1, 0), "unknown series");
});

test("histograms read back tell of resets what a chunk would know", async () => {
  const storage = new MemoryStorage();
  const appender = storage.appender();
  const ref = appender.seriesRef(labelsOf([["__name__", "up"]]));
  const day = 24 * 3_600_000;
  const counts = [1, 2, 3, 2, 3];
  for (const [index, count] of counts.entries()) {
    appender.appendHistogram(ref, index, histogramOf({ count }), 0);
  }
  appender.appendStale(ref, 10);
  appender.appendHistogram(ref, 11, histogramOf({ count: 4 }), 0);
  appender.appendHistogram(ref, 12, histogramOf({ count: 5 }), 0);
  appender.appendHistogram(ref, day, histogramOf({ count: 6 }), 0);
  appender.appendHistogram(ref, day + 1, histogramOf({ counterResetHint: "gauge" }), 0);
  appender.appendHistogram(ref, day + 2, histogramOf({ counterResetHint: "gauge" }), 0);
  appender.appendHistogram(ref, day + 3, histogramOf({ schema: 1, count: 1 }), 0);
  await appender.commit();
  assert.deepEqual(await rowsOf(storage), [
    "0:unknown",
    "1:notReset",
    "2:notReset",
    "3:unknown",
    "4:notReset",
    "10:stale",
    "11:unknown",
    "12:notReset",
    `${day}:unknown`,
    `${day + 1}:gauge`,
    `${day + 2}:gauge`,
    `${day + 3}:unknown`,
  ]);
});

/** Series as `name{job=value}`, each with one sample. */
async function storageOf(series: readonly string[]): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  const appender = storage.appender();
  for (const text of series) {
    const [, name = "", job = ""] = /^(\w+)\{job=(\w+)\}$/.exec(text) ?? [];
    const ref = appender.seriesRef(
      labelsOf([
        ["__name__", name],
        ["job", job],
      ]),
    );
    appender.appendFloat(ref, 1, 1, 0);
  }
  await appender.commit();
  return storage;
}

/** All rows of all series, as `time:value` or `time:hint`. */
async function rowsOf(storage: MemoryStorage): Promise<readonly string[]> {
  const querier = await storage.querier();
  const { signal } = new AbortController();
  const sources = await querier.select(anySeries, noLimit, signal);
  return sources.flatMap((source) => {
    const buffer = new SampleBuffer();
    source.read(buffer, 0, Number.MAX_SAFE_INTEGER);
    return Array.from({ length: buffer.count }, (_, row) => {
      const histogram = buffer.histograms?.[row];
      const value = isStaleAt(buffer.values, row) ? "stale" : buffer.values[row];
      return `${buffer.timestampsMs[row]}:${histogram?.counterResetHint ?? value}`;
    });
  });
}
