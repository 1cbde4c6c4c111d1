import assert from "node:assert/strict";
import { test } from "node:test";
import { type BodyFormat, CommentTables } from "#exposition";
import { configDefaults, parseConfig, relabelRules } from "#promconfig";
import { labelsOf } from "#series";
import { type ScrapeFigures, type SeriesOptions, TargetSeries } from "./target-series.ts";
import { RecordingStore } from "./testing.ts";

// Bodies that are scraped one after another at 1000, 2000, …, and what each stores.
const plays: readonly (readonly [
  rule: string,
  options: Partial<SeriesOptions>,
  bodies: readonly string[],
  rows: readonly (readonly string[])[],
])[] = [
  [
    "samples get the target's labels and the scrape's time",
    {},
    ['up 1\nreq{code="200"} 2.5'],
    [[row("up", "1 @1000"), row("req", "2.5 @1000", 'code="200", ')]],
  ],
  [
    "a series that is gone gets the stale marker, once",
    {},
    ["a 1\nb 2", "a 3", "a 4"],
    [
      [row("a", "1 @1000"), row("b", "2 @1000")],
      [row("a", "3 @2000"), row("b", "stale @2000")],
      [row("a", "4 @3000")],
    ],
  ],
  [
    "a series written in another way has not ended",
    {},
    ['a{x="1",y="2"} 1', 'a{y="2",x="1"} 2'],
    [[row("a", "1 @1000", "", ', x="1", y="2"')], [row("a", "2 @2000", "", ', x="1", y="2"')]],
  ],
  [
    "a failed scrape ends all series, and they begin again",
    {},
    ["a 1", "!", "a 2"],
    [[row("a", "1 @1000")], [row("a", "stale @2000")], [row("a", "2 @3000")]],
  ],
  [
    "a body that breaks in its middle stores nothing of itself",
    {},
    ["a 1\nb 1", "a 2\n}{"],
    [
      [row("a", "1 @1000"), row("b", "1 @1000")],
      [row("a", "stale @2000"), row("b", "stale @2000")],
    ],
  ],
  [
    "timestamps of samples are honoured, and such series have no end",
    {},
    ["a 1 500\nb 1", ""],
    [[row("a", "1 @500"), row("b", "1 @1000")], [row("b", "stale @2000")]],
  ],
  [
    "timestamps may be tracked for ends",
    { trackTimestampsStaleness: true },
    ["a 1 500", ""],
    [[row("a", "1 @500")], [row("a", "stale @2000")]],
  ],
  [
    "timestamps may be left aside",
    { honorTimestamps: false },
    ["a 1 500", ""],
    [[row("a", "1 @1000")], [row("a", "stale @2000")]],
  ],
  [
    "labels of a sample that the target has, too, are kept under another name",
    {},
    ['a{job="x",exported_job="y"} 1'],
    [['a{exported_exported_job="x", exported_job="y", instance="i", job="j"} 1 @1000']],
  ],
  [
    "or go before the target's",
    { honorLabels: true },
    ['a{job="x"} 1\nb{job=""} 2'],
    [['a{instance="i", job="x"} 1 @1000', 'b{instance="i", job="j"} 2 @1000']],
  ],
  [
    "what relabelling drops is neither stored nor ended",
    { metricRules: rulesOf("[{source_labels: [__name__], regex: b, action: drop}]") },
    ["a 1\nb 2", "a 1"],
    [[row("a", "1 @1000")], [row("a", "1 @2000")]],
  ],
  ["a sample too far in the future is left out", {}, ["a 1 9999999\nb 1"], [[row("b", "1 @1000")]]],
  [
    "a series that comes twice counts once",
    {},
    ["a 1\nb 1", "a 2\na 3\nb 2"],
    [
      [row("a", "1 @1000"), row("b", "1 @1000")],
      [row("a", "2 @2000"), row("b", "2 @2000")],
    ],
  ],
  [
    "what is said of metrics is stored with new series and when it changes",
    { metadata: "store" },
    ["# TYPE a gauge\na 1", "# TYPE a gauge\na 1", "# HELP a why\n# TYPE a gauge\na 1"],
    [
      [row("a", "1 @1000"), row("a", "is gauge||")],
      [row("a", "1 @2000")],
      [row("a", "1 @3000"), row("a", "is gauge||why")],
    ],
  ],
];

