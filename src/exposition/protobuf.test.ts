import assert from "node:assert/strict";
import { test } from "node:test";
import { type Histogram, histogramOf } from "#series";
import type { HistogramValue, Metric, MetricFamily, MetricValue } from "./family.ts";
import { ProtobufExpositionReader, type ProtobufReaderOptions } from "./protobuf-reader.ts";
import { writeProtobuf } from "./protobuf-writer.ts";
import type { MetricType } from "./reader.ts";
import { SeriesTable } from "./series-table.ts";
import { showEntries } from "./testing.ts";

const native: Histogram = histogramOf({
  schema: 1,
  counts: "integer",
  count: 10,
  sum: 7.5,
  zeroCount: 1,
  zeroThreshold: 0.01,
  buckets: [2, 1, 3],
  offset: -1,
  negativeBuckets: [3],
});
const nativeShown =
  "{count:10, sum:7.5, [-1,-0.7071067811865475):3, [-0.01,0.01]:1, (0.5,0.7071067811865475]:2, (0.7071067811865475,1]:1, (1,1.414213562373095]:3}";
const exemplar = { labels: ["trace", "x"], value: 0.5, timestampMs: 0 };
const timed = { labels: ["trace", "y"], value: 0.25, timestampMs: 1_500 };
const buckets = [
  { upper: 0.5, cumulativeCount: 2, exemplar },
  { upper: 1, cumulativeCount: 3, exemplar: timed },
];

const bodies: readonly (readonly [
  why: string,
  family: MetricFamily,
  options: string,
  entries: readonly string[],
])[] = [
  [
    "a counter",
    familyOf("counter", [
      metricOf({ kind: "number", value: 3, exemplar }, { startTimestampMs: 1_234 }),
    ]),
    "",
    ['{__name__="m", a="b"} 3 since 1234 # {trace="x"} 0.5'],
  ],
  [
    "a gauge with a time",
    familyOf("gauge", [
      metricOf({ kind: "number", value: -0.5, exemplar: undefined }, { timestampMs: -1_500 }),
    ]),
    "",
    ['{__name__="m", a="b"} -0.5 @-1500'],
  ],
  [
    "an untyped value",
    familyOf("unknown", [metricOf({ kind: "number", value: Number.NaN, exemplar: undefined })]),
    "",
    ['{__name__="m", a="b"} NaN'],
  ],
  [
    "a summary",
    familyOf("summary", [
      metricOf({
        kind: "summary",
        count: 5,
        sum: 1.5,
        quantiles: [
          { quantile: 0.5, value: 0.1 },
          { quantile: 1, value: 0.9 },
        ],
      }),
    ]),
    "",
    [
      '{__name__="m_count", a="b"} 5',
      '{__name__="m_sum", a="b"} 1.5',
      '{__name__="m", a="b", quantile="0.5"} 0.1',
      '{__name__="m", a="b", quantile="1.0"} 0.9',
    ],
  ],
  [
    "a classic histogram",
    familyOf("histogram", [metricOf(histogramValue({ buckets }), { startTimestampMs: 9_000 })]),
    "",
    [
      '{__name__="m_count", a="b"} 10 since 9000',
      '{__name__="m_sum", a="b"} 7.5 since 9000',
      '{__name__="m_bucket", a="b", le="0.5"} 2 since 9000 # {trace="x"} 0.5',
      '{__name__="m_bucket", a="b", le="1.0"} 3 since 9000 # {trace="y"} 0.25 @1500',
      '{__name__="m_bucket", a="b", le="+Inf"} 10 since 9000',
    ],
  ],
  [
    "a native histogram",
    familyOf("histogram", [metricOf(histogramValue({ native, exemplars: [exemplar, timed] }))]),
    "",
    [`{__name__="m", a="b"} ${nativeShown} # {trace="y"} 0.25 @1500`],
  ],
  [
    "a native histogram with the exemplars of its classic buckets",
    familyOf("histogram", [metricOf(histogramValue({ native, buckets }))]),
    "",
    [`{__name__="m", a="b"} ${nativeShown} # {trace="y"} 0.25 @1500`],
  ],
  [
    "both forms, where classic ones are always wanted",
    familyOf("histogram", [metricOf(histogramValue({ native, buckets: buckets.slice(0, 1) }))]),
    "always",
    [
      `{__name__="m", a="b"} ${nativeShown}`,
      '{__name__="m_count", a="b"} 10',
      '{__name__="m_sum", a="b"} 7.5',
      '{__name__="m_bucket", a="b", le="0.5"} 2 # {trace="x"} 0.5',
      '{__name__="m_bucket", a="b", le="+Inf"} 10',
    ],
  ],
  [
    "only the classic form, where native ones are not wanted",
    familyOf("histogram", [metricOf(histogramValue({ native }))]),
    "ignore",
    [
      '{__name__="m_count", a="b"} 10',
      '{__name__="m_sum", a="b"} 7.5',
      '{__name__="m_bucket", a="b", le="+Inf"} 10',
    ],
  ],
  [
    "a native histogram of floats",
    familyOf("gaugehistogram", [
      metricOf(
        histogramValue({
          count: 1.5,
          native: histogramOf({ count: 1.5, sum: 7.5, buckets: [1.5, 0] }),
        }),
      ),
    ]),
    "",
    ['{__name__="m", a="b"} {count:1.5, sum:7.5, (0.5,1]:1.5}'],
  ],
  [
    "an empty native histogram",
    familyOf("histogram", [
      metricOf(histogramValue({ count: 0, sum: 0, native: histogramOf({ counts: "integer" }) })),
    ]),
    "",
    ['{__name__="m", a="b"} {count:0, sum:0}'],
  ],
];

