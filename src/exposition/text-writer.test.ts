import assert from "node:assert/strict";
import { test } from "node:test";
import { escapeFamily, type HistogramValue, type Metric, type MetricFamily } from "./family.ts";
import { OpenMetricsReader } from "./openmetrics-reader.ts";
import { bodyOf, showEntries } from "./testing.ts";
import { TextReader } from "./text-reader.ts";
import { openMetricsEnd, writeOpenMetrics, writeText } from "./text-writer.ts";

const exemplar = { labels: ["trace", "x"], value: 0.5, timestampMs: 1_500 };
const histogram: HistogramValue = {
  kind: "histogram",
  count: 3,
  sum: 4.5,
  buckets: [{ upper: 1, cumulativeCount: 2, exemplar }],
  native: undefined,
  exemplars: [],
};

const families: readonly (readonly [
  family: Partial<MetricFamily>,
  text: string,
  openMetrics: string,
])[] = [
  [
    { name: "up", metrics: [gaugeOf(1)] },
    "# HELP up Of it.\n# TYPE up gauge\nup 1\n",
    "# HELP up Of it.\n# TYPE up gauge\nup 1.0\n",
  ],
  [
    {
      name: "up",
      help: "",
      metrics: [{ ...gaugeOf(1e6), labels: ["a", 'x"y\\z\n'], timestampMs: 1_500 }],
    },
    '# TYPE up gauge\nup{a="x\\"y\\\\z\\n"} 1e+06 1500\n',
    '# TYPE up gauge\nup{a="x\\"y\\\\z\\n"} 1e+06 1.5\n',
  ],
  [
    { name: "up", help: 'a "b"\nc\\', metrics: [gaugeOf(Number.NEGATIVE_INFINITY)] },
    '# HELP up a "b"\\nc\\\\\n# TYPE up gauge\nup -Inf\n',
    '# HELP up a \\"b\\"\\nc\\\\\n# TYPE up gauge\nup -Inf\n',
  ],
  [
    { name: "x.y", help: "", metrics: [{ ...gaugeOf(0), labels: ["a.b", "c"] }] },
    '# TYPE "x.y" gauge\n{"x.y","a.b"="c"} 0\n',
    '# TYPE "x.y" gauge\n{"x.y","a.b"="c"} 0.0\n',
  ],
  [
    {
      name: "c_seconds_total",
      help: "",
      type: "counter",
      unit: "seconds",
      metrics: [{ ...gaugeOf(2), value: { kind: "number", value: 2, exemplar } }],
    },
    "# TYPE c_seconds_total counter\nc_seconds_total 2\n",
    '# TYPE c_seconds counter\n# UNIT c_seconds seconds\nc_seconds_total 2.0 # {trace="x"} 0.5 1.5\n',
  ],
  [
    { name: "c", help: "", type: "counter", metrics: [gaugeOf(2)] },
    "# TYPE c counter\nc 2\n",
    "# TYPE c unknown\nc 2.0\n",
  ],
  [
    { name: "u", help: "", type: "unknown", metrics: [gaugeOf(2)] },
    "# TYPE u untyped\nu 2\n",
    "# TYPE u unknown\nu 2.0\n",
  ],
  [
    { name: "h", help: "", type: "histogram", metrics: [{ ...gaugeOf(0), value: histogram }] },
    '# TYPE h histogram\nh_bucket{le="1"} 2\nh_bucket{le="+Inf"} 3\nh_sum 4.5\nh_count 3\n',
    '# TYPE h histogram\nh_bucket{le="1.0"} 2 # {trace="x"} 0.5 1.5\nh_bucket{le="+Inf"} 3\nh_sum 4.5\nh_count 3\n',
  ],
  [
    {
      name: "s",
      help: "",
      type: "summary",
      metrics: [
        {
          ...gaugeOf(0),
          labels: ["a", "b"],
          value: { kind: "summary", count: 2, sum: 3, quantiles: [{ quantile: 0.5, value: 1 }] },
        },
      ],
    },
    '# TYPE s summary\ns{a="b",quantile="0.5"} 1\ns_sum{a="b"} 3\ns_count{a="b"} 2\n',
    '# TYPE s summary\ns{a="b",quantile="0.5"} 1.0\ns_sum{a="b"} 3.0\ns_count{a="b"} 2\n',
  ],
];

for (const [given, text, openMetrics] of families) {
  const family = { ...familyOf(), ...given };
  test(`the family ${family.name} of type ${family.type} is written`, () => {
    assert.equal(writeText(family), text);
    assert.equal(writeOpenMetrics(family), openMetrics);
  });

  test(`the family ${family.name} of type ${family.type} is read as it was written`, () => {
    const own = showEntries(new TextReader(bodyOf(text)));
    const open = showEntries(new OpenMetricsReader(bodyOf(openMetrics + openMetricsEnd), "series"));
    const seriesOf = (lines: readonly string[]) => lines.filter((line) => line.startsWith("{"));
    const lineCount = text
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#")).length;
    assert.deepEqual([seriesOf(own).length, seriesOf(open).length], [lineCount, lineCount]);
  });
}

test("a family without metrics is no text", () => {
  assert.equal(writeText(familyOf()), "");
});

test("names are escaped for readers of the old formats", () => {
  const family = {
    ...familyOf(),
    name: "x.y",
    metrics: [{ ...gaugeOf(1), labels: ["a.b", "c.d"] }],
  };
  const escaped = escapeFamily(family, "underscores");
  assert.equal(writeText(escaped), '# HELP x_y Of it.\n# TYPE x_y gauge\nx_y{a_b="c.d"} 1\n');
  assert.equal(escapeFamily(family, "allow-utf-8"), family);
});

function familyOf(): MetricFamily {
  return { name: "m", help: "Of it.", type: "gauge", unit: "", metrics: [] };
}

function gaugeOf(value: number): Metric {
  return {
    labels: [],
    value: { kind: "number", value, exemplar: undefined },
    timestampMs: 0,
    startTimestampMs: 0,
  };
}
