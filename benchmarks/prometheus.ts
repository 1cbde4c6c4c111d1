/**
 * The monitoring engine and, in the same run on the same machine, the real Prometheus: both take the
 * same series through remote write 1.0, then answer the same range queries, then start again on what
 * they have. Needs Debian's `prometheus`; without it only our own figures are printed.
 *
 *   node benchmarks/prometheus.ts [series] [samples per series]
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { compressSnappy } from "#base";
import { encodeWriteRequest, type OutgoingSeries } from "#remote";
import { labelsOf } from "#series";
import { freePort } from "../test/e2e/prometheus.ts";

const seriesCount = Number(process.argv[2] ?? 100_000);
const sampleCount = Number(process.argv[3] ?? 40);
const seriesPerWrite = 5_000;
const lanes = 4;
const intervalMs = 15_000;
const queryRounds = 5;

const queries = [
  'bench_total{n="7"}',
  'sum(bench_total{group="g1"})',
  'rate(bench_total{group="g1"}[2m])',
  'sum by (zone) (rate(bench_total{group=~"g[1-5]"}[2m]))',
  'topk(5, rate(bench_total{group="g2"}[2m]))',
  'avg_over_time(bench_total{group="g3"}[5m])',
  'quantile_over_time(0.9, bench_total{group="g4"}[5m])',
  'max by (zone) (bench_total{group="g5"}) - min by (zone) (bench_total{group="g5"})',
  'label_replace(bench_total{group="g6"}, "x", "$1", "n", "(.).*")',
  'count(count by (zone) (bench_total{group=~"g."}))',
];

interface Program {
  readonly name: string;
  readonly words: readonly [string, ...string[]];
}

const ours: Program = {
  name: "wherry",
  words: [process.execPath, path.resolve("dist/bin.js"), "prometheus"],
};
const peer: Program = { name: "prometheus", words: ["/usr/bin/prometheus"] };

const endMs = Math.floor(Date.now() / intervalMs) * intervalMs;
const startMs = endMs - (sampleCount - 1) * intervalMs;
// Made before anything is timed, so that neither program waits for the other's client.
const requests = Array.from({ length: sampleCount }, (_, step) => requestsOf(step));
for (const program of [ours, peer]) {
  if (existsSync(program.words[0])) await measure(program);
}

async function measure(program: Program): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), "wherry-bench-"));
  try {
    writeFileSync(path.join(directory, "prometheus.yml"), "global: {}\n");
    let running = await start(program, directory);
    await ingest(program, running);
    await askAll(program, running);
    await stop(running, "SIGTERM");
    const startedMs = performance.now();
    running = await start(program, directory);
    report(program, "start on what it has", {
      seconds: round((performance.now() - startedMs) / 1_000),
      residentMb: residentMb(running.child),
    });
    await stop(running, "SIGKILL");
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
}

async function ingest(program: Program, { child, url }: Running): Promise<void> {
  const cpuBefore = cpuSeconds(child);
  const startedMs = performance.now();
  for (const bodies of requests) {
    const waiting = [...bodies];
    const lane = async () => {
      for (let body = waiting.pop(); body !== undefined; body = waiting.pop()) {
        await post(url, body);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  const samples = seriesCount * sampleCount;
  report(program, `remote write, ${seriesCount} series`, {
    samplesPerSecond: Math.round(samples / seconds),
    samplesPerCpuSecond: Math.round(samples / (cpuSeconds(child) - cpuBefore)),
    residentMb: residentMb(child),
  });
}

async function askAll(program: Program, { url }: Running): Promise<void> {
  for (const query of queries) {
    const parameters = new URLSearchParams({
      query,
      start: String(startMs / 1_000),
      end: String(endMs / 1_000),
      step: "1",
    });
    const tookMs: number[] = [];
    let series = 0;
    for (let turn = 0; turn < queryRounds; turn++) {
      const beforeMs = performance.now();
      const response = await fetch(`${url}/api/v1/query_range?${parameters}`);
      const answer: unknown = await response.json();
      tookMs.push(performance.now() - beforeMs);
      series = Number(Reflect.get(Object(resultOf(answer)), "length"));
    }
    report(program, query, { milliseconds: round(Math.min(...tookMs)), series });
  }
}

function resultOf(answer: unknown): unknown {
  return Reflect.get(Object(Reflect.get(Object(answer), "data")), "result");
}

async function post(url: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
  const headers = { "content-encoding": "snappy", "content-type": "application/x-protobuf" };
  const response = await fetch(`${url}/api/v1/write`, { method: "POST", body, headers });
  if (response.status !== 204) throw new Error(`${response.status}: ${await response.text()}`);
}

function requestsOf(step: number): readonly Uint8Array<ArrayBuffer>[] {
  const bodies: Uint8Array<ArrayBuffer>[] = [];
  for (let first = 0; first < seriesCount; first += seriesPerWrite) {
    const count = Math.min(seriesPerWrite, seriesCount - first);
    const series = Array.from({ length: count }, (_, index) => seriesOf(first + index, step));
    const packed = compressSnappy(encodeWriteRequest(series, "prometheus.WriteRequest"));
    bodies.push(new Uint8Array(packed));
  }
  return bodies;
}

/** A counter of one of many machines; a hundred of them are one group. */
function seriesOf(index: number, step: number): OutgoingSeries {
  return {
    labels: labelsOf([
      ["__name__", "bench_total"],
      ["group", `g${Math.floor(index / 100)}`],
      ["instance", `machine-${index % 100}.example:9100`],
      ["job", "node"],
      ["n", String(index)],
      ["zone", `zone-${index % 3}`],
    ]),
    floats: {
      count: 1,
      timestampsMs: Float64Array.of(startMs + step * intervalMs),
      values: Float64Array.of(step * (1 + (index % 17)) + index),
      startTimestampsMs: Float64Array.of(0),
    },
    histograms: [],
    exemplars: [],
    metadata: undefined,
  };
}

async function start({ words }: Program, directory: string): Promise<Running> {
  const port = await freePort();
  const [command, ...first] = words;
  const flags = [
    `--config.file=${directory}/prometheus.yml`,
    `--storage.tsdb.path=${directory}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--web.enable-remote-write-receiver",
  ];
  const child = spawn(command, [...first, ...flags], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  const untilMs = performance.now() + 120_000;
  while (performance.now() < untilMs) {
    const isReady = await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return { child, url };
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${command} is not ready`);
}

async function stop({ child }: Running, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

function residentMb({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
}

/** User and system time so far. */
function cpuSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function report(program: Program, what: string, figures: Readonly<Record<string, number>>): void {
  console.log(JSON.stringify({ program: program.name, what, ...figures }));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
