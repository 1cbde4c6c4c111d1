import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "#base";
import { compareLabels, formatSeries } from "#series";
import { createEngine, type QueryEngine } from "./engine.ts";
import type { EngineOptions } from "./engine-options.ts";
import type { QueryValue } from "./result.ts";
import { MemoryStorage, parseScript, load } from "./testing.ts";

const signal = new AbortController().signal;

// Every series has a sample each minute, written as the script language writes them.
const series = `
load 1m
  up{job="a", instance="1"} 1 1 1 0 1
  up{job="a", instance="2"} 1 1 _ _ _
  up{job="b", instance="1"} 1 0 1 0 1
  requests_total{job="a", instance="1"} 0 60 120 180 240
  requests_total{job="a", instance="2"} 0 30 60 0 30
  latency_bucket{le="1"} 1 2 3 4 5
  latency_bucket{le="2"} 2 4 6 8 10
  latency_bucket{le="+Inf"} 2 4 6 8 10
  sizes {{schema:0 count:6 sum:9 buckets:[2 4]}}x4
`;

test("instant queries give what they ask for", async () => {
  const { engine, storage } = await opened();
  const rows: [query: string, minute: number, want: string][] = [
    ["1 + 2 * 3", 0, "7"],
    ["'text'", 0, "text"],
    [
      "up",
      0,
      'up{instance="1", job="a"} 1 | up{instance="1", job="b"} 1 | up{instance="2", job="a"} 1',
    ],
    ["up == 0", 3, 'up{instance="1", job="a"} 0 | up{instance="1", job="b"} 0'],
    ["sum(up)", 4, "{} 3"],
    ["sum by (job) (up)", 4, '{job="a"} 2 | {job="b"} 1'],
    ["sum(requests_total) / 2", 4, "{} 135"],
    ["rate(requests_total[2m])", 4, '{instance="1", job="a"} 1 | {instance="2", job="a"} 0.25'],
    ["histogram_quantile(0.75, latency_bucket)", 4, "{} 1.5"],
    ["histogram_count(sizes) + histogram_sum(sizes)", 4, "{} 15"],
    ["topk(1, requests_total)", 4, 'requests_total{instance="1", job="a"} 240'],
    [
      "up and on (job) sum by (job) (up) > 1",
      4,
      'up{instance="1", job="a"} 1 | up{instance="2", job="a"} 1',
    ],
    ["absent(down{job='a'})", 0, '{job="a"} 1'],
    ["max_over_time(sum(up)[3m:1m])", 4, "{} 3"],
    ["up{job='b'}[2m]", 4, 'up{instance="1", job="b"} 0@180 1@240'],
  ];
  for (const [query, minute, want] of rows) {
    const { value } = await engine.instant(query, { timeMs: minute * 60_000 }, storage, signal);
    assert.equal(show(value), want, query);
  }
});

test("range queries give a series over the steps, sorted by labels", async () => {
  const { engine, storage } = await opened();
  const rows: [query: string, want: string][] = [
    [
      "sum by (job) (up)",
      '{job="a"} 2@0 2@60 2@120 1@180 2@240 | {job="b"} 1@0 0@60 1@120 0@180 1@240',
    ],
    ["up{job='b'} > 0", 'up{instance="1", job="b"} 1@0 1@120 1@240'],
    ["time()", "{} 0@0 60@60 120@120 180@180 240@240"],
    ["up{job='b'} @ 60 offset 1m", 'up{instance="1", job="b"} 1@0 1@60 1@120 1@180 1@240'],
    ["sum(increase(requests_total[2m]))", "{} 90@60 180@120 120@180 150@240"],
  ];
  const times = { startMs: 0, endMs: 240_000, stepMs: 60_000 };
  for (const [query, want] of rows) {
    const { value } = await engine.range(query, times, storage, signal);
    assert.equal(show(value), want, query);
  }
});

