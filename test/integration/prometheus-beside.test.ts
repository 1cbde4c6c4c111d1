/**
 * The program beside the real Prometheus: the same samples, by remote write and by scraping, then the
 * same queries, whose answers are equal within 1e-9. The series avoid the borders of ranges and of
 * the lookback, which are the one difference of 3.x that most queries would show.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { compressSnappy } from "#base";
import { seededRandom } from "#base/testing";
import { encodeWriteRequest, type OutgoingSeries } from "#remote";
import { missingProgram, startPrometheus as startOurs } from "../e2e/prometheus.ts";
import { generateQueries } from "./generated-queries.ts";
import { generateSeries } from "./generated-series.ts";
import {
  prometheusMissing,
  serveMetrics,
  startPrometheus as startTheirs,
} from "./real-prometheus.ts";

const skip = prometheusMissing || (missingProgram() ?? false);
const seed = 20_260_101;
const queryCount = 500;
const sampleCount = 200;
const intervalMs = 15_000;
const tolerance = 1e-9;
/** How long scraping the same target may take to show. */
const patienceMs = 20_000;

test("what both know, both answer alike", { skip }, async (t) => {
  const random = seededRandom(seed);
  const directory = mkdtempSync(path.join(tmpdir(), "wherry-beside-"));
  using _folder = { [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }) };
  const config = "global: {evaluation_interval: 1m}\n";
  const file = path.join(directory, "prometheus.yml");
  writeFileSync(file, config);
  const flags = ["--web.enable-remote-write-receiver"];
  await using theirs = await startTheirs(path.join(directory, "theirs"), file, flags);
  await using ours = await startOurs(config, [
    ...flags,
    "--enable-feature=native-histograms,promql-experimental-functions",
  ]);
  const both = [ours.url, theirs.url] as const;

  const endMs = Math.floor(Date.now() / 60_000) * 60_000 - 60_000;
  const times = { startMs: endMs - sampleCount * intervalMs, sampleCount };
  const series = generateSeries(random.fork("series"), times);
  for (const url of both) await writeAll(url, series);

  const queries = generateQueries(random.fork("queries"), queryCount);
  const failures: string[] = [];
  const refused = { count: 0 };
  for (const query of queries.list) {
    const difference = await compareQuery(both, query, endMs, refused);
    if (difference !== undefined) failures.push(`${query}\n    ${difference}`);
  }
  const agreed = queries.list.length - failures.length;
  t.diagnostic(
    `${agreed} of ${queries.list.length} queries agreed, each at an instant and over a range`,
  );
  t.diagnostic(
    `${queries.constructCount} constructs; ${refused.count} evaluations refused by both`,
  );
  assert.deepEqual(failures, []);

  for (const { query, ours: want, theirs: wantTheirs, why } of differences) {
    const got = await Promise.all(both.map((url) => summary(url, query, endMs)));
    assert.deepEqual(got, [want, wantTheirs], `${query}: ${why}`);
  }
});

test("both scrape the same target alike", { skip }, async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "wherry-beside-"));
  using _folder = { [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }) };
  const body = '# TYPE smoke gauge\nsmoke{a="1"} 41\nsmoke{a="2"} 1.5\n# EOF\n';
  await using target = await serveMetrics(() => body);
  const config = configuration(target.address);
  const file = path.join(directory, "prometheus.yml");
  writeFileSync(file, config);
  await using theirs = await startTheirs(path.join(directory, "theirs"), file);
  await using ours = await startOurs(config);
  const job = `instance="${target.address}",job="shared"`;
  const expected = [`smoke{a="1",${job}} 41`, `smoke{a="2",${job}} 1.5`, `up{${job}} 1`];
  for (const url of [ours.url, theirs.url]) {
    const shown = () => showInstant(url, '{__name__=~"smoke|up"}');
    assert.deepEqual(await eventually(shown, ({ length }) => length === expected.length), expected);
  }
});

