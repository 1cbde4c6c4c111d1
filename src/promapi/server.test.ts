import assert from "node:assert/strict";
import { test } from "node:test";
import { type HttpHandler, silentLogger } from "#base";
import { VirtualClock } from "#base/testing";
import { createEngine, defaultParserOptions } from "#promql";
import { MemoryStorage } from "#promql/testing";
import { histogramOf, labelsOf } from "#series";
import { labelRoutes } from "./routes/labels.ts";
import { shapeRoutes } from "./routes/shapes.ts";
import { queryRoutes } from "./routes/query.ts";
import { syntaxRoutes } from "./routes/syntax.ts";
import { createPromServer } from "./server.ts";

// Each row: what is asked, and the answer's status and body (or the part of it after "data").
const answers: readonly (readonly [target: string, want: string])[] = [
  [
    "query?query=up&time=60",
    '200 {"resultType":"vector","result":[{"metric":{"__name__":"up","job":"a"},"value":[60,"1"]},' +
      '{"metric":{"__name__":"up","job":"b"},"value":[60,"0"]}]}',
  ],
  ["query?query=up*0.5&time=1970-01-01T00:01:00.5Z&limit=1", "200 …truncated"],
  ["query?query=1/0&time=60.25", '200 {"resultType":"scalar","result":[60.25,"+Inf"]}'],
  // Scalars have no exponents, samples have them as Go writes them.
  ["query?query=2.5e-8&time=1", '200 {"resultType":"scalar","result":[1,"0.000000025"]}'],
  ["query?query=1e21&time=1", '200 {"resultType":"scalar","result":[1,"1000000000000000000000"]}'],
  ...[
    ["2.5e-8", "2.5e-08"],
    ["-1e-10", "-1e-10"],
    ["1e21", "1e+21"],
    ["0.000001", "0.000001"],
    ["-0", "-0"],
  ].map(([number, want]): [string, string] => [
    `query?query=vector(${number})&time=1`,
    `200 {"resultType":"vector","result":[{"metric":{},"value":[1,"${want}"]}]}`,
  ]),
  [
    "query?query='<a>%26%08'&time=1",
    '200 {"resultType":"string","result":[1,"\\u003ca\\u003e\\u0026\\u0008"]}',
  ],
  ["format_query?query=1<bool 2", '200 "1 \\u003c bool 2"'],
  [
    "query?query=label_replace(vector(1),'a','<\u0008>','','')&time=1",
    '200 {"resultType":"vector","result":[{"metric":{"a":"<\\u0008>"},"value":[1,"1"]}]}',
  ],
  // Times round their fraction alone; numbers may have `_`, seconds a comma.
  ...[
    ["1.0005", "1"],
    ["1.9999", "2"],
    ["-1.5", "-1.5"],
    ["1_0", "10"],
    ["2020-01-01T00:00:00,5Z", "1577836800.5"],
    ["2020-02-29T23:00:00-02:00", "1583024400"],
  ].map(([time, want]): [string, string] => [
    `query?query='a'&time=${time}`,
    `200 {"resultType":"string","result":[${want},"a"]}`,
  ]),
  [
    "query_range?query=time()&start=1&end=2&step=0.5004",
    '200 {"resultType":"matrix","result":[{"metric":{},"values":[[1,"1"],[1.500,"1.5"],[2,"2"]]}]}',
  ],
  [
    "query?query=up{job='a'}&time=60&lookback_delta=0",
    '200 {"resultType":"vector","result":[{"metric":{"__name__":"up","job":"a"},"value":[60,"1"]}]}',
  ],
  ["query?query='a'&time=1", '200 {"resultType":"string","result":[1,"a"]}'],
  [
    "query?query=h&time=60",
    '200 {"resultType":"vector","result":[{"metric":{"__name__":"h"},"histogram":[60,{"count":"3",' +
      '"sum":"4.5","buckets":[[0,"0.5","1","1"],[0,"1","2","2"]]}]}]}',
  ],
  [
    "query_range?query=up{job='a'}&start=0&end=60&step=30",
    '200 {"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"a"},' +
      '"values":[[0,"1"],[30,"1"],[60,"1"]]}]}',
  ],
  ["labels", '200 ["__name__","job"]'],
  ["labels?limit=1", "200 …truncated"],
  ["label/job/values", '200 ["a","b"]'],
  ["label/job/values?match[]=up{job!='a'}", '200 ["b"]'],
  [
    "series_shapes?match[]={__name__=~'up|h'}",
    '200 [{"metric":"h","labels":[]},{"metric":"up","labels":["job"]}]',
  ],
  ["series?match[]=up{job='a'}", '200 [{"__name__":"up","job":"a"}]'],
  ["format_query?query=sum(up)by(job)", '200 "sum by (job) (up)"'],
];

