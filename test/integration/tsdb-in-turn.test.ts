/**
 * One data directory, used in turn by our database and by the real prometheus: blocks, log, samples
 * out of order, deletions and head chunks of each are what the other finds.
 */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { test } from "node:test";
import { type Logger, silentLogger, uncounted } from "#base";
import { realClock, realDisk, realZstd, systemRandom } from "#host";
import { createMatcher, formatSeries, labelsOf, SampleBuffer } from "#series";
import { type Database, openDatabase } from "#tsdb";
import { openFolder } from "../../src/host/testing.ts";
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
const scrapeMs = 15_000;
const signal = new AbortController().signal;

/** Samples by series, as text. */
type Samples = ReadonlyMap<string, readonly string[]>;

test("prometheus starts on our directory and answers as we did", { skip }, async () => {
  await using folder = await openFolder();
  const data = `${folder.path}/data`;
  const nowMs = Math.floor(Date.now() / scrapeMs) * scrapeMs;
  const ours = await writeDirectory(data, nowMs);
  assert.ok(ours.size === 30, "all series are found");

  const blocks = (await promtool("tsdb", "list", data)).trim().split("\n").slice(1);
  assert.ok(blocks.length >= 2, "the head was compacted");
  await writeFile(`${folder.path}/prometheus.yml`, outOfOrderConfig);
  await using prometheus = await startPrometheus(data, `${folder.path}/prometheus.yml`);
  assert.deepEqual(await askPrometheus(prometheus, nowMs), ours);
});

test("we start on a directory that prometheus has used, and killed or not", { skip }, async () => {
  await using folder = await openFolder();
  const data = `${folder.path}/data`;
  const nowMs = Math.floor(Date.now() / scrapeMs) * scrapeMs;
  const first = await writeDirectory(data, nowMs);
  let scrapes = 0;
  await using target = await serveMetrics(
    () => `# TYPE scrapes unknown\nscrapes{by="prometheus"} ${scrapes++}\n# EOF\n`,
  );
  const config = {
    global: { scrape_interval: "100ms", scrape_timeout: "100ms" },
    scrape_configs: [{ job_name: "test", static_configs: [{ targets: [target.address] }] }],
    storage: { tsdb: { out_of_order_time_window: "1h" } },
  };
  const configFile = `${folder.path}/prometheus.yml`;
  await writeFile(configFile, JSON.stringify(config));
  for (const end of ["SIGTERM", "SIGKILL"] as const) {
    // Our dump is then older than the log.
    const theirs = await scrapeFor(data, configFile, end);
    await using database = await open(data, silentLogger);
    const found = await readAll(database);
    for (const [series, samples] of first) assert.deepEqual(found.get(series), samples, series);
    for (const [series, samples] of theirs) {
      // What it scraped between the question and the kill may be there too.
      assert.deepEqual(found.get(series)?.slice(0, samples.length), samples, series);
    }
    await appendOne(database, Date.now());
  }
});

const outOfOrderConfig = "storage: {tsdb: {out_of_order_time_window: 1h}}\n";

/** Fills a directory with all that a database can leave there, and returns what is in it. */
async function writeDirectory(data: string, nowMs: number): Promise<Samples> {
  await using database = await open(data, silentLogger);
  const fromMs = nowMs - 5 * hourMs;
  for (let timeMs = fromMs; timeMs <= nowMs; timeMs += scrapeMs) {
    const appender = database.appender();
    for (let index = 0; index < 30; index++) {
      // A third of the series is late now and then.
      const isLate = index % 3 === 0 && (timeMs / scrapeMs) % 10 === 0;
      const ref = appender.seriesRef(
        labelsOf([
          ["__name__", index % 2 === 0 ? "even" : "odd"],
          ["index", `${index}`],
          ["path", `/ünïcode "${index}"`],
        ]),
      );
      const at = isLate ? timeMs - 20 * minuteMs + index + 1 : timeMs;
      appender.appendFloat(ref, at, Math.round(Math.sin(timeMs / 1e6 + index) * 1e4) / 100, 0);
    }
    await appender.commit();
    if ((timeMs / scrapeMs) % 400 === 0) await database.maintain(signal);
  }
  const matchers = [createMatcher("=", "index", "7")];
  await database.deleteSeries({ minMs: nowMs - hourMs, maxMs: nowMs - hourMs / 2 }, matchers);
  await database.deleteSeries({ minMs: fromMs, maxMs: fromMs + hourMs / 2 }, matchers);
  return await readAll(database);
}

async function scrapeFor(data: string, configFile: string, end: NodeJS.Signals): Promise<Samples> {
  await using prometheus = await startPrometheus(data, configFile);
  await delay(2_000);
  const all = await askPrometheus(prometheus, Date.now());
  await prometheus.stop(end);
  return new Map([...all].filter(([series]) => series.includes('by="prometheus"')));
}

async function appendOne(database: Database, nowMs: number): Promise<void> {
  const appender = database.appender();
  const ref = appender.seriesRef(labelsOf([["__name__", "between"]]));
  assert.equal(appender.appendFloat(ref, nowMs, 1, 0), undefined);
  await appender.commit();
}

function open(directory: string, log: Logger): Promise<Database> {
  const deps = {
    disk: realDisk,
    zstd: realZstd,
    clock: realClock,
    random: systemRandom,
    log,
    meters: uncounted,
  };
  return openDatabase(deps, directory, { outOfOrderWindowMs: hourMs });
}

async function readAll(database: Database): Promise<Samples> {
  const range = { minMs: 0, maxMs: Date.now() + hourMs };
  await using querier = await database.querier(range.minMs, range.maxMs);
  const found = new Map<string, string[]>();
  const samples = new SampleBuffer();
  for (const source of await querier.select([], { ...range, seriesMax: 0 }, signal)) {
    samples.clear();
    source.read(samples, range.minMs, range.maxMs);
    const rows: string[] = [];
    for (let row = 0; row < samples.count; row++) {
      rows.push(`${samples.timestampsMs[row]} ${samples.values[row]}`);
    }
    if (rows.length > 0) found.set(formatSeries(source.labels), rows);
  }
  return found;
}

async function askPrometheus(prometheus: RealPrometheus, nowMs: number): Promise<Samples> {
  const parameters = { query: '{__name__!=""}[12h]', time: `${nowMs / 1000}` };
  const { result } = (await prometheus.query("/api/v1/query", parameters)) as {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [number, string])[];
    }[];
  };
  return new Map(
    result.map(({ metric, values }) => [
      formatSeries(labelsOf(Object.entries(metric))),
      values.map(([time, value]) => `${Math.round(time * 1000)} ${Number(value)}`),
    ]),
  );
}
