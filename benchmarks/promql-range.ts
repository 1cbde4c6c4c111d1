/**
 * The range queries of upstream's `BenchmarkRangeQuery`, over HTTP, beside the real Prometheus: metrics
 * `a_X` and `b_X` of X series and classic histograms `h_X` of 11 buckets each, a sample every 10 s for a
 * day and 10,000 steps more; each expression with X one and a hundred, over 1 and 1,000 steps or as
 * many as it says. Both programs hold the same samples and are asked in turn; the figures are medians
 * of the milliseconds that an answer takes, and processor milliseconds of the program for each. Last,
 * the rows on which this program takes longer.
 *
 *   node benchmarks/promql-range.ts [expression contains] [steps]
 */
import { Agent, request } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { compressSnappy } from "#base";
import { encodeWriteRequest, type OutgoingSeries } from "#remote";
import { type Labels, labelsOf } from "#series";
import { pause, programs, type Running, startProgram } from "./prometheus/programs.ts";

const stepMs = 10_000;
const intervalCount = 8_640 + 10_000;
const intervalsPerWrite = 120;
const sparseParts = 50;
/** How long each program is asked the same, and how often at least and at most. */
const caseMs = 250;
const turnsMin = 3;
const turnsMax = 40;
/** A program is idle when a second of it takes no more than that. */
const idleCpuSeconds = 0.03;
const idleSecondsMax = 60;
const features =
  "promql-experimental-functions,promql-extended-range-selectors,promql-duration-expr";

/** Each with its numbers of steps. */
const shapes: readonly (readonly [expression: string, ...steps: readonly number[]])[] = [
  ["a_X", 1, 1000],
  ["rate(a_X[1m])", 1, 1000, 10_000],
  ["rate(sparse[1m])", 10_000],
  ["rate(a_X[1m] smoothed)", 1, 1000, 10_000],
  ["rate(sparse[1m] smoothed)", 10_000],
  ["double_exponential_smoothing(a_X[1d], 0.3, 0.3)", 1, 1000],
  ["changes(a_X[1d])", 1, 1000],
  ["rate(a_X[1d])", 1, 1000],
  ["absent_over_time(a_X[1d])", 1, 1000],
  ["-a_X", 1, 1000],
  ["a_X - b_X", 1, 1000, 10_000],
  ["a_X and b_X{l=~'.*[0-4]$'}", 1, 1000],
  ["a_X or b_X{l=~'.*[0-4]$'}", 1, 1000],
  ["a_X unless b_X{l=~'.*[0-4]$'}", 1, 1000],
  ["a_X and b_X{l='notfound'}", 1, 1000],
  ["abs(a_X)", 1, 1000],
  ["label_replace(a_X, 'l2', '$1', 'l', '(.*)')", 1, 1000],
  ["label_join(a_X, 'l2', '-', 'l', 'l')", 1, 1000],
  ["sum(a_X)", 1, 1000],
  ["avg(a_X)", 1, 1000],
  ["sum without (l)(h_X)", 1, 1000],
  ["sum without (le)(h_X)", 1, 1000],
  ["sum by (l)(h_X)", 1, 1000],
  ["sum by (le)(h_X)", 1, 1000],
  ["count_values('value', h_X)", 100],
  ["topk(1, a_X)", 1, 1000],
  ["topk(5, a_X)", 1, 1000],
  ["limitk(1, a_X)", 1, 1000],
  ["limitk(5, a_X)", 1, 1000],
  ["limit_ratio(0.1, a_X)", 1, 1000],
  ["limit_ratio(0.5, a_X)", 1, 1000],
  ["limit_ratio(-0.5, a_X)", 1, 1000],
  ["rate(a_X[1m]) + rate(b_X[1m])", 1, 1000],
  ["sum without (l)(rate(a_X[1m]))", 1, 1000],
  ["sum without (l)(rate(a_X[1m])) / sum without (l)(rate(b_X[1m]))", 1, 1000],
  ["histogram_quantile(0.9, rate(h_X[5m]))", 1, 1000],
  ["a_X + on(l) group_right a_one", 1, 1000],
  ['count({__name__!=""})', 1],
  ['count({__name__!="",l=""})', 1],
  ["timestamp(a_X)", 1, 1000],
  // Beyond upstream's: what dashboards ask of a day.
  ["deriv(a_X[1h])", 1, 1000],
  ["avg_over_time(a_X[1d])", 1, 1000],
  ["max_over_time(a_X[1d])", 1, 1000],
  ["quantile_over_time(0.9, a_X[1h])", 1, 1000],
  ["stddev_over_time(a_X[1h])", 1, 1000],
  ["sum_over_time(rate(a_X[1m])[1h:1m])", 1, 1000],
];

