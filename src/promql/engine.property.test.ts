import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Clock } from "#base";
import { type Labels, labelsKey, labelsOf } from "#series";
import { createEngine } from "./engine.ts";
import type { QueryValue } from "./result.ts";
import { MemoryStorage } from "./testing.ts";

// What the engine slides, folds and streams is compared with what its definition says, computed
// anew for each window; and a range with the instants that it is made of.

const stepMs = 15_000;
const seconds = 1_000;
const lookbackMs = 300_000;
const runs = { numRuns: 80 };

/** Points of a series in time order; undefined is the stale marker. */
interface StoredSeries {
  readonly labels: Labels;
  readonly points: readonly (readonly [timeMs: number, value: number | undefined])[];
}

const values = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 100 }) },
  { weight: 2, arbitrary: fc.double({ noNaN: true, min: -1e6, max: 1e6 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, undefined) },
);

/** Seconds between samples. */
const gaps = fc.constantFrom(1, 1, 1, 2, 30, 400);
const numbers = fc.integer({ min: 0, max: 1_000 });
/**
 * With gaps, or without: then windows of minutes hold hundreds of samples. Some series have numbers
 * only, because in a large window one NaN hides all others.
 */
const points = fc
  .oneof(
    fc.array(fc.tuple(gaps, values), { minLength: 1, maxLength: 60 }),
    fc.array(fc.tuple(fc.constant(1), values), { minLength: 400, maxLength: 700 }),
    fc.array(fc.tuple(fc.constant(1), numbers), { minLength: 400, maxLength: 700 }),
  )
  .map((samples) => {
    let timeMs = 0;
    return samples.map(([gap, value]) => {
      timeMs += gap * seconds;
      return [timeMs, value] as const;
    });
  });

const storedSeries = fc
  .array(fc.tuple(fc.constantFrom("a", "b"), fc.constantFrom("1", "2", "3"), points), {
    minLength: 1,
    maxLength: 4,
  })
  .map((list): readonly StoredSeries[] => {
    const byKey = new Map<string, StoredSeries>();
    for (const [job, instance, ofSeries] of list) {
      const labels = labelsOf([
        ["__name__", "m"],
        ["job", job],
        ["instance", instance],
      ]);
      byKey.set(labelsKey(labels), { labels, points: ofSeries });
    }
    return [...byKey.values()];
  });

type Point = readonly [timeMs: number, value: number];

/** What functions over a range give, straight from their definitions. */
const overTime: Readonly<Record<string, (window: readonly Point[]) => number | undefined>> = {
  sum_over_time: (window) => sumOf(window),
  avg_over_time: (window) => averageOf(window),
  count_over_time: (window) => window.length,
  min_over_time: (window) => Math.min(...numbersOrNaN(window)),
  max_over_time: (window) => Math.max(...numbersOrNaN(window)),
  last_over_time: (window) => window.at(-1)?.[1],
  first_over_time: (window) => window[0]?.[1],
  present_over_time: () => 1,
  ts_of_last_over_time: (window) => (window.at(-1)?.[0] ?? 0) / 1000,
  changes: (window) =>
    countPairs(window, (left, right) => !Object.is(left, right) && left !== right),
  resets: (window) => countPairs(window, (left, right) => right < left),
  idelta: (window) => lastPair(window, (left, right) => right - left),
  "quantile_over_time(0.3)": (window) => quantileOf(0.3, window),
};

test("functions over a range give what their definition says, window by window", async () => {
  await fc.assert(
    fc.asyncProperty(
      storedSeries,
      fc.constantFrom(...Object.keys(overTime)),
      fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 256, max: 600 })),
      async (stored, named, rangeSeconds) => {
        const [name = "", argument] = named.replace(")", "").split("(");
        const range = `m[${rangeSeconds}s]`;
        const query =
          argument === undefined ? `${name}(${range})` : `${name}(${argument}, ${range})`;
        const times = { startMs: 0, endMs: 40 * stepMs, stepMs };
        const got = await evaluateRange(stored, query, times);
        for (const series of stored) {
          for (let timeMs = 0; timeMs <= times.endMs; timeMs += stepMs) {
            const window = windowOf(series, timeMs - rangeSeconds * seconds, timeMs);
            const want = window.length === 0 ? undefined : overTime[named]?.(window);
            const found = got.get(keyAt(namelessUnlessKept(series.labels, name), timeMs));
            assertClose(found, want, `${query} at ${timeMs}`);
          }
        }
      },
    ),
    runs,
  );
});

