/** Series for two programs to store alike: every kind that functions treat in a way of its own. */
import { integerBelow, type Random } from "#base";
import type { OutgoingSeries } from "#remote";
import { histogramOf, labelsOf, writeStaleAt } from "#series";

const intervalMs = 15_000;
/**
 * Samples lie this far after whole intervals, and up to as much again: never on the border of a
 * range or of the lookback, which belongs to it in 2.42 and does not since 3.0.
 */
const phaseMs = 500;

/** When samples are written: each series from `startMs`, which is a multiple of 15 s. */
export interface WrittenTimes {
  readonly startMs: number;
  readonly sampleCount: number;
}

/** What a series has at its sample `index`: a number, "stale" for the marker, or nothing. */
type Shape = (index: number) => number | "stale" | undefined;

const jobs = ["api", "web"] as const;
const instances = ["a:80", "b:80", "c:81"] as const;
const bounds = ["0.1", "0.25", "0.5", "1", "2.5", "+Inf"] as const;

export function generateSeries(random: Random, times: WrittenTimes): readonly OutgoingSeries[] {
  const list: OutgoingSeries[] = [];
  const add = (labels: Readonly<Record<string, string>>, shape: Shape): void => {
    list.push(floatSeries(labels, shape, { random, times }));
  };
  for (const job of jobs) {
    for (const instance of instances) addInstance(add, { job, instance }, random);
    addClassicHistogram(add, job, observations(random, times.sampleCount));
    list.push(nativeHistogram(job, { random, times }));
    add({ __name__: "build_info", job, version: job === "api" ? "1.2" : "1.10" }, () => 1);
  }
  for (const room of ["attic", "cellar", "hall", "shed"]) {
    const center = integerBelow(random, 60) - 30;
    add({ __name__: "temperature_celsius", room }, gapped(wander(random, center, 4), random));
  }
  for (const [kind, shape] of oddShapes(random)) add({ __name__: "odd", kind }, shape);
  return list;
}

type Add = (labels: Readonly<Record<string, string>>, shape: Shape) => void;

function addInstance(
  add: Add,
  labels: { readonly job: string; readonly instance: string },
  random: Random,
): void {
  for (const code of ["200", "500"]) {
    const method = random.fraction() < 0.5 ? "get" : "post";
    add({ __name__: "requests_total", ...labels, code, method }, counter(random, 40));
  }
  const memory = wander(random, 5e8 + random.fraction() * 1e9, 1e7);
  add({ __name__: "memory_bytes", ...labels }, stopped(memory, random));
  const startedAt = 1_600_000_000 + integerBelow(random, 150_000_000);
  add({ __name__: "start_time_seconds", ...labels }, () => startedAt);
}

/** Counts up; begins anew about every 60 samples. */
function counter(random: Random, stepMax: number): Shape {
  let value = integerBelow(random, 1_000);
  return () => {
    value = random.fraction() < 1 / 60 ? 0 : value + integerBelow(random, stepMax);
    return value;
  };
}

function wander(random: Random, start: number, step: number): Shape {
  let value = start;
  return () => {
    value += (random.fraction() - 0.5) * step;
    return value;
  };
}

/** Misses samples, now and then for longer than the lookback. */
function gapped(shape: Shape, random: Random): Shape {
  let missing = 0;
  return (index) => {
    const value = shape(index);
    if (missing > 0) {
      missing--;
      return undefined;
    }
    if (random.fraction() < 0.03) missing = integerBelow(random, 30);
    return value;
  };
}

/** Is marked stale and comes back some minutes later. */
function stopped(shape: Shape, random: Random): Shape {
  let absentUntil = -1;
  return (index) => {
    if (index < absentUntil) return undefined;
    if (index === 0 || random.fraction() > 0.02) return shape(index);
    absentUntil = index + 1 + integerBelow(random, 20);
    return "stale";
  };
}

