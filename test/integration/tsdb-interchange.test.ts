/** Our blocks and logs read by the real prometheus and promtool, and theirs by us. */
import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { seededRandom } from "#base/testing";
import { realDisk, realZstd } from "#host";
import { type Histogram, type Labels, labelPairs, labelsOf, SampleBuffer } from "#series";
import {
  appendHistogram,
  type Block,
  decodeChunk,
  type HistogramSample,
  newUlid,
  openBlock,
  openWal,
  readWal,
  type SampleColumns,
  type SeriesChunks,
  startHistogramChunk,
  type TimedChunk,
  type WalRecord,
  walOptionsDefault,
  writeBlock,
  XorEncoder,
} from "#tsdb";
import { openFolder } from "../../src/host/testing.ts";
import { histogramOf } from "../../src/tsdb/chunk/testing.ts";
import {
  prometheusMissing,
  promtool,
  type RealPrometheus,
  serveMetrics,
  startPrometheus,
} from "./real-prometheus.ts";

const skip = prometheusMissing;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const staleBits = 0x7ff0000000000002n;

/** Samples by series, written as promtool and the HTTP API write labels. */
type Samples = ReadonlyMap<string, readonly string[]>;

test("promtool lists, analyzes and dumps a block of ours", { skip }, async () => {
  await using folder = await openFolder();
  const startMs = alignedMs(Date.now() - 6 * hourMs);
  const series = floatSeries(startMs);
  const ulid = await writeOne(folder.path, startMs, series);
  // Without a log, promtool refuses to dump.
  await mkdir(`${folder.path}/wal`);

  const samples = series.reduce((sum, { values }) => sum + values.length, 0);
  const [, row = ""] = (await promtool("tsdb", "list", folder.path)).trim().split("\n");
  assert.deepEqual(row.split(/\s+/).slice(0, 1), [ulid]);
  assert.deepEqual(row.split(/\s+/).slice(4, 7), [`${samples}`, "6", `${series.length}`]);
  const analysis = await promtool("tsdb", "analyze", folder.path, ulid);
  assert.match(analysis, new RegExp(`^Series: ${series.length}$`, "m"));
  assert.match(analysis, /^Highest cardinality metric names:\n3 plain\n2 special\n1 long\n$/m);
  assert.deepEqual(dumped(await promtool("tsdb", "dump", folder.path)), shown(series));
});

test("prometheus answers the same on a block and a log of ours", { skip }, async () => {
  await using folder = await openFolder();
  const data = `${folder.path}/data`;
  const nowMs = Date.now();
  const startMs = alignedMs(nowMs - 6 * hourMs);
  const old = floatSeries(startMs);
  const fresh = floatSeries(nowMs - 5 * minuteMs);
  await writeOne(data, startMs, old, histogramSeries(startMs));
  await writeLog(`${data}/wal`, fresh, nowMs - 5 * minuteMs);
  await writeFile(`${folder.path}/prometheus.yml`, "");

  await using prometheus = await startPrometheus(data, `${folder.path}/prometheus.yml`);
  // Queries hide stale markers.
  const want = withoutStale(merged(shown(old), shown(fresh)));
  assert.deepEqual((await selected(prometheus, '{kind!=""}', nowMs)).floats, want);
  const histograms = [...histogramSeries(startMs), ...histogramSeries(nowMs - 5 * minuteMs)];
  for (const [series, samples] of shownHistograms(histograms)) {
    // One by one: this version forgets series when kinds of histograms follow each other.
    const answer = await selected(prometheus, series, nowMs);
    assert.deepEqual(answer.histograms, new Map([[series, samples]]));
  }

  // It goes on from our log, and what it made of it is read by us.
  await prometheus.stop("SIGTERM");
  const written = await loggedSamples(`${data}/wal`);
  assert.deepEqual([...written.keys()].sort(), [...shown(fresh).keys()].sort());
});