for (const [why, family, options, entries] of bodies) {
  test(`the protobuf format has ${why}`, () => {
    const metadata = [`help m: Of it.`, `type m: ${family.type}`];
    assert.deepEqual(show(writeProtobuf(family), options), [...metadata, ...entries]);
  });
}

test("a gauge histogram is marked as such", () => {
  const body = writeProtobuf(familyOf("gaugehistogram", [metricOf(histogramValue({ native }))]));
  const reader = new ProtobufExpositionReader(body, optionsOf(""));
  while (reader.next() !== "histogram");
  assert.equal(reader.histogram?.counterResetHint, "gauge");
});

test("families follow each other, and one without metrics says nothing", () => {
  const gauge = metricOf({ kind: "number", value: 1, exemplar: undefined });
  const families = [
    { ...familyOf("gauge", [gauge]), name: "größe.x", unit: "meters" },
    familyOf("gauge", []),
    { ...familyOf("gauge", [gauge, gauge]), name: "n" },
  ];
  const body = Uint8Array.from(families.flatMap((family) => [...writeProtobuf(family)]));
  assert.deepEqual(show(body, ""), [
    "help größe.x: Of it.",
    "unit größe.x: meters",
    "type größe.x: gauge",
    '{__name__="größe.x", a="b"} 1',
    "help n: Of it.",
    "type n: gauge",
    '{__name__="n", a="b"} 1',
    '{__name__="n", a="b"} 1',
  ]);
});

test("known series are found by their keys", () => {
  const value = histogramValue({ buckets });
  const metrics = [metricOf(value), { ...metricOf(value), labels: ["a", "c"] }];
  const body = writeProtobuf(familyOf("histogram", metrics));
  const table = new SeriesTable<string>();
  const shown = [1, 2].map(() => {
    const reader = new ProtobufExpositionReader(body, optionsOf(""));
    let unknown = 0;
    for (let entry = reader.next(); entry !== "end"; entry = reader.next()) {
      if (entry !== "series") continue;
      const labels = reader.labels().join(" ");
      const found = table.find(reader);
      if (found === undefined) table.add(reader, labels);
      assert.equal(found ?? labels, labels);
      unknown += found === undefined ? 1 : 0;
    }
    return unknown;
  });
  assert.deepEqual(shown, [10, 0]);
});

const errors: readonly (readonly [why: string, bytes: readonly number[], message: string])[] = [
  ["a truncated message", [5, 10, 1], "unexpected EOF"],
  ["an endless length", [255, 255, 255, 255, 255, 255], "invalid varint encountered"],
  ["a truncated field", [2, 10, 9], "invalid protobuf at byte 3: unexpected end"],
  ["no name", [2, 34, 0], "invalid metric name: "],
  ["a name that is not UTF-8", [5, 10, 1, 255, 34, 0], 'invalid metric name: "\\xff"'],
  ["an unknown type", [7, 10, 1, 109, 24, 9, 34, 0], 'unknown metric type for metric "m": 9'],
];

for (const [why, bytes, message] of errors) {
  test(`a protobuf body with ${why} is refused`, () => {
    assert.equal(show(Uint8Array.from(bytes), "").at(-1), `error: ${message}`);
  });
}

test("spans and buckets must fit together", () => {
  const odd = { ...native, positive: { ...native.positive, bucketCounts: Float64Array.of(1) } };
  const body = writeProtobuf(familyOf("histogram", [metricOf(histogramValue({ native: odd }))]));
  const message = 'histogram "m": positive side: spans require 3 buckets, have 1';
  assert.equal(show(body, "").at(-1), `error: ${message}`);
});

function show(body: Uint8Array, options: string): readonly string[] {
  return showEntries(new ProtobufExpositionReader(body, optionsOf(options)));
}

function optionsOf(text: string): ProtobufReaderOptions {
  return {
    nativeHistograms: text === "ignore" ? "ignore" : "read",
    classicHistograms: text === "always" ? "always" : "unless native",
  };
}

function familyOf(type: MetricType, metrics: readonly Metric[]): MetricFamily {
  return { name: "m", help: "Of it.", type, unit: "", metrics };
}

function metricOf(value: MetricValue, times: Partial<Metric> = {}): Metric {
  return { labels: ["a", "b"], value, timestampMs: 0, startTimestampMs: 0, ...times };
}

function histogramValue(parts: Partial<HistogramValue>): HistogramValue {
  return {
    kind: "histogram",
    count: 10,
    sum: 7.5,
    buckets: [],
    native: undefined,
    exemplars: [],
    ...parts,
  };
}