const operands = ["m", "m offset 1m", "rate(m[2m])", "sum by (job) (m)", "3", "m > 20"] as const;

/** Expressions of many kinds, small enough to read when one fails. */
const expressions = fc.oneof(
  fc.constantFrom(...operands),
  fc.constantFrom(
    "sum by (job) (m)",
    "avg without (instance) (m)",
    "max(rate(m[5m]))",
    "count by (job) (m > 20)",
    "stddev by (job) (m)",
    "quantile by (job) (0.4, m)",
    "topk(1, m) by (job)",
    "bottomk(2, m)",
    "count_values('v', m)",
    "m and on (instance) m{job='a'}",
    "m or sum by (job) (m)",
    "m unless m{instance='1'}",
    "m - on (job, instance) group_left () m offset 30s",
    "sum by (job) (m) / ignoring (instance) group_right () m",
    "increase(m[10m])",
    "irate(m[1m])",
    "deriv(m[3m])",
    "predict_linear(m[3m], 60)",
    "stddev_over_time(m[7m])",
    "quantile_over_time(0.9, m[9m])",
    "max_over_time(sum by (job) (m)[4m:20s])",
    "rate(m[3m] @ 300)",
    "absent(m{job='a'})",
    "absent_over_time(m{job='b'}[30s])",
    "clamp(m, 10, 50)",
    "round(m, 7)",
    "timestamp(m)",
    "scalar(m{job='a', instance='1'}) + vector(time())",
    "label_replace(m, 'x', '$1-y', 'job', '(.)')",
    "-m * 2",
  ),
);

test("a range is made of the instants at its steps", async () => {
  await fc.assert(
    fc.asyncProperty(storedSeries, expressions, async (stored, query) => {
      const times = { startMs: 7_000, endMs: 7_000 + 20 * stepMs, stepMs };
      const range = await attempt(() => evaluateRange(stored, query, times));
      for (let timeMs = times.startMs; timeMs <= times.endMs; timeMs += stepMs) {
        const instant = await attempt(() => evaluateInstant(stored, query, timeMs));
        if (typeof instant === "string") {
          assert.equal(range, instant, `${query} at ${timeMs}`);
          return;
        }
        if (typeof range === "string") continue;
        const ofStep = [...range].filter(([key]) => key.endsWith(` @ ${timeMs}`));
        assert.deepEqual(new Set(ofStep.map(([key]) => key)), new Set(instant.keys()), query);
        for (const [key, value] of ofStep) assertClose(instant.get(key), value, `${query}: ${key}`);
      }
      assert.notEqual(typeof range, "string", `${query}: only the range failed`);
    }),
    runs,
  );
});

test("a selector gives the newest sample within the lookback, unless the series has ended", async () => {
  await fc.assert(
    fc.asyncProperty(storedSeries, async (stored) => {
      const times = { startMs: 0, endMs: 60 * stepMs, stepMs };
      const got = await evaluateRange(stored, "m", times);
      for (const { labels, points: ofSeries } of stored) {
        for (let timeMs = 0; timeMs <= times.endMs; timeMs += stepMs) {
          const newest = ofSeries.findLast(([sampleMs]) => sampleMs <= timeMs);
          const isFresh = newest !== undefined && newest[0] > timeMs - lookbackMs;
          const found = got.get(keyAt(labels, timeMs));
          assertClose(found, isFresh ? newest[1] : undefined, `m at ${timeMs}`);
        }
      }
    }),
    runs,
  );
});

function windowOf(series: StoredSeries, fromMs: number, toMs: number): readonly Point[] {
  return series.points.flatMap(([timeMs, value]) => {
    const isInside = timeMs > fromMs && timeMs <= toMs;
    return isInside && value !== undefined ? [[timeMs, value] as const] : [];
  });
}

function sumOf(window: readonly Point[]): number {
  return window.reduce((sum, [, value]) => sum + value, 0);
}

function averageOf(window: readonly Point[]): number {
  return window.reduce((mean, [, value]) => mean + value / window.length, 0);
}

/** NaN counts only where there is nothing else. */
function numbersOrNaN(window: readonly Point[]): readonly number[] {
  const numbers = window.map(([, value]) => value).filter((value) => !Number.isNaN(value));
  return numbers.length === 0 ? [Number.NaN] : numbers;
}

