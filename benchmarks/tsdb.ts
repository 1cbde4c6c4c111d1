/**
 * The time series database on the real disk, on data like a Kubernetes cluster's: samples appended a
 * second, as scrapes do it; memory for each series; bytes for each sample; how fast queries read; how
 * long a start takes after a clean end and after a kill. Prints one line of JSON for each.
 *
 *   node benchmarks/tsdb.ts [series] [scrapes]      default: 100,000 × 240, then 1,000,000 × 40
 *
 * Each step is a process of its own, so that memory is counted from nothing.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { silentLogger, uncounted } from "#base";
import { realClock, realDisk, realZstd, systemRandom } from "#host";
import { createMatcher, type Labels, labelsOf, SampleBuffer } from "#series";
import { type Database, openDatabase } from "#tsdb";

const scrapeIntervalMs = 15_000;
const seriesPerTarget = 1_000;
const startMs = 1_700_006_400_000;
const signal = new AbortController().signal;

function runAll(step: string | undefined, words: readonly string[]): void {
  const sizes =
    step === undefined
      ? [
          [100_000, 240],
          [1_000_000, 40],
        ]
      : [[Number(step), Number(words[0] ?? 40)]];
  for (const [series = 0, scrapes = 0] of sizes) {
    const directory = mkdtempSync(join(tmpdir(), "wherry-tsdb-bench-"));
    try {
      run("append", directory, series, scrapes);
      run("start", directory, "after a clean end", scrapes);
      run("start", directory, "after a kill, two minutes behind its dump", scrapes);
    } finally {
      rmSync(directory, { recursive: true });
    }
  }
  const directory = mkdtempSync(join(tmpdir(), "wherry-tsdb-bench-"));
  try {
    run("block", directory, 20_000);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function run(...args: readonly (string | number)[]): void {
  const script = process.argv[1] ?? "";
  const command = ["--expose-gc", script, ...args.map(String)];
  const ended = spawnSync(process.execPath, command, { stdio: "inherit" });
  if (ended.status !== 0 && ended.signal !== "SIGKILL") throw new Error(`${args[0]} failed`);
}

async function append(directory: string, seriesCount: number, scrapes: number): Promise<void> {
  const before = memory();
  const database = await open(directory);
  const load = new Load(seriesCount);
  const createdSeconds = await timed(() => load.create(database));
  const cpuBefore = process.cpuUsage();
  let checkpoint = process.memoryUsage().rss;
  const seconds = await timed(async () => {
    for (let scrape = 0; scrape < scrapes; scrape++) {
      await load.scrape(database, startMs + scrape * scrapeIntervalMs);
      checkpoint = Math.max(checkpoint, process.memoryUsage().rss);
    }
  });
  const cpu = process.cpuUsage(cpuBefore);
  const samples = seriesCount * scrapes;
  const after = memory();
  report("append", {
    series: seriesCount,
    samples,
    samplesPerSecond: Math.round(samples / seconds),
    samplesPerCpuSecond: Math.round((samples * 1e6) / (cpu.user + cpu.system)),
    seriesCreatedPerSecond: Math.round(seriesCount / createdSeconds),
    walBytesPerSample: round(bytesIn(join(directory, "wal")) / samples),
    residentBytesPerSeries: Math.round((after.rss - before.rss) / seriesCount),
    residentMb: Math.round(after.rss / 2 ** 20),
    residentPeakMb: Math.round(checkpoint / 2 ** 20),
    heapMb: Math.round(after.heap / 2 ** 20),
    typedArraysBytesPerSeries: Math.round(after.arrays / seriesCount),
  });
  await query(database, startMs + scrapes * scrapeIntervalMs);
  const closeSeconds = await timed(() => database.close());
  report("close", { series: seriesCount, seconds: round(closeSeconds) });
}

async function query(database: Database, endMs: number): Promise<void> {
  const matchers = [createMatcher("=", "__name__", "metric_007")];
  for (const minutes of [5, 60]) {
    const minMs = endMs - minutes * 60_000;
    const hints = { minMs, maxMs: endMs, seriesMax: 0 };
    const samples = new SampleBuffer();
    let series = 0;
    let count = 0;
    const seconds = await timed(async () => {
      await using querier = await database.querier(minMs, endMs);
      for (const source of await querier.select(matchers, hints, signal)) {
        samples.clear();
        source.read(samples, minMs, endMs);
        series++;
        count += samples.count;
      }
    });
    report("select and decode", {
      minutes,
      series,
      samples: count,
      milliseconds: round(seconds * 1000),
      samplesPerSecond: Math.round(count / seconds),
    });
  }
}

async function start(directory: string, how: string, scrapes: number): Promise<void> {
  const before = memory();
  const startedMs = performance.now();
  const database = await open(directory);
  const seconds = (performance.now() - startedMs) / 1000;
  const after = memory();
  report(`start ${how}`, {
    series: database.head.memory.series.count,
    seconds: round(seconds),
    residentMb: Math.round(after.rss / 2 ** 20),
    residentBytesPerSeries: Math.round(
      (after.rss - before.rss) / database.head.memory.series.count,
    ),
  });
  const load = new Load(database.head.memory.series.count);
  await load.create(database);
  for (let scrape = scrapes; scrape < scrapes + 8; scrape++) {
    await load.scrape(database, startMs + scrape * scrapeIntervalMs);
  }
  // Not closed: the next start finds what a kill leaves.
  process.kill(process.pid, "SIGKILL");
}

async function block(directory: string, seriesCount: number): Promise<void> {
  const database = await open(directory);
  const load = new Load(seriesCount);
  await load.create(database);
  for (let scrape = 0; scrape < 4 * 240 + 1; scrape++) {
    await load.scrape(database, startMs + scrape * scrapeIntervalMs);
  }
  const seconds = await timed(() => database.compact(signal));
  const blocks = database.blocks.blocks;
  const samples = blocks.reduce((sum, { meta }) => sum + meta.stats.numSamples, 0);
  const bytes = blocks.reduce((sum, entry) => sum + entry.bytes, 0);
  const chunkBytes = blocks.reduce(
    (sum, entry) => sum + bytesIn(join(entry.directory, "chunks")),
    0,
  );
  report("block", {
    series: seriesCount,
    samples,
    bytesPerSample: round(bytes / samples),
    chunkBytesPerSample: round(chunkBytes / samples),
    compactionSeconds: round(seconds),
    samplesPerSecond: Math.round(samples / seconds),
  });
  await database.close();
}

function open(directory: string): Promise<Database> {
  const deps = {
    disk: realDisk,
    zstd: realZstd,
    clock: realClock,
    random: systemRandom,
    log: silentLogger,
    meters: uncounted,
  };
  return openDatabase(deps, directory, {});
}

/** Targets of a thousand series each: half constant, some counters, some cpu seconds, some memory. */
class Load {
  readonly #refs: Float64Array;
  readonly #values: Float64Array;
  #chance = 12345;

