import assert from "node:assert/strict";
import { test } from "node:test";
import type { HttpRequest } from "#base";
import { apiAnswer, runTool } from "../testing.ts";

const samples = `# TYPE a counter
a_total{b="x"} 1 1600000000
a_total{b="x"} 3 1600000100
a_total{b="x"} 2 1600000050
a_total{b="x"} 9 1600000050
a_total{b="y"} 2.5e10 1600010000
# EOF
`;

test("samples become a block for each two hours that have some", async () => {
  const { shown, disk } = await runTool("tsdb create-blocks-from openmetrics a.txt db", {
    files: { "a.txt": samples },
  });
  const [header = "", ...rows] = shown.split("\n");
  assert.match(header, /^BLOCK ULID {18}MIN TIME {7}MAX TIME {7}DURATION {5}NUM SAMPLES/);
  assert.deepEqual(
    rows.map((row) => row.split(/\s+/).slice(1, 7).join(" ")),
    ["1600000000000 1600000100001 1m40.001s 3 1 1", "1600010000000 1600010000001 1ms 1 1 1", "0"],
  );
  const dump = await runTool("tsdb dump db", { disk });
  // In order of time; of two at the same time the first one counts.
  assert.equal(
    dump.shown,
    `{__name__="a_total", b="x"} 1 1600000000000
{__name__="a_total", b="x"} 2 1600000050000
{__name__="a_total", b="x"} 3 1600000100000
{__name__="a_total", b="y"} 2.5e+10 1600010000000
= 0`,
  );
});

async function imported(flags = "") {
  const line = `tsdb create-blocks-from openmetrics --quiet ${flags} a.txt db`;
  return runTool(line, { files: { "a.txt": samples } });
}

// A command line on the database of these blocks, and what it prints.
for (const [line, want] of [
  ['dump --match={b="y"} db', '{__name__="a_total", b="y"} 2.5e+10 1600010000000'],
  ["dump --max-time=1600000010000 db/", '{__name__="a_total", b="x"} 1 1600000000000'],
  [
    'dump --format=seriesjson --match=a_total --match={b=~".+"} db',
    '{"__name__":"a_total","b":"x"}\n{"__name__":"a_total","b":"y"}',
  ],
  [
    "dump-openmetrics --min-time=1600000060000 db",
    'a_total{b="x"} 3 1600000100.000\na_total{b="y"} 2.5e+10 1600010000.000\n# EOF',
  ],
] as const) {
  test(`tsdb ${line}`, async () => {
    const { disk } = await imported();
    const { shown } = await runTool(`tsdb ${line}`, { disk });
    assert.equal(shown, `${want}\n= 0`);
  });
}

test("longer blocks and further labels, when asked for", async () => {
  const { disk, shown } = await imported("--max-block-duration=6h --label=c=d");
  assert.equal(shown, "= 0");
  const listed = await runTool("tsdb list -r db", { disk });
  const [, row = "", end] = listed.shown.split("\n");
  const [, ...columns] = row.split(/ {2,}/);
  assert.deepEqual(columns.slice(0, 6), [
    "2020-09-13 12:26:40 +0000 UTC",
    "2020-09-13 15:13:20 +0000 UTC",
    "2h46m40.001s",
    "4",
    "2",
    "2",
  ]);
  assert.match(columns[6] ?? "", /^\d+B$/);
  assert.equal(end, "= 0");
  const dump = await runTool("tsdb dump --max-time=1600000000000 db", { disk });
  assert.equal(dump.shown, '{__name__="a_total", b="x", c="d"} 1 1600000000000\n= 0');
});

test("a block is analyzed: what its labels are, and how full its chunks", async () => {
  const { disk } = await imported("--max-block-duration=6h");
  const { shown } = await runTool("tsdb analyze --limit=2 --extended db", { disk });
  assert.equal(
    shown.replace(/^Block ID: \S+\n/, ""),
    `Duration: 2h46m40.001s
Total Series: 2
Label names: 2
Postings (unique label pairs): 3
Postings entries (total label pairs): 4

Label pairs most involved in churning:
1 __name__=a_total
1 b=y

Label names most involved in churning:
1 __name__
1 b

Most common label pairs:
2 __name__=a_total
1 b=x

Label names with highest cumulative label value length:
7 __name__
2 b

Highest cardinality labels:
2 b
1 __name__

Highest cardinality metric names:
2 a_total

Compaction analysis:

samples per float chunk (min/avg/max): 1/2/3
[ 1, 10]: 2 ${"#".repeat(100)}
[11, 20]: 0 

bytes per float chunk (min/avg/max): 16/20/24
[11, 20]: 1 ${"#".repeat(50)}
[21, 30]: 1 ${"#".repeat(50)}
[31, 40]: 0 

samples per histogram chunk: N/A

bytes per histogram chunk: N/A

buckets per histogram chunk: N/A

= 0`,
  );
  const matched = await runTool('tsdb analyze --match={b="y"} db', { disk });
  assert.match(matched.shown, /\nMatcher: \{b="y"\}\nLabel names: 2\nMatched series: 1\n/);
});