function countPairs(
  window: readonly Point[],
  isCounted: (left: number, right: number) => boolean,
): number {
  return window.filter(([, value], index) => {
    const before = window[index - 1];
    return before !== undefined && isCounted(before[1], value);
  }).length;
}

function lastPair(
  window: readonly Point[],
  combine: (left: number, right: number) => number,
): number | undefined {
  const [left, right] = window.slice(-2);
  return left === undefined || right === undefined ? undefined : combine(left[1], right[1]);
}

function quantileOf(q: number, window: readonly Point[]): number {
  const sorted = window
    .map(([, value]) => value)
    .sort((left, right) => {
      if (Number.isNaN(left) || Number.isNaN(right)) {
        return Number(Number.isNaN(right)) - Number(Number.isNaN(left));
      }
      return left < right ? -1 : Number(left > right);
    });
  const rank = q * (sorted.length - 1);
  const lower = sorted[Math.floor(rank)] ?? Number.NaN;
  const upper = sorted[Math.min(sorted.length - 1, Math.floor(rank) + 1)] ?? Number.NaN;
  const weight = rank - Math.floor(rank);
  return lower * (1 - weight) + upper * weight;
}

function namelessUnlessKept(labels: Labels, functionName: string): Labels {
  const isKept = functionName === "last_over_time" || functionName === "first_over_time";
  return isKept ? labels : labels.slice(2);
}

/** Rounding may differ in the last places, of sums of large numbers also in those of small ones. */
function assertClose(got: number | undefined, want: number | undefined, what: string): void {
  if (Object.is(got, want) || got === want) return;
  const areNumbers = Number.isFinite(got) && Number.isFinite(want);
  const isClose =
    areNumbers && Math.abs((got ?? 0) - (want ?? 0)) <= 1e-9 * Math.max(1_000, Math.abs(want ?? 0));
  if (!isClose) assert.equal(got, want, what);
}

interface RangeTimes {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** The value of each series at each time, by `labels @ time`. */
type Values = ReadonlyMap<string, number>;

async function attempt(evaluate: () => Promise<Values>): Promise<Values | string> {
  try {
    return await evaluate();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function evaluateRange(
  stored: readonly StoredSeries[],
  query: string,
  times: RangeTimes,
): Promise<Values> {
  const { value } = await engine.range(query, times, await storageOf(stored), signal);
  return valuesOf(value);
}

async function evaluateInstant(
  stored: readonly StoredSeries[],
  query: string,
  timeMs: number,
): Promise<Values> {
  const { value } = await engine.instant(query, { timeMs }, await storageOf(stored), signal);
  return valuesOf(value);
}

function valuesOf(value: QueryValue): Values {
  switch (value.type) {
    case "scalar":
      return new Map([[keyAt([], value.timestampMs), value.value]]);
    case "vector":
      return new Map(
        value.samples.map((sample) => [keyAt(sample.labels, value.timestampMs), sample.value]),
      );
    case "matrix":
      return new Map(
        value.series.flatMap(({ labels, timestampsMs, values: ofSeries }) =>
          Array.from(ofSeries, (number, row) => {
            return [keyAt(labels, timestampsMs[row] ?? 0), number] as const;
          }),
        ),
      );
    case "string":
      return new Map();
  }
}

function keyAt(labels: Labels, timeMs: number): string {
  return `${labels.join(",")} @ ${timeMs}`;
}

async function storageOf(stored: readonly StoredSeries[]): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  const appender = storage.appender();
  for (const { labels, points: ofSeries } of stored) {
    const ref = appender.seriesRef(labels);
    for (const [timeMs, value] of ofSeries) {
      if (value === undefined) appender.appendStale(ref, timeMs);
      else appender.appendFloat(ref, timeMs, value, 0);
    }
  }
  await appender.commit();
  return storage;
}

const { signal } = new AbortController();

/** Nothing moves it: no query is ever late. */
const stoppedClock: Clock = {
  nowMs: () => 0,
  elapsedMs: () => 0,
  schedule: () => ({ [Symbol.dispose]() {} }),
};

const engine = createEngine(
  { clock: stoppedClock },
  {
    syntax: {
      experimentalFunctions: true,
      durationExpressions: true,
      extendedRangeSelectors: true,
      binopFillModifiers: true,
    },
  },
);