const refusals: readonly (readonly [target: string, want: string])[] = [
  [
    "query?query=up(",
    '400 bad_data: invalid parameter "query": 1:4: parse error: unclosed left parenthesis',
  ],
  [
    "query?query=up&time=noon",
    '400 bad_data: invalid parameter "time": invalid time value for \'time\': cannot parse "noon" to a ' +
      "valid timestamp",
  ],
  ...["2020-02-30T00:00:00Z", "2020-01-01T24:00:00Z", "2020-01-01t00:00:00Z", "1e400", "0x10"].map(
    (time): [string, string] => [
      `query_range?query=up&end=${time}&start=1&step=1`,
      `400 bad_data: invalid parameter "end": cannot parse "${time}" to a valid timestamp`,
    ],
  ),
  [
    "query?query=up&timeout=x",
    '400 bad_data: invalid parameter "timeout": cannot parse "x" to a valid duration',
  ],
  [
    "query?query=up&limit=99999999999999999999",
    '400 bad_data: invalid parameter "limit": strconv.Atoi: parsing "99999999999999999999": value out of range',
  ],
  ["query?query=up&timeout=-1", "503 timeout: query timed out in query execution"],
  [
    "query?query=up&lookback_delta=x",
    '400 bad_data: error parsing lookback delta duration: cannot parse "x" to a valid duration',
  ],
  [
    "query_range?query=up&start=1&end=2&step=-5m",
    '400 bad_data: invalid parameter "step": cannot parse "-5m" to a valid duration',
  ],
  [
    "query_range?query=up&start=1&end=2&step=1e30",
    '400 bad_data: invalid parameter "step": cannot parse "1e30" to a valid duration. It overflows int64',
  ],
  [
    "query_range?query=up&start=1&end=2&step=0.0001",
    '400 bad_data: invalid parameter "step": zero or negative query resolution step widths',
  ],
  ["labels?match[]=up{", "400 bad_data: 1:4: parse error: unexpected end of input inside braces"],
  [
    "label/job/values?match[]={}",
    "400 bad_data: match[] must contain at least one non-empty matcher",
  ],
  [
    "query?query=up&limit=-1",
    '400 bad_data: invalid parameter "limit": limit must be non-negative',
  ],
  [
    "query_range?query=up&start=2&end=1&step=1",
    '400 bad_data: invalid parameter "end": end timestamp must not be before start time',
  ],
  [
    "query_range?query=up&start=0&end=1&step=0",
    '400 bad_data: invalid parameter "step": zero or negative query resolution step widths are not ' +
      "accepted. Try a positive integer",
  ],
  [
    "query_range?query=up&start=0&end=11001&step=1",
    "400 bad_data: exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the " +
      "query resolution (?step=XX)",
  ],
  [
    "query?query=up%2Bon()up&time=60",
    "422 execution: found duplicate series for the match group {} on the right hand-side",
  ],
  [
    "query_range?query=up[1m]&start=0&end=1&step=1",
    '400 bad_data: invalid parameter "query": invalid expression type "range vector" for range query, ' +
      "must be Scalar or instant Vector",
  ],
  [
    "query?query=up[step()]&time=60",
    '400 bad_data: invalid parameter "query": 3:9: duration must be greater than 0',
  ],
  ["series", "400 bad_data: no match[] parameter provided"],
  ["series_shapes", "400 bad_data: no match[] parameter provided"],
  [
    "series?match[]={job=~'.*'}",
    '400 bad_data: invalid parameter "match[]": match[] must contain at least one non-empty matcher',
  ],
];

test("queries are answered as Prometheus answers them", async () => {
  await using storage = await storageOf();
  const server = serverOf(storage);
  for (const [target, want] of answers) {
    const { status, text } = await get(server, `/api/v1/${target}`);
    const { data, warnings } = JSON.parse(text);
    const shown = warnings?.includes("results truncated due to limit")
      ? "…truncated"
      : textOf(data, text);
    assert.equal(`${status} ${shown}`, want, target);
  }
});

test("refusals say what is wrong in Prometheus' words", async () => {
  await using storage = await storageOf();
  const server = serverOf(storage);
  for (const [target, want] of refusals) {
    const { status, text } = await get(server, `/api/v1/${target}`);
    const { errorType, error } = JSON.parse(text);
    const shown = `${status} ${errorType}: ${error}`;
    assert.equal(shown.slice(0, want.length), want, target);
  }
});

test("statistics tell what was looked at and what was read", async () => {
  await using storage = await storageOf();
  const query = "query_range?query=count_over_time(up[30s])&start=30&end=60&step=15&stats=";
  const samples = async (level: string) =>
    JSON.parse((await get(serverOf(storage), `/api/v1/${query}${level}`)).text).data.stats.samples;
  const totals = { totalQueryableSamples: 12, samplesRead: 8, peakSamples: 8 };
  assert.deepEqual(await samples("true"), totals);
  assert.deepEqual(await samples("all"), {
    totalQueryableSamplesPerStep: [30, 45, 60].map((seconds) => [seconds, 4]),
    totalQueryableSamples: totals.totalQueryableSamples,
    samplesReadPerStep: [
      [30, 4],
      [45, 2],
      [60, 2],
    ],
    samplesRead: totals.samplesRead,
    peakSamples: totals.peakSamples,
  });
});