function addClassicHistogram(add: Add, job: string, rows: readonly Observed[]): void {
  for (const [place, le] of bounds.entries()) {
    add({ __name__: "latency_seconds_bucket", job, le }, (index) => rows[index]?.buckets[place]);
  }
  add({ __name__: "latency_seconds_sum", job }, (index) => rows[index]?.sum);
  add({ __name__: "latency_seconds_count", job }, (index) => rows[index]?.buckets.at(-1));
}

/** What was observed until a sample. */
interface Observed {
  /** Below or at each of `bounds`. */
  readonly buckets: readonly number[];
  readonly sum: number;
}

function observations(random: Random, sampleCount: number): readonly Observed[] {
  let buckets: readonly number[] = bounds.map(() => 0);
  let sum = 0;
  return Array.from({ length: sampleCount }, () => {
    const values = Array.from(
      { length: integerBelow(random, 20) },
      () => random.fraction() ** 2 * 4,
    );
    sum += values.reduce((total, value) => total + value, 0);
    buckets = buckets.map((count, place) => {
      const bound = Number(bounds[place]?.replace("+Inf", "Infinity"));
      return count + values.filter((value) => value <= bound).length;
    });
    return { buckets, sum };
  });
}

/** Values that arithmetic treats apart. */
function oddShapes(random: Random): readonly (readonly [kind: string, shape: Shape])[] {
  return [
    ["nan", () => Number.NaN],
    ["inf", () => Number.POSITIVE_INFINITY],
    ["neginf", () => Number.NEGATIVE_INFINITY],
    ["zero", () => 0],
    ["negative", () => -1 - integerBelow(random, 5)],
    ["sometimes", (index) => (index % 7 === 0 ? Number.NaN : index)],
  ];
}

interface Writing {
  readonly random: Random;
  readonly times: WrittenTimes;
}

function floatSeries(
  labels: Readonly<Record<string, string>>,
  shape: Shape,
  { random, times }: Writing,
): OutgoingSeries {
  const timestampsMs = new Float64Array(times.sampleCount);
  const values = new Float64Array(times.sampleCount);
  let count = 0;
  for (let index = 0; index < times.sampleCount; index++) {
    const value = shape(index);
    if (value === undefined) continue;
    timestampsMs[count] = timestampOf(times, index, random);
    if (value === "stale") writeStaleAt(values, count);
    else values[count] = value;
    count++;
  }
  const floats = { count, timestampsMs, values, startTimestampsMs: new Float64Array(count) };
  return seriesOf(labels, { floats });
}

function nativeHistogram(job: string, { random, times }: Writing): OutgoingSeries {
  let counts = [0, 0, 0, 0, 0];
  let sum = 0;
  const histograms = Array.from({ length: times.sampleCount }, (_, index) => {
    counts = counts.map((count) => count + 1 + integerBelow(random, 9));
    sum += random.fraction() * 30;
    const histogram = histogramOf({
      schema: 1,
      counts: "integer",
      sum,
      count: counts.reduce((total, count) => total + count, 0),
      buckets: counts,
      offset: -1,
    });
    const timestampMs = timestampOf(times, index, random);
    return { timestampMs, startTimestampMs: 0, histogram };
  });
  return seriesOf({ __name__: "size_bytes", job }, { histograms });
}

function timestampOf(times: WrittenTimes, index: number, random: Random): number {
  return times.startMs + index * intervalMs + phaseMs + integerBelow(random, phaseMs);
}

function seriesOf(
  labels: Readonly<Record<string, string>>,
  parts: Partial<Pick<OutgoingSeries, "floats" | "histograms">>,
): OutgoingSeries {
  const none = new Float64Array(0);
  const floats = { count: 0, timestampsMs: none, values: none, startTimestampsMs: none };
  return {
    labels: labelsOf(Object.entries(labels)),
    floats: parts.floats ?? floats,
    histograms: parts.histograms ?? [],
    exemplars: [],
    metadata: undefined,
  };
}
