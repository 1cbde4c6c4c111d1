import assert from "node:assert/strict";
import { test } from "node:test";
import type { HttpRequest, HttpResponse } from "#base";
import { apiAnswer, runTool } from "../testing.ts";

const up = { __name__: "up", job: "a" };
const histogram = {
  count: "3",
  sum: "1.5",
  buckets: [
    [0, "0.5", "1", "2"],
    [3, "-1", "1", "1"],
  ],
};

const answers = {
  vector: {
    resultType: "vector",
    result: [
      { metric: up, value: [1.5, "1"] },
      { metric: { b: "x<y" }, value: [2, "+Inf"] },
      { metric: { __name__: "h" }, histogram: [3, histogram] },
    ],
  },
  matrix: {
    resultType: "matrix",
    result: [
      { metric: { __name__: "up", job: "b", x: "y" }, values: [[1, "0"]] },
      {
        metric: { __name__: "up", job: "b" },
        values: [
          [1, "0"],
          [2, "NaN"],
        ],
      },
      { metric: up, histograms: [[1, { count: "1e30", sum: "-1" }]] },
    ],
  },
  scalar: { resultType: "scalar", result: [1, "1e3"] },
  string: { resultType: "string", result: [1, "text"] },
} as const;

// Flags, what is asked for, and what is printed.
for (const [flags, kind, want] of [
  [
    "",
    "vector",
    `up{job="a"} => 1 @[1.5]
{b="x<y"} => +Inf @[2]
h => Count: 3.000000, Sum: 1.500000, Buckets: [(0.5,1]:2 [-1,1]:1] @[3]`,
  ],
  [
    "-o json",
    "vector",
    '[{"metric":{"__name__":"up","job":"a"},"value":[1.5,"1"]},{"metric":{"b":"x\\u003cy"},"value":[2,"+Inf"]},{"metric":{"__name__":"h"},"histogram":[3,{"count":"3","sum":"1.5","buckets":[[0,"0.5","1","2"],[3,"-1","1","1"]]}]}]',
  ],
  [
    "",
    "matrix",
    `up{job="a"} =>
Count: 1000000000000000000000000000000.000000, Sum: -1.000000, Buckets: [] @[1]
up{job="b"} =>
0 @[1]
NaN @[2]
up{job="b", x="y"} =>
0 @[1]`,
  ],
  [
    "-o json",
    "matrix",
    '[{"metric":{"__name__":"up","job":"b","x":"y"},"values":[[1,"0"]]},{"metric":{"__name__":"up","job":"b"},"values":[[1,"0"],[2,"NaN"]]},{"metric":{"__name__":"up","job":"a"},"histograms":[[1,{"count":"1000000000000000000000000000000","sum":"-1"}]]}]',
  ],
  ["", "scalar", "scalar: 1000 @[1]"],
  ["-o json", "scalar", '[1,"1000"]'],
  ["", "string", "text"],
  ["-o json", "string", '[1,"text"]'],
] as const) {
  test(`query ${flags} prints a ${kind}`, async () => {
    const run = { answer: () => apiAnswer(answers[kind]) };
    const { shown } = await runTool(`query ${flags} instant --time=1 http://a x`, run);
    assert.equal(shown, `${want}\n= 0`);
  });
}

// A command line, and the requests that it makes. Now is the beginning of 2026.
for (const [line, want] of [
  ["instant http://a x", "POST /api/v1/query query=x&time=1767225600"],
  ["instant --time=12.5 a:1/p/ x", "POST /p/api/v1/query query=x&time=12.5"],
  [
    "instant --time=2026-01-01T00:00:01.5+01:00 http://a x",
    "POST /api/v1/query query=x&time=1767222001.5",
  ],
  ["range http://a x", "POST /api/v1/query_range end=1767225600&query=x&start=1767225300&step=1"],
  [
    "range --start=0 --end=1000 http://a x",
    "POST /api/v1/query_range end=1000&query=x&start=0&step=4",
  ],
  [
    "range --start=0 --end=1000 --step=1m http://a x",
    "POST /api/v1/query_range end=1000&query=x&start=0&step=60",
  ],
  [
    "series --match=up --match=x --start=1 --end=2 http://a",
    "POST /api/v1/series end=2&match%5B%5D=up&match%5B%5D=x&start=1",
  ],
  [
    "labels --match=up --start=1 --end=2 http://a job",
    "GET /api/v1/label/job/values?end=2&match%5B%5D=up&start=1",
  ],
  ["labels http://a job", "GET /api/v1/label/job/values?end=1803222000&start=1731229200"],
] as const) {
  test(`query ${line} asks for ${want}`, async () => {
    const asked = await askedBy(`query ${line.replace("a:1/", "http://a:1/")}`);
    assert.deepEqual(asked, [want]);
  });
}

test("a server that takes no forms is asked again by GET", async () => {
  const asked = await askedBy("query instant --time=1 http://a x", 405);
  assert.deepEqual(asked, [
    "POST /api/v1/query query=x&time=1",
    "GET /api/v1/query?query=x&time=1",
  ]);
});

test("headers are sent along", async () => {
  const headers: unknown[] = [];
  const answer = (request: HttpRequest) => {
    headers.push(request.headers["x-scope"]);
    return apiAnswer(answers.scalar);
  };
  await runTool("query instant --header=X-Scope=team http://a x", { answer });
  assert.deepEqual(headers, ["team"]);
});