test("an unknown level of statistics is taken for true, with a warning", async () => {
  await using storage = await storageOf();
  const { text } = await get(serverOf(storage), "/api/v1/query?query=1&time=1&stats=some");
  const { data, warnings } = JSON.parse(text);
  assert.equal(data.stats.samples.totalQueryableSamplesPerStep, undefined);
  assert.deepEqual(warnings, [
    'value "some" for parameter "stats" is deprecated and will be rejected in the next major release, use "true" or "all"',
  ]);
});

test("a posted form asks like a query in the address", async () => {
  await using storage = await storageOf();
  const { text } = await post(serverOf(storage), "/api/v1/query", "query=vector(1)&time=5");
  assert.match(text, /"value":\[5,"1"\]/);
});

test("paths that are not served are not found, and other methods not allowed", async () => {
  await using storage = await storageOf();
  const server = serverOf(storage);
  assert.equal((await get(server, "/api/v1/nothing")).status, 404);
  assert.equal((await post(server, "/api/v1/label/job/values", "")).status, 405);
});

test("below a prefix everything is served, and the root leads there", async () => {
  const web = {
    method: "GET",
    pattern: "/-/healthy",
    isAlwaysReady: true,
    serve: () => ({ status: 200, headers: {}, body: undefined }),
  };
  const server = createPromServer(
    { clock: new VirtualClock(), log: silentLogger, isReady: () => true, api: [], web: [web] },
    { routePrefix: "/prom", isOriginAllowed: () => false },
  );
  const peer = { address: undefined, certificate: undefined };
  const ask = (target: string) =>
    server.handle(
      { method: "GET", target, headers: {}, body: undefined, peer },
      new AbortController().signal,
    );
  const root = await ask("/?a=b");
  assert.deepEqual([root.status, root.headers["location"]], [302, "/prom"]);
  assert.equal((await ask("/prom/-/healthy")).status, 200);
  assert.equal((await ask("/-/healthy")).status, 404);
});

test("until the database is open everything waits", async () => {
  await using storage = await storageOf();
  const server = serverOf(storage, "starting");
  assert.equal((await get(server, "/api/v1/query?query=1")).status, 503);
});

test("pages of allowed origins may read the answers", async () => {
  await using storage = await storageOf();
  const allowed = await get(serverOf(storage), "/api/v1/labels", { origin: "http://good" });
  const other = await get(serverOf(storage), "/api/v1/labels", { origin: "http://bad" });
  assert.equal(allowed.headers["access-control-allow-origin"], "http://good");
  assert.equal(other.headers["access-control-allow-origin"], undefined);
});

async function storageOf(): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  const appender = storage.appender();
  for (const [job, value] of [
    ["a", 1],
    ["b", 0],
  ] as const) {
    const ref = appender.seriesRef(
      labelsOf([
        ["__name__", "up"],
        ["job", job],
      ]),
    );
    for (let timeMs = 0; timeMs <= 60_000; timeMs += 15_000) {
      appender.appendFloat(ref, timeMs, value, 0);
    }
  }
  const ref = appender.seriesRef(labelsOf([["__name__", "h"]]));
  appender.appendHistogram(ref, 60_000, histogramOf({ count: 3, sum: 4.5, buckets: [1, 2] }), 0);
  await appender.commit();
  return storage;
}

function serverOf(storage: MemoryStorage, state: "ready" | "starting" = "ready"): HttpHandler {
  const clock = new VirtualClock();
  const engine = createEngine({ clock }, { perStepStatistics: "available" });
  return createPromServer(
    {
      clock,
      log: silentLogger,
      isReady: () => state === "ready",
      api: [
        ...queryRoutes(engine, storage),
        ...labelRoutes(storage),
        ...shapeRoutes(storage),
        ...syntaxRoutes(defaultParserOptions),
      ],
      web: [],
    },
    { routePrefix: "/", isOriginAllowed: (origin) => origin === "http://good" },
  );
}

function get(server: HttpHandler, target: string, headers: Record<string, string> = {}) {
  return ask(server, { method: "GET", target, headers, body: undefined });
}

function post(server: HttpHandler, target: string, form: string) {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return ask(server, { method: "POST", target, headers, body: new TextEncoder().encode(form) });
}

async function ask(
  server: HttpHandler,
  request: {
    readonly method: string;
    readonly target: string;
    readonly headers: Record<string, string>;
    readonly body: Uint8Array | undefined;
  },
) {
  const peer = { address: undefined, certificate: undefined };
  const response = await server.handle({ ...request, peer }, new AbortController().signal);
  const chunks: Uint8Array[] = [];
  const { body } = response;
  if (body instanceof Uint8Array) chunks.push(body);
  else if (body !== undefined) for await (const chunk of body) chunks.push(chunk);
  const text = chunks.map((chunk) => new TextDecoder().decode(chunk)).join("");
  return { status: response.status, headers: response.headers, text };
}

/** The data as it stands in the answer, where numbers have their very digits. */
function textOf(data: unknown, text: string): string {
  const start = text.indexOf('"data":') + '"data":'.length;
  return data === undefined ? "" : text.slice(start, -1);
}