test("we read a block and a log of prometheus, also after it was killed", { skip }, async () => {
  await using folder = await openFolder();
  const data = `${folder.path}/data`;
  let scrapes = 0;
  await using target = await serveMetrics(() => exposition(scrapes++));
  const config = {
    global: { scrape_interval: "100ms", scrape_timeout: "100ms" },
    scrape_configs: [{ job_name: "test", static_configs: [{ targets: [target.address] }] }],
  };
  await writeFile(`${folder.path}/prometheus.yml`, JSON.stringify(config));
  await using prometheus = await startPrometheus(data, `${folder.path}/prometheus.yml`);
  while (scrapes < 30) await new Promise((resolve) => void setTimeout(resolve, 50));

  const snapshot = await prometheus.query("/api/v1/admin/tsdb/snapshot", {});
  const { name } = snapshot as { readonly name: string };
  await prometheus.stop("SIGKILL");

  const directory = `${data}/snapshots/${name}`;
  const [ulid = ""] = await readdir(directory);
  await using block = await openBlock(realDisk, `${directory}/${ulid}`);
  await mkdir(`${directory}/wal`);
  const read = await blockSamples(block);
  assert.ok([...read.keys()].some((series) => series.startsWith('{__name__="jobs_total"')));
  assert.deepEqual(read, dumped(await promtool("tsdb", "dump", directory)));

  // The log has everything that the snapshot has, and maybe some more scrapes.
  const logged = await loggedSamples(`${data}/wal`);
  for (const [series, samples] of read) {
    assert.deepEqual(logged.get(series)?.slice(0, samples.length), samples, series);
  }
});

interface FloatSeries {
  readonly labels: Labels;
  readonly startMs: number;
  readonly stepMs: number;
  readonly values: Float64Array;
}

interface HistogramSeries {
  readonly labels: Labels;
  readonly samples: readonly HistogramSample[];
}

/** Series with all kinds of values and labels, from `startMs` on. */
function floatSeries(startMs: number): readonly FloatSeries[] {
  const random = seededRandom(startMs);
  const special = new Float64Array([0, -0, 1e300, 5e-324, Infinity, -Infinity, NaN, 0.1, 0]);
  new BigUint64Array(special.buffer)[8] = staleBits;
  const rows: readonly (readonly [string, string, number, Float64Array])[] = [
    ["long", "counter", 1000, Float64Array.from({ length: 290 }, (_, row) => row * 17)],
    ["plain", "constant", 15_000, new Float64Array(20).fill(42)],
    ["plain", "naïve 日本", 15_001, Float64Array.from({ length: 19 }, (_, row) => row / 3)],
    ["plain", "random", 7, Float64Array.from({ length: 100 }, () => random.fraction())],
    ["special", "all", 10_000, special],
    ["special", "one", 1, new Float64Array([-1.5])],
  ];
  return rows.map(([name, kind, stepMs, values]) => ({
    labels: labelsOf([
      ["__name__", name],
      ["kind", kind],
    ]),
    startMs,
    stepMs,
    values,
  }));
}

/** Histograms that grow, with new buckets now and then, and end with a stale marker. */
function histogramSeries(startMs: number): readonly HistogramSeries[] {
  return (["float", "integer"] as const).map((counts) => ({
    labels: labelsOf([
      ["__name__", "latency"],
      ["counts", counts],
    ]),
    samples: Array.from({ length: 40 }, (_, row): HistogramSample => {
      const notation = `-2:${row} 0:${row + 1}${row < 20 ? "" : ` 7:${row - 19}`} | 1:${row >> 1}`;
      const histogram = row === 39 ? undefined : histogramOf(notation, { counts, schema: 3 });
      return { timestampMs: startMs + row * 1000, startTimestampMs: 0, counts, histogram };
    }),
  }));
}

async function writeOne(
  directory: string,
  startMs: number,
  floats: readonly FloatSeries[],
  histograms: readonly HistogramSeries[] = [],
): Promise<string> {
  const ulid = newUlid(seededRandom(1), startMs);
  const series: SeriesChunks[] = [
    ...histograms.map(({ labels, samples }) => ({ labels, chunks: histogramChunks(samples) })),
    ...floats.map((one) => ({ labels: one.labels, chunks: [floatChunk(one)] })),
  ];
  const compaction = { level: 1, sources: [ulid], parents: [], hints: [] };
  await writeBlock(realDisk, directory, series.sort(byName), {
    ulid,
    minMs: startMs,
    maxMs: startMs + 2 * hourMs,
    compaction: { ...compaction, failed: false, deletable: false },
  });
  return ulid;
}

function byName(left: SeriesChunks, right: SeriesChunks): number {
  return left.labels.join() < right.labels.join() ? -1 : 1;
}

function floatChunk({ startMs, stepMs, values }: FloatSeries): TimedChunk {
  const encoder = new XorEncoder();
  for (let row = 0; row < values.length; row++) {
    encoder.appendFrom(values, row, startMs + row * stepMs, 0);
  }
  const maxMs = startMs + (values.length - 1) * stepMs;
  return { minMs: startMs, maxMs, chunk: encoder.copy() };
}