interface Case {
  readonly query: string;
  readonly steps: number;
}

const [wanted = "", onlySteps = ""] = process.argv.slice(2);
const cases = shapes
  .flatMap(([shape, ...steps]) =>
    sizesOf(shape).flatMap((query) => steps.map((count): Case => ({ query, steps: count }))),
  )
  .filter(({ query, steps }) => query.includes(wanted) && (onlySteps || `${steps}`) === `${steps}`);

const endMs = Math.floor(Date.now() / stepMs) * stepMs;
const firstMs = endMs - (intervalCount - 1) * stepMs;
const agent = new Agent({ keepAlive: true });
const directory = mkdtempSync(path.join(tmpdir(), "wherry-bench-"));
const running: (Running & { readonly name: string })[] = [];
try {
  for (const program of programs) {
    const own = mkdtempSync(path.join(directory, "program-"));
    const flags = [`--enable-feature=${features}`];
    running.push({ name: program.name, ...(await startProgram(program, own, undefined, flags)) });
  }
  await load(running);
  for (const program of running) await untilIdle(program);
  await compareAll();
} finally {
  for (const program of running) await program.stop("SIGKILL");
  agent.destroy();
  rmSync(directory, { recursive: true, force: true });
}

/** What was written may still be compacted. */
async function untilIdle(program: Running): Promise<void> {
  for (let second = 0; second < idleSecondsMax; second++) {
    const before = program.cpuSeconds();
    await pause(1_000);
    if (program.cpuSeconds() - before < idleCpuSeconds) return;
  }
}

function sizesOf(shape: string): readonly string[] {
  if (!shape.includes("X")) return [shape];
  return ["one", "hundred"].map((size) => shape.replaceAll("X", size));
}

interface Figures {
  readonly ms: number;
  readonly cpuMs: number;
}

async function compareAll(): Promise<void> {
  const behind: string[] = [];
  for (const one of cases) {
    const figures = await compareCase(one);
    const [ours, theirs] = figures;
    console.log(JSON.stringify({ ...one, ...named(figures) }));
    if (ours === undefined || theirs === undefined) continue;
    const [byTime, byCpu] = [theirs.ms / ours.ms, theirs.cpuMs / ours.cpuMs];
    if (byTime >= 1 && byCpu >= 1) continue;
    const times = [byTime, byCpu].map((ratio) => `${ratio.toPrecision(2)}x`);
    behind.push(`${one.query}, ${one.steps} steps: ${times[0]}, by processor time ${times[1]}`);
  }
  console.log(`behind on ${behind.length} of ${cases.length} rows`);
  for (const line of behind) console.log(`  ${line}`);
}

function named(figures: readonly (Figures | undefined)[]): Record<string, Figures> {
  return Object.fromEntries(
    running.flatMap(({ name }, index) => {
      const found = figures[index];
      return found === undefined ? [] : [[name, rounded(found)] as const];
    }),
  );
}

function rounded({ ms, cpuMs }: Figures): Figures {
  return { ms: Number(ms.toPrecision(3)), cpuMs: Number(cpuMs.toPrecision(3)) };
}