// What is wrong with a directory or a file, and how that is told.
for (const [line, want] of [
  ["tsdb list none", "opening the db dir: stat none: no such file or directory"],
  ["tsdb analyze empty", "no blocks found"],
  ["tsdb analyze empty x", "invalid block ID x"],
  ["tsdb dump --match=a{ empty", "1:3: parse error: unexpected end of input inside braces"],
  [
    "tsdb bench write",
    "tsdb bench write is not supported: the project measures itself with its own benchmarks",
  ],
  ["tsdb create-blocks-from openmetrics none db", "stat none: no such file or directory"],
  [
    "tsdb create-blocks-from openmetrics timeless db",
    "getting min and max timestamp: expected timestamp for series got none",
  ],
  [
    "tsdb create-blocks-from openmetrics endless db",
    "getting min and max timestamp: data does not end with # EOF",
  ],
  [
    "tsdb create-blocks-from rules --start=2 --end=1 rules.yml",
    "start time is not before end time",
  ],
] as const) {
  test(`${line} is refused`, async () => {
    const files = {
      "empty/x": "",
      timeless: "a 1\n# EOF\n",
      endless: "a 1 1\n",
      "rules.yml": "groups: []",
    };
    assert.equal((await runTool(line, { files })).shown, `! ${want}\n= 1`);
  });
}

test("recording rules get a past, computed by a server", async () => {
  const asked: string[] = [];
  const answer = ({ body }: HttpRequest) => {
    assert.ok(body instanceof Uint8Array);
    const form = new URLSearchParams(new TextDecoder().decode(body));
    asked.push([form.get("query"), form.get("start"), form.get("end"), form.get("step")].join(" "));
    const metric = { __name__: "x", job: "a", gone: "b" };
    const values = [[Number(form.get("start")), "1"]];
    return apiAnswer({ resultType: "matrix", result: [{ metric, values }] });
  };
  const rules = `groups:
- name: g
  interval: 30s
  rules:
  - { record: "r:x", expr: sum(x), labels: { gone: "", by: rule } }
  - { alert: A, expr: x }
- name: h
  rules: [{ record: y, expr: y }]`;
  const line =
    "tsdb create-blocks-from rules --start=7100 --end=7300 --eval-interval=1m --output-dir=db --url=http://a rules.yml";
  const { shown, disk } = await runTool(line, { files: { "rules.yml": rules }, answer });
  assert.equal(shown, "= 0");
  assert.deepEqual(asked, [
    "sum(x) 7110 7199 30",
    "sum(x) 7200 7300 30",
    "y 7140 7199 60",
    "y 7200 7300 60",
  ]);
  const dump = await runTool("tsdb dump db", { disk });
  assert.equal(
    dump.shown,
    `{__name__="r:x", by="rule", job="a"} 1 7110000
{__name__="r:x", by="rule", job="a"} 1 7200000
{__name__="y", gone="b", job="a"} 1 7140000
{__name__="y", gone="b", job="a"} 1 7200000
= 0`,
  );
});

test("a rule that the server cannot evaluate is told, and the others are imported", async () => {
  const rules = "groups: [{name: g, rules: [{record: a, expr: a}, {record: b, expr: b}]}]";
  const answer = ({ body }: HttpRequest) => {
    const isFirst =
      body instanceof Uint8Array && new TextDecoder().decode(body).includes("query=a");
    if (isFirst) return apiAnswer({ status: "error", errorType: "execution", error: "no" }, 422);
    return apiAnswer({ resultType: "matrix", result: [{ metric: {}, values: [[10, "1"]] }] });
  };
  const line = "tsdb create-blocks-from rules --start=0 --end=20 --output-dir=db rules.yml";
  const { shown, disk } = await runTool(line, { files: { "rules.yml": rules }, answer });
  const failure = "rule importer error: query range: execution: no";
  assert.equal(shown, `! ${failure}\n! error importing rules\n= 1`);
  assert.equal((await runTool("tsdb dump db", { disk })).shown, '{__name__="b"} 1 10000\n= 0');
});
