/** Bodies that nobody should send: every reader ends, in its own error or the end of the body. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { histogramOf, type Labels } from "#series";
import { OpenMetricsReader } from "./openmetrics-reader.ts";
import { ProtobufExpositionReader } from "./protobuf-reader.ts";
import { writeProtobuf } from "./protobuf-writer.ts";
import { ExpositionError, type ExpositionReader } from "./reader.ts";
import { SeriesTable } from "./series-table.ts";
import { bodyOf } from "./testing.ts";
import { TextReader } from "./text-reader.ts";

const text = `# HELP up Whether it is "up".
# TYPE sizes histogram
sizes_bucket{le="0.5",path="/a\\"b"} 3 1700000000000
{"a.b","c d"="e"} 1.5e+09
up 1
`;
const openMetrics = `# TYPE requests counter
# UNIT x_seconds seconds
requests_total{code="200"} 1 1700000000.5 # {trace="x"} 0.5 1700000000.25
requests_created{code="200"} 1600000000
{"a.b",c="d"} NaN
# EOF
`;
const protobuf = writeProtobuf({
  name: "sizes",
  help: "Of it.",
  type: "histogram",
  unit: "",
  metrics: [
    {
      labels: ["a", "b"],
      value: {
        kind: "histogram",
        count: 6,
        sum: 3,
        buckets: [{ upper: 1, cumulativeCount: 2, exemplar: undefined }],
        native: histogramOf({ counts: "integer", count: 6, sum: 3, buckets: [1, 2, 3] }),
        exemplars: [{ labels: ["x", "y"], value: 1, timestampMs: 5 }],
      },
      timestampMs: 7,
      startTimestampMs: 8,
    },
  ],
});

const readers: readonly (readonly [
  format: string,
  body: Uint8Array,
  open: (body: Uint8Array) => ExpositionReader,
])[] = [
  ["text", bodyOf(text), (body) => new TextReader(body)],
  ["OpenMetrics", bodyOf(openMetrics), (body) => new OpenMetricsReader(body, "start timestamps")],
  [
    "protobuf",
    protobuf,
    (body) => {
      const options = { nativeHistograms: "read", classicHistograms: "always" } as const;
      return new ProtobufExpositionReader(body, options);
    },
  ],
];

for (const [format, body, open] of readers) {
  test(`damaged bodies of the format ${format} end in an error or at their end`, () => {
    const structural = fc.constantFrom(...bodyOf('\n\t "\\{}=,#0-.eN\u0000\u00ff'));
    const byte = fc.oneof(structural, fc.nat({ max: 255 }));
    const edit = fc.tuple(
      fc.nat({ max: body.length }),
      fc.nat({ max: 3 }),
      fc.array(byte, { maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const damaged = [...body];
        for (const [at, removed, added] of edits) damaged.splice(at, removed, ...added);
        const table = new SeriesTable<Labels>();
        const first = readAll(open(Uint8Array.from(damaged)), table);
        // What is known is recognised in another way; it must be the same.
        assert.deepEqual(readAll(open(Uint8Array.from(damaged)), table), first);
      }),
      { numRuns: 2_000, seed: 11 },
    );
  });

  test(`noise is no body of the format ${format}, or a short one`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
        assert.ok(readAll(open(noise), new SeriesTable()).length <= 80);
      }),
      { numRuns: 1_000, seed: 12 },
    );
  });

  test(`long runs of one kind of byte take the format ${format} no time`, () => {
    for (const part of [
      '"',
      "\\",
      "{",
      "a{",
      'a{b="',
      "#",
      "# HELP ",
      "\n",
      " ",
      "\u0000",
      "9",
      "1e",
    ]) {
      const lines = readAll(open(bodyOf(part.repeat(20_000))), new SeriesTable());
      assert.ok((lines.at(-1)?.length ?? 0) < 40_000);
    }
  });
}

/** One line for each entry; the last may be an error. */
function readAll(reader: ExpositionReader, table: SeriesTable<Labels>): readonly string[] {
  const lines: string[] = [];
  try {
    for (let entry = reader.next(); entry !== "end"; entry = reader.next()) {
      const isSample = entry === "series" || entry === "histogram";
      lines.push(isSample ? sampleOf(reader, table) : `${entry} ${reader.text}`);
    }
  } catch (error) {
    if (!(error instanceof ExpositionError)) throw error;
    lines.push(error.message);
  }
  return lines;
}

function sampleOf(reader: ExpositionReader, table: SeriesTable<Labels>): string {
  const { value, timestampMs, histogram } = reader;
  let labels = table.find(reader);
  if (labels === undefined) {
    labels = reader.labels();
    table.add(reader, labels);
  }
  const rest = [
    value,
    timestampMs,
    histogram?.count,
    reader.startTimestampMs(),
    reader.exemplars().length,
  ];
  return [...labels, ...rest].join(" ");
}