/** What 3.x changed among what both parse, or renamed: each shown by one query. */
const differences: readonly {
  readonly query: string;
  readonly ours: string;
  readonly theirs: string;
  readonly why: string;
}[] = [
  {
    query: "count_over_time(vector(1)[1m:30s])",
    ours: "2",
    theirs: "3",
    why: "ranges are left-open since 3.0: a sample on their left border is outside",
  },
  {
    query: "count((build_info atan2 1) and on (__name__) build_info)",
    ours: "",
    theirs: "2",
    why: "atan2 drops the name of the metric, as other arithmetic does, since 3.x",
  },
  {
    query: "holt_winters(build_info[5m], 0.5, 0.5)",
    ours: "bad_data",
    theirs: "1 1",
    why: "renamed double_exponential_smoothing, and experimental, since 3.0",
  },
  {
    query: "count_over_time(vector(1)[130:30])",
    ours: "5",
    theirs: "bad_data",
    why: "a duration may be a number of seconds since 3.0",
  },
  {
    query: 'count({"build_info"})',
    ours: "2",
    theirs: "bad_data",
    why: "names may be quoted since 3.0",
  },
];

function configuration(address: string): string {
  return `
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
- job_name: shared
  static_configs: [{targets: ["${address}"]}]
`;
}

/** In slices of time, as a sender would: a head takes nothing that is much older than its newest. */
async function writeAll(url: string, series: readonly OutgoingSeries[]): Promise<void> {
  for (const slice of slicesOf(series)) {
    const message = encodeWriteRequest(slice, "prometheus.WriteRequest");
    const response = await fetch(`${url}/api/v1/write`, {
      method: "POST",
      headers: {
        "content-encoding": "snappy",
        "content-type": "application/x-protobuf",
        "x-prometheus-remote-write-version": "0.1.0",
      },
      body: Buffer.from(compressSnappy(message)),
    });
    assert.equal(response.status, 204, await response.text());
  }
}

function slicesOf(series: readonly OutgoingSeries[]): readonly (readonly OutgoingSeries[])[] {
  const rows = 50;
  return Array.from({ length: Math.ceil(sampleCount / rows) }, (_, slice) => {
    const [from, to] = [slice * rows, (slice + 1) * rows];
    return series.map((one) => ({
      ...one,
      floats: {
        count: Math.max(0, Math.min(to, one.floats.count) - from),
        timestampsMs: one.floats.timestampsMs.subarray(from, to),
        values: one.floats.values.subarray(from, to),
        startTimestampsMs: one.floats.startTimestampsMs.subarray(from, to),
      },
      histograms: one.histograms.slice(from, to),
    }));
  });
}

interface Answer {
  readonly status: "success" | "error";
  readonly errorType?: string;
  readonly error?: string;
  readonly data?: { readonly resultType: string; readonly result: unknown };
}

type Point = readonly [seconds: number, value: string];

interface Item {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: Point;
  readonly values?: readonly Point[];
}

async function ask(
  url: string,
  route: string,
  parameters: Record<string, string>,
): Promise<Answer> {
  const body = new URLSearchParams(parameters);
  const response = await fetch(`${url}/api/v1/${route}`, { method: "POST", body });
  return (await response.json()) as Answer;
}

/** How the answers to a query differ, at an instant and over a range; undefined when they agree. */
async function compareQuery(
  [ours, theirs]: readonly [string, string],
  query: string,
  endMs: number,
  refused: { count: number },
): Promise<string | undefined> {
  const endSeconds = endMs / 1000 + offGridSeconds;
  const evaluations = [
    ["query", { time: String(endSeconds - 90) }],
    [
      "query_range",
      { start: String(endSeconds - 2400), end: String(endSeconds + 300), step: "60" },
    ],
  ] as const;
  const known = query.replaceAll("{{time}}", String(endSeconds - 600));
  for (const [route, time] of evaluations) {
    const want = await ask(theirs, route, { query: known, ...time });
    const got = await ask(ours, route, { query: modern(known), ...time });
    if (want.status === "error" && got.status === "error") refused.count++;
    const difference = compareAnswers(got, want, /^(?:sort|topk|bottomk)/.test(query));
    if (difference !== undefined) return `${route}: ${difference}`;
  }
  return undefined;
}