for (const [rule, options, bodies, rows] of plays) {
  test(rule, async () => {
    const play = new Play(options);
    const seen: (readonly string[])[] = [];
    for (const body of bodies) {
      await play.scrape(body);
      seen.push(play.store.take());
    }
    assert.deepEqual(seen, rows);
  });
}

test("a series that the store has forgotten is made anew", async () => {
  const play = new Play({});
  await play.scrape("a 1");
  play.store.forgetSeries();
  await play.scrape("a 2");
  assert.deepEqual(play.store.take(), [row("a", "1 @1000"), row("a", "2 @2000")]);
});

// Options, a body, and the figures of its scrape: samples, kept, added, and why it failed.
const figures: readonly (readonly [options: Partial<SeriesOptions>, body: string, want: string])[] =
  [
    [{}, "a 1\nb 2\n", "2 2 2"],
    [{}, "a 1\na 2\n", "2 2 1"],
    [{ sampleLimit: 2 }, "a 1\nb 2", "2 2 2"],
    [{ sampleLimit: 2 }, "a 1\nb 2\nc 3\nd 4", "4 4 2 sample limit exceeded"],
    [
      {
        metricRules: rulesOf("[{source_labels: [__name__], regex: 'b|c', action: drop}]"),
        sampleLimit: 2,
      },
      "a 1\nb 2\nc 3\nd 4",
      "4 2 2",
    ],
    [
      { metricRules: rulesOf("[{target_label: __name__, replacement: ''}]") },
      "a 1",
      "1 0 0 missing metric name (__name__ label)",
    ],
    [
      { labelLimits: { count: 3, nameLength: 0, valueLength: 0 } },
      'a 1\nb{c="d"} 2',
      "2 1 1 label_limit exceeded (metric: b, number of labels: 4, limit: 3)",
    ],
    [
      { labelLimits: { count: 0, nameLength: 8, valueLength: 0 } },
      'a 1\nb{looooong_x="d"} 2',
      "2 1 1 label_name_length_limit exceeded (metric: b, label name: looooong_x, length: 10, limit: 8)",
    ],
    [
      { labelLimits: { count: 0, nameLength: 0, valueLength: 3 } },
      'a{b="äää"} 1',
      '1 0 0 label_value_length_limit exceeded (metric: a, label name: b, value: "äää", length: 6, limit: 3)',
    ],
    [
      { nameScheme: "legacy" },
      '{"a.b"} 1',
      '1 0 0 invalid metric name or label names: {__name__="a.b", instance="i", job="j"}',
    ],
  ];

for (const [options, body, want] of figures) {
  test(`${JSON.stringify(body)} gives ${want}`, async () => {
    const { scraped, kept, seriesAdded, problem } = await new Play(options).scrape(body);
    assert.equal(
      [scraped, kept, seriesAdded, ...(problem === undefined ? [] : [problem])].join(" "),
      want,
    );
  });
}

test("start times are stored with samples, or as a zero before the first one", async () => {
  const body = "# TYPE a counter\na_total 5\na_created 0.5\n# EOF\n";
  const seen = [];
  for (const startTimestamps of ["ignore", "store", "zero sample"] as const) {
    const play = new Play({ startTimestamps });
    await play.scrape(body, "openmetrics");
    await play.scrape(body.replace("5", "6"), "openmetrics");
    seen.push(play.store.take());
  }
  assert.deepEqual(seen, [
    [
      row("a_total", "5 @1000"),
      row("a_created", "0.5 @1000"),
      row("a_total", "6 @2000"),
      row("a_created", "0.5 @2000"),
    ],
    [row("a_total", "5 from 500 @1000"), row("a_total", "6 from 500 @2000")],
    [row("a_total", "0 @500"), row("a_total", "5 @1000"), row("a_total", "6 @2000")],
  ]);
});

test("exemplars go with their sample, by their own time or the scrape's", async () => {
  const play = new Play({});
  const body =
    '# TYPE a counter\na_total 5 # {id="x"} 1 0.25\n# TYPE b counter\nb_total 5 # {id="y"} 2\n# EOF\n';
  await play.scrape(body, "openmetrics");
  assert.deepEqual(play.store.take(), [
    row("a_total", "5 @1000"),
    row("a_total", "exemplar 1 @250"),
    row("b_total", "5 @1000"),
    row("b_total", "exemplar 2 @1000"),
  ]);
});

