/**
 * The program beside the real Prometheus: the same samples, by remote write and by scraping, then the
 * same queries, whose answers are equal within 1e-9 but for the listed changes of 3.x. The series avoid
 * the borders of ranges and of the lookback, which are the one change that most queries would show.
 * `WHERRY_SEEDS=5,6` asks other queries of other series.
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
import { explanationOf, type Mismatch, shownDifferences } from "./prometheus-differences.ts";
import {
  prometheusMissing,
  serveMetrics,
  startPrometheus as startTheirs,
} from "./real-prometheus.ts";

const skip = prometheusMissing || (missingProgram() ?? false);
const seeds = (process.env["WHERRY_SEEDS"] ?? "20260101,1,7,9").split(",").map(Number);
/** Of each seed. */
const queryCount = 500;
/** More than that were no exceptions any more. */
const explainedShareMax = 0.02;
const sampleCount = 200;
const intervalMs = 15_000;
const tolerance = 1e-9;
/** How long scraping the same target may take to show. */
const patienceMs = 20_000;

for (const seed of seeds) {
  test(`what both know, both answer alike, seed ${seed}`, { skip }, async (t) => {
    const random = seededRandom(seed);
    await using programs = await startBoth();
    const { both } = programs;
    const endMs = Math.floor(Date.now() / 60_000) * 60_000 - 60_000;
    const times = { startMs: endMs - sampleCount * intervalMs, sampleCount };
    const series = generateSeries(random.fork("series"), times);
    for (const url of both) await writeAll(url, series);

    const queries = generateQueries(random.fork("queries"), queryCount);
    const failures: string[] = [];
    const explained = new Map<string, string[]>();
    const refused = { count: 0 };
    for (const query of queries.list) {
      const mismatch = await compareQuery(both, query, endMs, refused);
      if (mismatch === undefined) continue;
      const why = explanationOf(mismatch);
      if (why === undefined) failures.push(`${query}\n    ${mismatch.route}: ${mismatch.text}`);
      else explained.set(why, [...(explained.get(why) ?? []), query]);
    }
    const explainedCount = [...explained.values()].flat().length;
    const agreed = queries.list.length - failures.length - explainedCount;
    t.diagnostic(
      `${agreed} of ${queries.list.length} queries agreed, each at an instant and over a range`,
    );
    t.diagnostic(
      `${queries.constructCount} constructs; ${refused.count} evaluations refused by both`,
    );
    for (const [why, list] of explained) t.diagnostic(`${list.join("; ")}: ${why}`);
    assert.deepEqual(failures, []);
    assert.ok(explainedCount <= explainedShareMax * queryCount, `${explainedCount} explained`);

    for (const { query, ours: want, theirs: wantTheirs, why } of shownDifferences) {
      const got = await Promise.all(both.map((url) => summary(url, query, endMs)));
      assert.deepEqual(got, [want, wantTheirs], `${query}: ${why}`);
    }
  });
}

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

/** Both programs, empty, taking remote writes. */
async function startBoth(): Promise<
  AsyncDisposable & { readonly both: readonly [ours: string, theirs: string] }
> {
  const directory = mkdtempSync(path.join(tmpdir(), "wherry-beside-"));
  const config = "global: {evaluation_interval: 1m}\n";
  const file = path.join(directory, "prometheus.yml");
  writeFileSync(file, config);
  const flags = ["--web.enable-remote-write-receiver"];
  const theirs = await startTheirs(path.join(directory, "theirs"), file, flags);
  const ours = await startOurs(config, [
    ...flags,
    "--enable-feature=native-histograms,promql-experimental-functions",
  ]);
  return {
    both: [ours.url, theirs.url],
    async [Symbol.asyncDispose]() {
      await ours[Symbol.asyncDispose]();
      await theirs[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

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

/** How the answers to a query differ, at an instant or over a range; undefined when they agree. */
async function compareQuery(
  [ours, theirs]: readonly [string, string],
  query: string,
  endMs: number,
  refused: { count: number },
): Promise<Mismatch | undefined> {
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
    const found = compareAnswers(got, want, /^(?:sort|topk|bottomk)/.test(query));
    if (found !== undefined) return { query, route, ...found };
  }
  return undefined;
}

type Unlike = Pick<Mismatch, "text" | "values">;

function unlike(text: string): Unlike {
  return { text, values: undefined };
}

/** Evaluation times are so much later than a whole minute: never on a border of a range. */
const offGridSeconds = 7;

function modern(query: string): string {
  return query.replaceAll("holt_winters", "double_exponential_smoothing");
}

function compareAnswers(got: Answer, want: Answer, isOrdered: boolean): Unlike | undefined {
  if (got.data === undefined || want.data === undefined) {
    if (got.errorType === want.errorType) return undefined;
    return unlike(`ours: ${got.error ?? "answered"}; theirs: ${want.error ?? "answered"}`);
  }
  const type = want.data.resultType;
  if (got.data.resultType !== type) {
    return unlike(`ours is a ${got.data.resultType}, theirs a ${type}`);
  }
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
): Unlike | undefined {
  const shown = (items: readonly Item[]) => items.map(keyOf).toSorted().join(" ");
  if (shown(got) !== shown(want)) return unlike(`ours: ${shown(got)}; theirs: ${shown(want)}`);
  const byKey = new Map(got.map((item) => [keyOf(item), pointsOf(item)]));
  for (const item of want) {
    const found = comparePoints(byKey.get(keyOf(item)) ?? [], pointsOf(item));
    if (found !== undefined) return { ...found, text: `${keyOf(item)}: ${found.text}` };
  }
  // Of equal values, any may come first.
  const inOrder = (items: readonly Item[]) => items.flatMap(pointsOf);
  return isOrdered ? comparePoints(inOrder(got), inOrder(want)) : undefined;
}

function keyOf({ metric }: Item): string {
  const { __name__: name = "", ...labels } = metric;
  const pairs = Object.entries(labels).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `${name}{${pairs.map(([label, value]) => `${label}=${JSON.stringify(value)}`)}}`;
}

function pointsOf(item: Item): readonly Point[] {
  return item.values ?? (item.value === undefined ? [] : [item.value]);
}

function comparePoints(got: readonly Point[], want: readonly Point[]): Unlike | undefined {
  const times = [got, want].map((points) => points.map(([seconds]) => seconds).join(" "));
  if (times[0] !== times[1]) return unlike(`ours at ${times[0]}; theirs at ${times[1]}`);
  for (const [index, [seconds, value]] of want.entries()) {
    const found = got[index]?.[1] ?? "";
    if (isClose(found, value)) continue;
    const text = `at ${seconds}: ours ${found}, theirs ${value}`;
    return { text, values: [Number(found), Number(value)] };
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
