import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtobufError, ProtobufWriter } from "#base";
import { histogramOf, isStaleAt, labelsOf, writeStaleAt } from "#series";

import { encodeMetadata, encodeWriteRequest } from "./encode-write-request.ts";
import { FloatColumns } from "./float-columns.ts";
import { readAllSeries, readFamilies } from "./testing.ts";
import type { OutgoingSeries, WriteMessage } from "./write-series.ts";

const versions: readonly WriteMessage[] = [
  "prometheus.WriteRequest",
  "io.prometheus.write.v2.Request",
];

test("what is written is read again, in both versions", () => {
  const histogram = histogramOf({
    schema: 3,
    counts: "integer",
    sum: 18.4,
    count: 12,
    zeroCount: 2,
    zeroThreshold: 0.001,
    buckets: [1, 2, 0, 4],
    offset: -2,
    negativeBuckets: [3],
  });
  const bounds = histogramOf({ schema: -53, count: 3, sum: 2, buckets: [1, 2], customValues: [5] });
  for (const version of versions) {
    const [read] = readAllSeries(
      encodeWriteRequest([seriesOf([histogram, bounds])], version),
      version,
    );
    assert.deepEqual(read?.labelPairs, seriesOf([]).labels);
    assert.deepEqual([...(read?.floats.timestampsMs.slice(0, 2) ?? [])], [1_000, -5]);
    assert.deepEqual(
      read?.histograms.map((row) => row.histogram),
      [histogram, bounds],
    );
    assert.equal(read?.exemplars[0]?.value, 0.5);
  }
});

test("only the second version carries starts and the metadata of a series", () => {
  const read = versions.map((version) => {
    const bytes = encodeWriteRequest([seriesOf([])], version);
    const [series] = readAllSeries(bytes, version);
    return [series?.floats.startTimestampsMs[0], series?.metadata?.help];
  });
  assert.deepEqual(read, [
    [0, undefined],
    [500, "How many."],
  ]);
});

test("a stale marker stays one", () => {
  for (const version of versions) {
    const series = seriesOf([undefined]);
    writeStaleAt(series.floats.values, 1);
    const bytes = encodeWriteRequest([series], version);
    const [read] = readAllSeries(bytes, version);
    assert.equal(read !== undefined && isStaleAt(read.floats.values, 1), true);
    assert.equal(read?.histograms[0]?.histogram, undefined);
  }
});

test("families have metadata of their own in the first version", () => {
  const metadata = { type: "gaugehistogram", unit: "s", help: "h" } as const;
  const bytes = encodeMetadata([{ family: "f", metadata }]);
  assert.deepEqual(readFamilies(bytes), [{ family: "f", metadata }]);
});

test("a reference beyond the symbols is refused", () => {
  const writer = new ProtobufWriter();
  writer.string(4, "");
  const mark = writer.begin(5);
  writer.integer(1, 7);
  writer.end(mark);
  assert.throws(
    () => readAllSeries(writer.finish(), "io.prometheus.write.v2.Request"),
    ProtobufError,
  );
});

test("cut off anywhere, a request is refused or shorter, and nothing else", () => {
  for (const version of versions) {
    const whole = encodeWriteRequest([seriesOf([histogramOf({ buckets: [1, 2] })])], version);
    for (let length = 0; length < whole.length; length++) {
      try {
        readAllSeries(whole.slice(0, length), version);
      } catch (error) {
        assert.ok(error instanceof ProtobufError, String(error));
      }
    }
  }
});

function seriesOf(histograms: readonly OutgoingSeries["histograms"][number]["histogram"][]) {
  const floats = new FloatColumns();
  for (const [timestampMs, value] of [
    [1_000, 1.5],
    [-5, Number.POSITIVE_INFINITY],
  ] as const) {
    const row = floats.addRow();
    floats.timestampsMs[row] = timestampMs;
    floats.values[row] = value;
    floats.startTimestampsMs[row] = 500;
  }
  const series: OutgoingSeries = {
    labels: labelsOf([
      ["__name__", "requests_total"],
      ["path", "/é"],
    ]),
    floats,
    histograms: histograms.map((histogram) => ({
      timestampMs: 2_000,
      startTimestampMs: 0,
      histogram,
    })),
    exemplars: [{ labels: labelsOf([["trace", "abc"]]), value: 0.5, timestampMs: 900 }],
    metadata: { type: "counter", unit: "", help: "How many." },
  };
  return series;
}