test("type and unit become labels where that is wanted, and only of their family", async () => {
  const play = new Play({ typeAndUnitLabels: "add" });
  await play.scrape("# TYPE a counter\na_total 1\nb 2\n");
  assert.deepEqual(play.store.take(), [
    row("a_total", "1 @1000", '__type__="counter", '),
    row("b", "2 @1000"),
  ]);
});

const classic = `# TYPE h histogram
h_bucket{le="1"} 1
h_bucket{le="+Inf"} 3
h_sum 4
h_count 3
# TYPE g gauge
g 1
`;

// Whether classic series are kept, and the series that are stored for a classic histogram.
const conversions: readonly (readonly [keeps: boolean, names: string])[] = [
  [false, "h g"],
  [true, "h_bucket h_bucket h_sum h_count h g"],
];

for (const [alwaysScrapeClassicHistograms, names] of conversions) {
  test(`a classic histogram becomes ${names}, and ends when it is gone`, async () => {
    const play = new Play({ convertClassicHistograms: true, alwaysScrapeClassicHistograms });
    await play.scrape(classic);
    const first = play.store.take();
    await play.scrape("g 1\n");
    const second = play.store.take();
    assert.equal(first.map((line) => line.replace(/\{.*/, "")).join(" "), names);
    const histogram = first.find((line) => line.startsWith("h{"));
    assert.match(String(histogram), /^h\{instance="i", job="j"\} \{count:3, sum:4, .*\} @1000$/);
    assert.equal(second.length, first.length);
    assert.ok(second.includes(row("h", "stale @2000")));
  });
}

test("what a target said of its metrics is kept for ten scrapes", async () => {
  const play = new Play({});
  await play.scrape("# HELP a why\n# TYPE a counter\na 1");
  const seen = [[...play.series.metadata()]];
  for (let scrape = 0; scrape < 11; scrape++) await play.scrape("b 1");
  seen.push([...play.series.metadata()]);
  assert.deepEqual(seen, [[["a", { type: "counter", unit: "", help: "why" }]], []]);
});

/** Scrapes bodies at 1000, 2000, … as a loop would; "!" is a failed scrape. */
class Play {
  readonly store = new RecordingStore();
  readonly series: TargetSeries;
  #timestampMs = 0;

  constructor(options: Partial<SeriesOptions>) {
    this.series = new TargetSeries({ ...defaults, ...options }, new CommentTables());
  }

  async scrape(body: string, format: BodyFormat = "text"): Promise<ScrapeFigures> {
    this.#timestampMs += 1_000;
    const appender = this.store.appender();
    const bytes = new TextEncoder().encode(body);
    if (body === "!") {
      const figures = this.series.appendNothing(appender, this.#timestampMs);
      await appender.commit();
      return figures;
    }
    const figures = this.series.append(appender, { bytes, format }, this.#timestampMs);
    if (figures.problem === undefined) {
      await appender.commit();
      return figures;
    }
    appender.rollback();
    const another = this.store.appender();
    this.series.appendNothing(another, this.#timestampMs);
    await another.commit();
    return figures;
  }
}

const defaults: SeriesOptions = {
  targetLabels: labelsOf([
    ["job", "j"],
    ["instance", "i"],
  ]),
  honorLabels: false,
  metricRules: [],
  honorTimestamps: true,
  trackTimestampsStaleness: false,
  nameScheme: "utf8",
  labelLimits: { count: 0, nameLength: 0, valueLength: 0 },
  sampleLimit: 0,
  bucketLimit: 0,
  finestSchema: 8,
  scrapeNativeHistograms: true,
  alwaysScrapeClassicHistograms: false,
  convertClassicHistograms: false,
  startTimestamps: "ignore",
  metadata: "keep here",
  typeAndUnitLabels: "leave out",
};

function row(name: string, rest: string, before = "", after = ""): string {
  return `${name}{${before}instance="i", job="j"${after}} ${rest}`;
}

function rulesOf(section: string) {
  const text = `{scrape_configs: [{job_name: j, metric_relabel_configs: ${section}}]}`;
  const parsing = { directory: undefined, env: () => undefined, defaults: configDefaults };
  const [job] = parseConfig(text, parsing).scrapeConfigs;
  assert.ok(job !== undefined);
  return relabelRules(job.metricRelabelConfigs, job.nameScheme);
}