function histogramChunks(samples: readonly HistogramSample[]): readonly TimedChunk[] {
  const [first, ...others] = samples;
  assert.ok(first !== undefined);
  let encoder = startHistogramChunk(first, undefined, "dropStarts");
  for (const sample of others) {
    const outcome = appendHistogram(encoder, sample);
    assert.notEqual(outcome.kind, "cut");
    if (outcome.kind === "recoded") encoder = outcome.encoder;
  }
  const maxMs = samples.at(-1)?.timestampMs ?? 0;
  return [{ minMs: first.timestampMs, maxMs, chunk: encoder.copy() }];
}

async function writeLog(
  directory: string,
  floats: readonly FloatSeries[],
  startMs: number,
): Promise<void> {
  await using wal = await openWal({ disk: realDisk, zstd: realZstd }, directory, walOptionsDefault);
  const histograms = histogramSeries(startMs);
  const series = [...floats, ...histograms].map(({ labels }, row) => ({ ref: row + 1, labels }));
  await wal.append([{ kind: "series", series }]);
  for (const [row, one] of floats.entries()) {
    await wal.append([{ kind: "samples", samples: columnsOf(row + 1, one) }]);
  }
  for (const [row, { samples }] of histograms.entries()) {
    const ref = floats.length + row + 1;
    const logged = samples.map((sample) => ({ ref, sample }));
    await wal.append([{ kind: "histograms", histograms: logged }]);
  }
}

function columnsOf(ref: number, { startMs, stepMs, values }: FloatSeries): SampleColumns {
  return {
    count: values.length,
    refs: new Float64Array(values.length).fill(ref),
    timestampsMs: values.map((_, row) => startMs + row * stepMs),
    values,
    startTimestampsMs: undefined,
  };
}

async function blockSamples(block: Block): Promise<Samples> {
  const samples = new Map<string, readonly string[]>();
  const buffer = new SampleBuffer();
  for (const { labels, chunks } of await block.series(await block.allPostings())) {
    buffer.clear();
    for (const chunk of await block.chunks(chunks)) {
      const from = buffer.count;
      decodeChunk(chunk, buffer, -Infinity, Infinity);
      // Not only what it means: the very bytes are those that we would have written. This version
      // leaves an empty byte behind samples that end with one.
      const again = encodedAgain(buffer, from);
      const rest = Array.from(chunk.bytes.subarray(again.length));
      assert.deepEqual(again, Uint8Array.from(chunk.bytes.subarray(0, again.length)));
      assert.ok(rest.length === 0 || (rest.length === 1 && rest[0] === 0), `rest ${rest}`);
    }
    const rows = Array.from({ length: buffer.count }, (_, row) =>
      showSample(buffer.timestampsMs[row] ?? 0, buffer.values[row] ?? 0),
    );
    samples.set(showLabels(labels), rows);
  }
  return samples;
}

function encodedAgain(buffer: SampleBuffer, from: number): Uint8Array {
  const encoder = new XorEncoder();
  for (let row = from; row < buffer.count; row++) {
    encoder.appendFrom(buffer.values, row, buffer.timestampsMs[row] ?? 0, 0);
  }
  return Uint8Array.from(encoder.copy().bytes);
}

/** The float samples in a log. */
async function loggedSamples(directory: string): Promise<Samples> {
  const labelsByRef = new Map<number, string>();
  const samples = new Map<string, string[]>();
  const damage = await readWal({ disk: realDisk, zstd: realZstd }, directory, {}, (records) => {
    for (const record of records) takeRecord(record, labelsByRef, samples);
  });
  assert.equal(damage, undefined);
  return samples;
}

function takeRecord(
  record: WalRecord,
  labelsByRef: Map<number, string>,
  samples: Map<string, string[]>,
): void {
  if (record.kind === "series") {
    for (const { ref, labels } of record.series) labelsByRef.set(ref, showLabels(labels));
  }
  if (record.kind !== "samples") return;
  const { count, refs, timestampsMs, values } = record.samples;
  for (let row = 0; row < count; row++) {
    const series = labelsByRef.get(refs[row] ?? 0) ?? "unknown series";
    const rows = samples.get(series) ?? [];
    rows.push(showSample(timestampsMs[row] ?? 0, values[row] ?? 0));
    samples.set(series, rows);
  }
}

/** What promtool dumped: lines of labels, value and time. */
function dumped(text: string): Samples {
  const samples = new Map<string, string[]>();
  for (const line of text.trim().split("\n")) {
    const [, series = "", value = "", timestampMs = ""] = /^(.*\}) (\S+) (\d+)$/.exec(line) ?? [];
    const rows = samples.get(series) ?? [];
    rows.push(showSample(Number(timestampMs), numberOf(value)));
    samples.set(series, rows);
  }
  return samples;
}

