import assert from "node:assert/strict";
import { test } from "node:test";
import { type CounterResetHint, customBucketsSchema, type Histogram } from "#series";
import { planHistogramAppend, startHistogramChunk } from "./append-histogram.ts";
import type { HistogramSample } from "./chunk.ts";
import { histogramOf, histogramSampleOf, showBuckets } from "./testing.ts";

interface Case {
  readonly rule: string;
  readonly last: HistogramSample;
  readonly next: HistogramSample;
  /** Of the open chunk. */
  readonly header?: CounterResetHint;
  readonly plan: string;
}

const gauge: Partial<Histogram> = { counterResetHint: "gauge" };
const custom: Partial<Histogram> = { schema: customBucketsSchema };

const cases: readonly Case[] = [
  at("equal buckets that count more", "0:1 1:2 > 0:2 1:2", "append 0:2 1:2"),
  at(
    "a new bucket between, before and behind",
    "1:1 4:2 > 0:1 1:1 2:1 4:2 9:1",
    "recode 0:1 1:1 2:1 4:2 9:1",
  ),
  at("a new bucket on the negative side", "1:1 | 2:1 > 1:1 | 2:1 3:1", "recode 1:1 | 2:1 3:1"),
  at("an empty bucket is gone", "0:1 1:0 2:2 > 0:1 2:3", "append 0:1 1:0 2:3"),
  at(
    "an empty bucket is gone and another new",
    "0:1 1:0 2:2 > 0:1 2:3 5:1",
    "recode 0:1 1:0 2:3 5:1",
  ),
  at("a bucket that counted is gone", "0:1 1:1 > 0:4", "cut reset"),
  at("a bucket counts less", "0:5 1:1 > 0:4 1:9", "cut reset"),
  at("a negative bucket counts less", "0:5 | 1:3 > 0:9 | 1:2", "cut reset"),
  at("fewer observations", "0:5 > 0:4", "cut reset"),
  at("fewer of them near zero", "0:5 > 0:9", "cut reset", { zeroCount: 0 }),
  at("another schema", "0:1 > 0:2", "cut unknown", { schema: 2 }),
  at("another schema and fewer observations", "0:5 > 0:2", "cut reset", { schema: 2 }),
  at("another zero threshold", "0:1 > 0:2", "cut unknown", { zeroThreshold: 0.1 }),
  at("a reset that is told", "0:1 > 0:2", "cut reset", { counterResetHint: "reset" }),
  at("a stale marker", "0:1 > stale", "append stale"),
  at("a histogram behind a stale marker", "stale > 0:1", "cut unknown"),
  at("stale markers behind each other", "stale > stale", "append stale"),
  at("float counts behind integer ones", "0:1 > 0:2", "cut unknown", { counts: "float" }),
  at("a gauge behind a counter", "0:1 > 0:2", "cut gauge", gauge),
  { ...at("a counter behind a gauge", "0:1 > 0:2", "cut notReset"), header: "gauge" },
  { ...at("a gauge that goes down", "0:5 > 0:2", "append 0:2", gauge), header: "gauge" },
  {
    ...at("a gauge with fewer buckets", "0:5 1:3 > 1:2", "append 0:0 1:2", gauge),
    header: "gauge",
  },
  { ...at("a gauge with others", "0:5 > 3:2", "recode 0:0 3:2", gauge), header: "gauge" },
  {
    ...at("a gauge of another schema", "0:5 > 0:2", "cut gauge", { ...gauge, schema: 2 }),
    header: "gauge",
  },
  { ...at("a gauge behind a stale marker", "stale > 0:2", "cut gauge", gauge), header: "gauge" },
  {
    rule: "equal bounds of one's own",
    last: histogramSampleOf(1, "0:1", custom),
    next: histogramSampleOf(2, "0:1 1:1", custom),
    plan: "recode 0:1 1:1",
  },
  {
    rule: "other bounds of one's own",
    last: histogramSampleOf(1, "0:1", custom),
    next: histogramSampleOf(2, "0:2", { ...custom, customValues: new Float64Array([1, 2]) }),
    plan: "cut reset",
  },
];

for (const { rule, last, next, header, plan } of cases) {
  test(`${rule}: ${plan}`, () => {
    assert.equal(
      shown(planHistogramAppend({ counterReset: header ?? "unknown", last }, next)),
      plan,
    );
  });
}

test("the header of a chunk that is begun tells what is known about the one before", () => {
  const previous = startHistogramChunk(histogramSampleOf(1, "0:5"), undefined, "dropStarts");
  const headers = [
    previous,
    startHistogramChunk(histogramSampleOf(2, "0:6"), previous, "dropStarts"),
    startHistogramChunk(histogramSampleOf(2, "0:4"), previous, "dropStarts"),
    startHistogramChunk(histogramSampleOf(2, "0:6", gauge), previous, "dropStarts"),
    startHistogramChunk(histogramSampleOf(2, "0:6", { counts: "float" }), previous, "keepStarts"),
  ].map((encoder) => `${encoder.encoding} ${encoder.counterReset}`);
  assert.deepEqual(headers, [
    "histogram unknown",
    "histogram notReset",
    "histogram reset",
    "histogram gauge",
    "floatHistogramSt unknown",
  ]);
});

/** `step`: the histogram that the chunk ends with, and the one that comes; `parts` are of the latter. */
function at(rule: string, step: string, plan: string, parts: Partial<Histogram> = {}): Case {
  const [last = "", next = ""] = step.split(" > ");
  return { rule, last: histogramSampleOf(1, last), next: histogramSampleOf(2, next, parts), plan };
}

function shown(plan: ReturnType<typeof planHistogramAppend>): string {
  if (plan.kind === "cut") return `cut ${plan.counterReset}`;
  const { histogram } = plan.sample;
  return `${plan.kind} ${histogram === undefined ? "stale" : showBuckets(histogram)}`;
}

test("the notation of these tests reads what it shows", () => {
  const notation = "-3:1 0:2 1:0 | 5:7";
  assert.equal(showBuckets(histogramOf(notation)), notation);
});