/** Evaluation times are so much later than a whole minute: never on a border of a range. */
const offGridSeconds = 7;

function modern(query: string): string {
  return query.replaceAll("holt_winters", "double_exponential_smoothing");
}

function compareAnswers(got: Answer, want: Answer, isOrdered: boolean): string | undefined {
  if (got.data === undefined || want.data === undefined) {
    if (got.errorType === want.errorType) return undefined;
    return `ours: ${got.error ?? "answered"}; theirs: ${want.error ?? "answered"}`;
  }
  const type = want.data.resultType;
  if (got.data.resultType !== type) return `ours is a ${got.data.resultType}, theirs a ${type}`;
  if (type === "scalar" || type === "string") {
    return comparePoints([got.data.result as Point], [want.data.result as Point]);
  }
  const items = [got.data.result, want.data.result] as readonly [readonly Item[], readonly Item[]];
  return compareItems(items[0], items[1], isOrdered && type === "vector");
}

function compareItems(
  got: readonly Item[],
  want: readonly Item[],
  isOrdered: boolean,
): string | undefined {
  const [gotKeys, wantKeys] = [got.map(keyOf), want.map(keyOf)];
  const shown = (keys: readonly string[]) => (isOrdered ? keys : keys.toSorted()).join(" ");
  if (shown(gotKeys) !== shown(wantKeys)) {
    return `ours: ${shown(gotKeys)}\n    theirs: ${shown(wantKeys)}`;
  }
  const byKey = new Map(got.map((item) => [keyOf(item), pointsOf(item)]));
  for (const item of want) {
    const difference = comparePoints(byKey.get(keyOf(item)) ?? [], pointsOf(item));
    if (difference !== undefined) return `${keyOf(item)}: ${difference}`;
  }
  return undefined;
}

function keyOf({ metric }: Item): string {
  const { __name__: name = "", ...labels } = metric;
  const pairs = Object.entries(labels).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `${name}{${pairs.map(([label, value]) => `${label}=${JSON.stringify(value)}`)}}`;
}

function pointsOf(item: Item): readonly Point[] {
  return item.values ?? (item.value === undefined ? [] : [item.value]);
}

function comparePoints(got: readonly Point[], want: readonly Point[]): string | undefined {
  const times = [got, want].map((points) => points.map(([seconds]) => seconds).join(" "));
  if (times[0] !== times[1]) return `ours at ${times[0]}; theirs at ${times[1]}`;
  for (const [index, [seconds, value]] of want.entries()) {
    const found = got[index]?.[1] ?? "";
    if (!isClose(found, value)) return `at ${seconds}: ours ${found}, theirs ${value}`;
  }
  return undefined;
}

function isClose(left: string, right: string): boolean {
  if (left === right) return true;
  const [a, b] = [Number(left), Number(right)];
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}

/** The values of an answer, or the kind of its refusal. */
async function summary(url: string, query: string, endMs: number): Promise<string> {
  const answer = await ask(url, "query", { query, time: String(endMs / 1000) });
  if (answer.data === undefined) return answer.errorType ?? "";
  return (answer.data.result as readonly Item[]).map(({ value }) => value?.[1]).join(" ");
}

async function showInstant(url: string, query: string): Promise<readonly string[]> {
  const answer = await ask(url, "query", { query });
  const items = (answer.data?.result ?? []) as readonly Item[];
  return items.map((item) => `${keyOf(item)} ${item.value?.[1]}`).toSorted();
}

async function eventually<T>(read: () => Promise<T>, fits: (found: T) => boolean): Promise<T> {
  const endMs = performance.now() + patienceMs;
  let found = await read();
  while (!fits(found) && performance.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    found = await read();
  }
  return found;
}