test("what cannot be evaluated is refused in upstream's words", async () => {
  const { engine, storage } = await opened({ samplesMax: 4 });
  const rows: [query: string, kind: string, message: RegExp][] = [
    [
      "vector(1) + on () up",
      "execution",
      /^found duplicate series for the match group {} on the right/,
    ],
    ["up[1m - 1m]", "badData", /duration must be greater than 0/],
    ["topk(0/0, up)", "execution", /^Parameter value is NaN$/],
    [
      "label_replace(up, 'a', '', 'b', '(')",
      "execution",
      /^invalid regular expression in label_replace\(\): \($/,
    ],
    ["max_over_time(up[10y:1s])", "execution", /too many samples/],
    ["rate(requests_total[5m]) + on () rate(requests_total[5m])", "execution", /too many samples/],
  ];
  for (const [query, kind, message] of rows) {
    const answer = engine.instant(query, { timeMs: 240_000 }, storage, signal);
    await assert.rejects(answer, { name: "QueryError", kind, message }, query);
  }
  const range = { startMs: 0, endMs: 60_000, stepMs: 60_000 };
  await assert.rejects(engine.range("up[1m]", range, storage, signal), {
    kind: "badData",
    message:
      'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
  });
});

test("names that are dropped at once may leave two series alike, which is refused", async () => {
  const { engine, storage } = await opened();
  const query = "abs({__name__=~'up|requests_total', instance='1', job='a'})";
  await assert.rejects(engine.instant(query, { timeMs: 0 }, storage, signal), {
    kind: "execution",
    message: "vector cannot contain metrics with the same labelset",
  });
});

test("a name that is dropped late can still be grouped by", async () => {
  const { engine, storage } = await opened({ nameRemoval: "delayed" });
  const query = "sum by (__name__) (abs({__name__=~'up|requests_total'}) > 100)";
  const { value } = await engine.instant(query, { timeMs: 240_000 }, storage, signal);
  assert.equal(show(value), "{} 240");
});

test("annotations say where in the query", async () => {
  const { engine, storage } = await opened();
  const query = "1 +\n  rate(up[5m])";
  const result = await engine.instant(query, { timeMs: 240_000 }, storage, signal);
  assert.deepEqual(result.annotations, {
    warnings: [],
    infos: [
      'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "up" (2:8)',
    ],
  });
});

test("statistics count samples once per window, and reads once", async () => {
  const { engine, storage } = await opened({ perStepStatistics: "available" });
  const times = { startMs: 120_000, endMs: 240_000, stepMs: 60_000 };
  const { statistics } = await engine.range(
    "sum(rate(requests_total[2m]))",
    { ...times, perStepStatistics: "wanted" },
    storage,
    signal,
  );
  assert.deepEqual(statistics.samples, {
    totalQueryableSamples: 12,
    totalSamplesRead: 8,
    peakSamples: 8,
    perStep: [
      { timestampMs: 120_000, queryableSamples: 4, samplesRead: 4 },
      { timestampMs: 180_000, queryableSamples: 4, samplesRead: 2 },
      { timestampMs: 240_000, queryableSamples: 4, samplesRead: 2 },
    ],
  });
});

test("an explanation tells what each part gave", async () => {
  const { engine, storage } = await opened();
  const { explained } = await engine.instant(
    "sum(up) > 1",
    { timeMs: 0, explanation: "wanted" },
    storage,
    signal,
  );
  assert.deepEqual(explained, {
    start: 0,
    end: 11,
    kind: "binary",
    seriesCount: 1,
    elapsedMs: 0,
    children: [
      { start: 10, end: 11, kind: "number", seriesCount: 1, elapsedMs: 0, children: [] },
      {
        start: 0,
        end: 7,
        kind: "aggregation",
        seriesCount: 1,
        elapsedMs: 0,
        children: [
          { start: 4, end: 6, kind: "selector", seriesCount: 3, elapsedMs: 0, children: [] },
        ],
      },
    ],
  });
});

test("a query that is canceled while it waits says so, and leaves its place", async () => {
  const { engine, storage } = await opened({ runningMax: 0 });
  const waiting = engine.instant("up", { timeMs: 0 }, storage, signal);
  assert.deepEqual(
    engine.activeQueries().map(({ id, query, state }) => ({ id, query, state })),
    [{ id: 1, query: "up", state: "queued" }],
  );
  assert.equal(engine.cancel(1), true);
  await assert.rejects(waiting, { kind: "canceled", message: "query was canceled in query queue" });
  assert.deepEqual(engine.activeQueries(), []);
  assert.equal(engine.cancel(1), false);
});

test("a query whose caller is gone is not evaluated", async () => {
  const { engine, storage } = await opened();
  await assert.rejects(engine.instant("up", { timeMs: 0 }, storage, AbortSignal.abort()), {
    kind: "canceled",
    message: "query was canceled in query execution",
  });
});

async function opened(
  options: Partial<EngineOptions> = {},
): Promise<{ readonly engine: QueryEngine; readonly storage: MemoryStorage }> {
  const storage = new MemoryStorage();
  for (const command of parseScript(series)) {
    if (command.kind === "load") await load(command, storage);
  }
  return { engine: createEngine({ clock: stoppedClock }, options), storage };
}

/** A clock that nothing moves: no query is ever late. */
const stoppedClock: Clock = {
  nowMs: () => 0,
  elapsedMs: () => 0,
  schedule: () => ({ [Symbol.dispose]() {} }),
};

/** `series value | …` for vectors, `series value@seconds …` for matrices. */
function show(value: QueryValue): string {
  switch (value.type) {
    case "scalar":
    case "string":
      return String(value.value);
    case "vector":
      return value.samples
        .toSorted((left, right) => compareLabels(left.labels, right.labels))
        .map(({ labels, value: number }) => `${formatSeries(labels)} ${number}`)
        .join(" | ");
    case "matrix":
      return value.series
        .map(({ labels, timestampsMs, values }) => {
          const points = Array.from(values, (number, row) => {
            return `${number}@${(timestampsMs[row] ?? 0) / 1000}`;
          });
          return `${formatSeries(labels)} ${points.join(" ")}`;
        })
        .join(" | ");
  }
}