test("series and label values are printed a line each, or as JSON", async () => {
  const series = { answer: () => apiAnswer([{ job: "b", __name__: "up" }, {}]) };
  const shownSeries = await runTool("query series --match=up http://a", series);
  assert.equal(shownSeries.shown, '{__name__="up", job="b"}\n{}\n= 0');
  const names = { answer: () => apiAnswer(["x", "y"]) };
  assert.equal((await runTool("query labels http://a job", names)).shown, "x\ny\n= 0");
  const shownJson = await runTool("query -o json labels http://a job", names);
  assert.equal(shownJson.shown, '["x","y"]\n= 0');
  const none = { answer: () => apiAnswer([]) };
  assert.equal((await runTool("query labels http://a job", none)).shown, "= 0");
});

const refusal = { status: "error", errorType: "bad_data", error: "no" };

// What a server answers, and what is told of it.
for (const [answer, want] of [
  [apiAnswer(refusal, 400), "bad_data: no"],
  [plain(404, "not here\n"), "client_error: client error: 404 (detail: not here)"],
  [plain(503, ""), "server_error: server error: 503"],
  [plain(304, ""), "bad_response: bad response code 304"],
  [plain(200, "<html>"), "bad_response: the answer is no JSON of the API"],
] as const) {
  test(`a failure is told as ${want}`, async () => {
    const { shown } = await runTool("query instant http://a x", { answer: () => answer });
    assert.equal(shown, `! query error: ${want}\n= 1`);
  });
}

// A command line that asks nothing, and why.
for (const [line, want] of [
  [
    "instant --time=x http://a y",
    'error parsing evaluation time: cannot parse "x" to a valid timestamp',
  ],
  ["range --start=x http://a y", 'error parsing start time: cannot parse "x" to a valid timestamp'],
  ["range --start=2 --end=2 http://a y", "start time is not before end time"],
  ["labels --end=x http://a y", 'error parsing end time: cannot parse "x" to a valid timestamp'],
  ["instant ftp://a y", 'query error: Post "ftp://a": unsupported protocol scheme "ftp"'],
  [
    "instant http://a y",
    'query error: Post "http://a/api/v1/query": dial tcp a:80: connect: connection refused',
  ],
  [
    "--http.config.file=http.yml instant http://u:p@a y",
    "promtool: error: Cannot set base auth in the server URL and use a http.config.file at the same time",
  ],
  [
    "--http.config.file=http.yml instant http://a y",
    "promtool: error: Failed to load HTTP config file: yaml: unmarshal errors:\n!   line 1: field foo not found in type config.plain",
  ],
] as const) {
  test(`query ${line} is refused`, async () => {
    const { shown } = await runTool(`query ${line}`, { files: { "http.yml": "foo: bar" } });
    assert.equal(shown, `! ${want}\n= 1`);
  });
}

test("the histograms of a server are analyzed by kind", async () => {
  const bucket = (le: string, counts: readonly number[]) => ({
    metric: { __name__: "c_bucket", job: "a", le },
    values: counts.map((count, index) => [index, String(count)]),
  });
  const buckets = (...uppers: readonly string[]) => ({
    count: "1",
    sum: "1",
    buckets: uppers.map((upper) => [0, "0", upper, "1"]),
  });
  const result = [
    {
      metric: { __name__: "n" },
      histograms: [
        [1, buckets("1", "2")],
        [2, buckets("2", "3")],
      ],
    },
    bucket("+Inf", [3, 4]),
    bucket("1", [1, 1]),
    bucket("2", [1, 2]),
    {
      metric: { __name__: "gauge" },
      values: [
        [1, "1"],
        [2, "1"],
      ],
    },
  ];
  const answer = () => apiAnswer({ resultType: "matrix", result });
  const { shown } = await runTool("query analyze --server=http://a --type=histogram --match=x", {
    answer,
  });
  assert.deepEqual(shown.split("\n").slice(6), [
    "- n (native): 2/2.000/2/3",
    '- c_bucket{job="a"} (classic): 2/2.500/3',
    "",
    "Aggregated bucket stats",
    "-----------------------",
    "Each line shows min/avg/max over the series above.",
    "",
    "Native histogram series (1 in total):",
    "- min populated: 2/2.000/2",
    "- avg populated: 2/2.000/2",
    "- max populated: 2/2.000/2",
    "- total: 3/3.000/3",
    "",
    "Classic histogram series (1 in total):",
    "- min populated: 2/2.000/2",
    "- avg populated: 2/2.000/2",
    "- max populated: 3/3.000/3",
    "= 0",
  ]);
});

function plain(status: number, text: string): HttpResponse {
  return { status, headers: {}, body: new TextEncoder().encode(text) };
}

/** The requests of a command line, forms behind the target. */
async function askedBy(line: string, status = 200): Promise<readonly string[]> {
  const asked: string[] = [];
  const answer = ({ method, target, body }: HttpRequest) => {
    const form = body instanceof Uint8Array ? ` ${new TextDecoder().decode(body)}` : "";
    asked.push(`${method} ${target}${form}`);
    if (status !== 200 && method === "POST") return plain(status, "");
    return apiAnswer(target.includes("query") ? answers.scalar : []);
  };
  await runTool(line, { answer });
  return asked;
}
