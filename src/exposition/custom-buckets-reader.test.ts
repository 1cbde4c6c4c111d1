import assert from "node:assert/strict";
import { test } from "node:test";
import { histogramOf, type Labels } from "#series";
import { type ConvertedSeries, CustomBucketsReader } from "./custom-buckets-reader.ts";
import { OpenMetricsReader } from "./openmetrics-reader.ts";
import { ProtobufExpositionReader } from "./protobuf-reader.ts";
import { writeProtobuf } from "./protobuf-writer.ts";
import { SeriesTable } from "./series-table.ts";
import { bodyOf, showEntries } from "./testing.ts";
import { TextReader } from "./text-reader.ts";

const sizes = `# TYPE sizes histogram
sizes_bucket{a="x",le="1"} 1
sizes_bucket{a="x",le="+Inf"} 3
sizes_sum{a="x"} 7
sizes_count{a="x"} 3
`;
const converted = '{__name__="sizes", a="x"} {count:3, sum:7, [-Inf,1]:1, (1,+Inf]:2}';

// A body in the text format and its entries, without those of metadata.
const bodies: readonly (readonly [why: string, body: string, entries: readonly string[]])[] = [
  ["at the end of the body", sizes, [converted]],
  ["before another series", `${sizes}up 1\n`, [converted, '{__name__="up"} 1']],
  ["before metadata", `${sizes}# TYPE up gauge\nup 1\n`, [converted, '{__name__="up"} 1']],
  [
    "before the same histogram with other labels",
    sizes + sizes.replaceAll('"x"', '"y"').replace(/^#.*\n/, ""),
    [converted, converted.replace('"x"', '"y"')],
  ],
  [
    "in any order of its series",
    sizes
      .split("\n")
      .slice(0, 1)
      .concat(sizes.split("\n").slice(1, -1).toReversed(), "")
      .join("\n"),
    [converted],
  ],
  [
    "not at all without a type",
    sizes
      .replace(/^#.*\n/, "")
      .replaceAll("x", "z")
      .replaceAll(/.*bucket.*\n/g, ""),
    ['{__name__="sizes_sum", a="z"} 7', '{__name__="sizes_count", a="z"} 3'],
  ],
  ["not at all when counts do not fit", sizes.replace('count{a="x"} 3', 'count{a="x"} 4'), []],
  ["not at all when counts fall", `${sizes}sizes_bucket{a="x",le="5"} 0\n`, []],
  [
    "leaving other series of the type alone",
    `${sizes}sizes_created{a="x"} 5\n`,
    [converted, '{__name__="sizes_created", a="x"} 5'],
  ],
  [
    "leaving buckets without a bound alone",
    '# TYPE h histogram\nh_bucket{a="b"} 1\n',
    ['{__name__="h_bucket", a="b"} 1'],
  ],
];

for (const [why, body, entries] of bodies) {
  test(`a classic histogram is converted ${why}`, () => {
    assert.deepEqual(samples(body, "drop"), entries);
  });
}

test("the classic series can be kept", () => {
  assert.deepEqual(samples(sizes, "keep"), [
    '{__name__="sizes_bucket", a="x", le="1.0"} 1',
    '{__name__="sizes_bucket", a="x", le="+Inf"} 3',
    '{__name__="sizes_sum", a="x"} 7',
    '{__name__="sizes_count", a="x"} 3',
    converted,
  ]);
});

test("exemplars, times and start timestamps go with the histogram", () => {
  const body = `# TYPE h histogram
h_bucket{le="1.0"} 1 5 # {trace="x"} 0.5
h_bucket{le="+Inf"} 1 5 # {trace="y"} 3 4
h_created 2
# EOF
`;
  const source = new OpenMetricsReader(bodyOf(body), "start timestamps");
  assert.deepEqual(showEntries(new CustomBucketsReader(source, "drop")), [
    "type h: histogram",
    '{__name__="h"} {count:1, sum:0, [-Inf,1]:1} @5000 since 2000 # {trace="x"} 0.5 # {trace="y"} 3 @4000',
  ]);
});

test("what is native already stays as it is", () => {
  const body = writeProtobuf({
    name: "h",
    help: "",
    type: "histogram",
    unit: "",
    metrics: [
      {
        labels: [],
        value: {
          kind: "histogram",
          count: 1,
          sum: 1,
          buckets: [{ upper: 1, cumulativeCount: 1, exemplar: undefined }],
          native: histogramOf({ counts: "integer", count: 1, sum: 1, buckets: [1] }),
          exemplars: [],
        },
        timestampMs: 0,
        startTimestampMs: 0,
      },
    ],
  });
  const options = { nativeHistograms: "read", classicHistograms: "always" } as const;
  const source = new ProtobufExpositionReader(body, options);
  assert.equal(showEntries(new CustomBucketsReader(source, "drop")).length, 2 + 1 + 4);
});

test("converted histograms are known again by their keys", () => {
  const table = new SeriesTable<Labels>();
  const body = `${sizes}up 1\n${sizes.replaceAll('"x"', '"y"')}`;
  const unknown = [1, 2].map(() => {
    const reader = new CustomBucketsReader(new TextReader(bodyOf(body)), "drop");
    let count = 0;
    for (let entry = reader.next(); entry !== "end"; entry = reader.next()) {
      if (entry !== "series" && entry !== "histogram") continue;
      const found = table.find(reader);
      if (found === undefined) table.add(reader, reader.labels());
      assert.deepEqual(found ?? reader.labels(), reader.labels());
      if (found === undefined) count++;
    }
    return count;
  });
  assert.deepEqual(unknown, [3, 0]);
});

function samples(body: string, series: ConvertedSeries): readonly string[] {
  const reader = new CustomBucketsReader(new TextReader(bodyOf(body)), series);
  return showEntries(reader).filter((line) => line.startsWith("{"));
}