/** What prometheus has of some series. */
async function selected(
  prometheus: RealPrometheus,
  selector: string,
  nowMs: number,
): Promise<Answer> {
  const parameters = { query: `${selector}[12h]`, time: String(nowMs / 1000) };
  return answered(await prometheus.query("/api/v1/query", parameters));
}

interface Answer {
  readonly floats: Samples;
  readonly histograms: Samples;
}

interface ApiSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values?: readonly (readonly [number, string])[];
  readonly histograms?: readonly (readonly [number, ApiHistogram])[];
}

interface ApiHistogram {
  readonly count: string;
  readonly sum: string;
  readonly buckets?: readonly (readonly [number, string, string, string])[];
}

function answered(data: unknown): Answer {
  const { result } = data as { readonly result: readonly ApiSeries[] };
  const floats = new Map<string, string[]>();
  const histograms = new Map<string, string[]>();
  for (const { metric, values, histograms: found } of result) {
    const series = showLabels(labelsOf(Object.entries(metric)));
    if (values !== undefined) {
      floats.set(
        series,
        values.map(([time, value]) => showSample(Math.round(time * 1000), numberOf(value))),
      );
    }
    if (found !== undefined) {
      histograms.set(
        series,
        found.map(([time, histogram]) => showApiHistogram(time, histogram)),
      );
    }
  }
  return { floats, histograms };
}

function showApiHistogram(time: number, { count, sum, buckets }: ApiHistogram): string {
  const counts = (buckets ?? []).map(([, , , bucket]) => bucket);
  return `${Math.round(time * 1000)} ${Number(count)} ${Number(sum)} ${counts.join(" ")}`;
}

function shown(series: readonly FloatSeries[]): Samples {
  return new Map(
    series.map(({ labels, startMs, stepMs, values }) => [
      showLabels(labels),
      Array.from(values, (value, row) => showSample(startMs + row * stepMs, value)),
    ]),
  );
}

function shownHistograms(series: readonly HistogramSeries[]): Samples {
  const samples = new Map<string, string[]>();
  for (const { labels, samples: histograms } of series) {
    const rows = samples.get(showLabels(labels)) ?? [];
    for (const { timestampMs, histogram } of histograms) {
      if (histogram !== undefined) rows.push(showHistogram(timestampMs, histogram));
    }
    samples.set(showLabels(labels), rows);
  }
  return samples;
}

/** With the counts of buckets that are not empty from the lowest to the highest, as the API has them. */
function showHistogram(timestampMs: number, histogram: Histogram): string {
  const { negative, positive, zeroCount, count, sum } = histogram;
  const counts = [...negative.bucketCounts.toReversed(), zeroCount, ...positive.bucketCounts];
  return `${timestampMs} ${count} ${sum} ${counts.filter((bucket) => bucket !== 0).join(" ")}`;
}

function merged(left: Samples, right: Samples): Samples {
  const both = [...left].map(([series, rows]): [string, readonly string[]] => [
    series,
    [...rows, ...(right.get(series) ?? [])],
  ]);
  return new Map(both);
}

/** The last sample of this series is the stale marker, which looks like any other NaN here. */
function withoutStale(samples: Samples): Samples {
  const isStaleRow = (series: string, row: number) => series.includes('"all"') && row % 9 === 8;
  return new Map(
    [...samples].map(([series, rows]) => [
      series,
      rows.filter((_, row) => !isStaleRow(series, row)),
    ]),
  );
}

function showLabels(labels: Labels): string {
  const pairs = [...labelPairs(labels)].map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${pairs.join(", ")}}`;
}

function showSample(timestampMs: number, value: number): string {
  return `${timestampMs} ${Object.is(value, -0) ? "-0" : value}`;
}

/** A number as Go writes it. */
function numberOf(text: string): number {
  if (text === "+Inf") return Infinity;
  return text === "-Inf" ? -Infinity : Number(text);
}

/** The beginning of a block of two hours. */
function alignedMs(timestampMs: number): number {
  return timestampMs - (timestampMs % (2 * hourMs));
}

/** What the target tells at its `turn`th scrape. */
function exposition(turn: number): string {
  const lines = [
    "# TYPE jobs counter",
    ...Array.from({ length: 200 }, (_, row) => `jobs_total{row="${row}"} ${turn * row}`),
    "# TYPE ratio gauge",
    `ratio{kind="naïve 日本"} ${Math.sqrt(turn)}`,
    ...(turn % 10 < 5 ? ["# TYPE absent gauge", "absent 1"] : []),
    "# EOF",
  ];
  return `${lines.join("\n")}\n`;
}