  constructor(seriesCount: number) {
    this.#refs = new Float64Array(seriesCount);
    this.#values = new Float64Array(seriesCount);
  }

  async create(database: Database): Promise<void> {
    for (let from = 0; from < this.#refs.length; from += seriesPerTarget) {
      const appender = database.appender();
      for (let index = from; index < from + seriesPerTarget; index++) {
        this.#refs[index] = appender.seriesRef(labelsFor(index));
        this.#values[index] = index % 1000;
      }
      await appender.commit();
    }
  }

  async scrape(database: Database, timestampMs: number): Promise<void> {
    for (let from = 0; from < this.#refs.length; from += seriesPerTarget) {
      const appender = database.appender();
      for (let index = from; index < from + seriesPerTarget; index++) {
        this.#step(index);
        const ref = this.#refs[index] ?? 0;
        const refusal = appender.appendFloat(ref, timestampMs, this.#values[index] ?? 0, 0);
        if (refusal !== undefined) throw new Error(refusal);
      }
      await appender.commit();
    }
  }

  #step(index: number): void {
    const value = this.#values[index] ?? 0;
    const kind = index % 20;
    if (kind < 10) return;
    if (kind < 14) this.#values[index] = value + (this.#draw() < 0.05 ? 1 : 0);
    else if (kind < 17) this.#values[index] = value + Math.floor(this.#draw() * 50);
    else if (kind < 18) this.#values[index] = round(value + this.#draw() * 3);
    else this.#values[index] = Math.floor(value / 4096 + this.#draw() * 9 - 4) * 4096;
  }

  #draw(): number {
    this.#chance = (Math.imul(this.#chance, 1_103_515_245) + 12_345) >>> 0;
    return (this.#chance >>> 8) / 2 ** 24;
  }
}

/** Ten labels, as cAdvisor's series have. */
function labelsFor(index: number): Labels {
  const metric = index % 100;
  const container = Math.floor(index / 100);
  const pod = Math.floor(container / 2);
  const node = Math.floor(pod / 30);
  return labelsOf([
    ["__name__", `metric_${String(metric).padStart(3, "0")}`],
    ["container", container % 2 === 0 ? "app" : "sidecar"],
    ["id", `/kubepods.slice/burstable/pod${pod}/cri-${container.toString(16)}.scope`],
    ["image", `registry.example/team-${pod % 40}/service:v${pod % 7}`],
    ["instance", `10.0.${node >> 8}.${node & 255}:10250`],
    ["job", "kubelet"],
    ["metrics_path", "/metrics/cadvisor"],
    ["namespace", `team-${pod % 40}`],
    ["node", `node-${node}`],
    ["pod", `service-${pod % 40}-${(pod * 2654435761) % 4294967296}-${pod}`],
  ]);
}

interface MemoryFigures {
  readonly rss: number;
  readonly heap: number;
  readonly arrays: number;
}

function memory(): MemoryFigures {
  globalThis.gc?.();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return { rss, heap: heapUsed, arrays: arrayBuffers };
}

function bytesIn(directory: string): number {
  return readdirSync(directory).reduce(
    (sum, name) => sum + statSync(join(directory, name)).size,
    0,
  );
}

async function timed(act: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await act();
  return (performance.now() - startedMs) / 1000;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function report(what: string, figures: Readonly<Record<string, number>>): void {
  console.log(JSON.stringify({ what, ...figures }));
}

const [step, ...words] = process.argv.slice(2);
switch (step) {
  case "append":
    await append(words[0] ?? "", Number(words[1]), Number(words[2]));
    break;
  case "start":
    await start(words[0] ?? "", words[1] ?? "", Number(words[2]));
    break;
  case "block":
    await block(words[0] ?? "", Number(words[1]));
    break;
  default:
    runAll(step, words);
}