/** The figures of each program, in their order; undefined where it does not know the query. */
async function compareCase(one: Case): Promise<readonly (Figures | undefined)[]> {
  const tookMs: number[][] = running.map(() => []);
  const cpuSeconds = running.map(() => 0);
  const knows = await Promise.all(running.map(({ url }) => ask(url, one)));
  const startedMs = performance.now();
  for (let turn = 0; turn < turnsMax; turn++) {
    if (turn >= turnsMin && performance.now() - startedMs > caseMs * running.length) break;
    for (const [index, program] of running.entries()) {
      if (knows[index] === false) continue;
      const cpuBefore = program.cpuSeconds();
      const beforeMs = performance.now();
      await ask(program.url, one);
      tookMs[index]?.push(performance.now() - beforeMs);
      cpuSeconds[index] = (cpuSeconds[index] ?? 0) + program.cpuSeconds() - cpuBefore;
    }
  }
  return running.map((_, index) => {
    const times = tookMs[index] ?? [];
    if (times.length === 0) return undefined;
    return { ms: median(times), cpuMs: (1_000 * (cpuSeconds[index] ?? 0)) / times.length };
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

/** Reads an answer to its end, without looking at it. False when it is a refusal. */
function ask(url: string, { query, steps }: Case): Promise<boolean> {
  const parameters = new URLSearchParams({
    query,
    start: String((endMs - (steps - 1) * stepMs) / 1_000),
    end: String(endMs / 1_000),
    step: String(stepMs / 1_000),
  });
  return new Promise((resolve, reject) => {
    request(`${url}/api/v1/query_range?${parameters}`, { agent }, (response) => {
      response.on("end", () => resolve(response.statusCode === 200)).on("error", reject);
      response.resume();
    })
      .on("error", reject)
      .end();
  });
}

/** Writes the same to all programs, a slice of time after the other. */
async function load(targets: readonly Running[]): Promise<void> {
  const labels = allLabels();
  for (let from = 0; from < intervalCount; from += intervalsPerWrite) {
    const to = Math.min(from + intervalsPerWrite, intervalCount);
    const series = labels.map((each, index) =>
      seriesOf(each, from, to, (row) => row + index / labels.length),
    );
    series.push(...sparseSeries(from, to, labels.length));
    const message = compressSnappy(encodeWriteRequest(series, "prometheus.WriteRequest"));
    const body = new Uint8Array(message);
    await Promise.all(targets.map(({ url }) => write(url, body)));
  }
}

/** Each part of the time has a series of its own. */
function sparseSeries(from: number, to: number, divisor: number): readonly OutgoingSeries[] {
  const perPart = intervalCount / sparseParts;
  const list: OutgoingSeries[] = [];
  for (let part = 0; part < sparseParts; part++) {
    const first = Math.max(from, Math.ceil(part * perPart));
    const end = Math.min(to, Math.ceil((part + 1) * perPart));
    if (first >= end) continue;
    const labels = labelled("sparse", { l: String(part) });
    list.push(seriesOf(labels, first, end, (row) => row / divisor));
  }
  return list;
}

function seriesOf(
  labels: Labels,
  from: number,
  to: number,
  valueAt: (row: number) => number,
): OutgoingSeries {
  const count = to - from;
  return {
    labels,
    floats: {
      count,
      timestampsMs: Float64Array.from({ length: count }, (_, at) => firstMs + (from + at) * stepMs),
      values: Float64Array.from({ length: count }, (_, at) => valueAt(from + at)),
      startTimestampsMs: new Float64Array(count),
    },
    histograms: [],
    exemplars: [],
    metadata: undefined,
  };
}

function allLabels(): readonly Labels[] {
  const bounds = [...Array(10).keys(), "+Inf"].map(String);
  const histogram = (name: string, more: Record<string, string>) =>
    bounds.map((le) => labelled(name, { ...more, le }));
  const labels = [labelled("a_one", {}), labelled("b_one", {}), ...histogram("h_one", {})];
  for (const [size, count] of [["ten", 10] as const, ["hundred", 100] as const]) {
    for (let index = 0; index < count; index++) {
      const l = String(index);
      labels.push(labelled(`a_${size}`, { l }), labelled(`b_${size}`, { l }));
      labels.push(...histogram(`h_${size}`, { l }));
    }
  }
  return labels;
}

function labelled(name: string, more: Record<string, string>): Labels {
  return labelsOf([["__name__", name], ...Object.entries(more)]);
}

async function write(url: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
  const headers = { "content-encoding": "snappy", "content-type": "application/x-protobuf" };
  const response = await fetch(`${url}/api/v1/write`, { method: "POST", body, headers });
  if (response.status !== 204) throw new Error(`${response.status}: ${await response.text()}`);
}
