/** A whole data directory that the real prometheus and our database take over from each other. */
import assert from "node:assert/strict";
import { cp, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { silentLogger, uncounted } from "#base";
import { realClock, realDisk, realZstd, systemRandom } from "#host";
import { createMatcher, isStaleAt, type Labels, labelPairs, labelsOf, SampleBuffer } from "#series";
import { type Database, openDatabase } from "#tsdb";
import { openFolder } from "../../src/host/testing.ts";
import {
  prometheusMissing,
  type RealPrometheus,
  serveMetrics,
  startPrometheus,
} from "./real-prometheus.ts";

const skip = prometheusMissing;
const windowMs = 3_600_000;

/** Samples by series: `time value`, in order. */
type Samples = ReadonlyMap<string, readonly string[]>;

const noStart = 0;
const everything = createMatcher("=~", "row", ".+");

test("from prometheus to us, to prometheus and to us again, nothing is lost", {
  skip,
}, async () => {
  await using folder = await openFolder();
  const data = `${folder.path}/data`;
  const scraped = await scrapeFor(folder.path, data, 300);
  assert.ok(
    [...scraped.values()].every((rows) => rows.length >= 250),
    "a chunk was completed",
  );

  // It was killed: its log, and chunks that it had put out of memory.
  const added = await withDatabase(data, async (database) => {
    assertHolds(await samplesOf(database), scraped);
    return await append(database, Date.now(), 300);
  });
  const both = joined(scraped, added);

  const answered = await withPrometheus(folder.path, data, samplesAsked);
  assertHolds(answered, both);

  await withDatabase(data, async (database) => assertHolds(await samplesOf(database), both));
});

test("prometheus starts on what a crash leaves of our data directory", { skip }, async () => {
  await using folder = await openFolder();
  const data = `${folder.path}/data`;
  const crashed = `${folder.path}/crashed`;
  const added = await withDatabase(data, async (database) => {
    const written = await append(database, Date.now() - windowMs / 2, 500);
    const late = await append(database, Date.now() - windowMs / 4, 50, 7);
    await cp(data, crashed, { recursive: true });
    return joined(written, late);
  });
  assertHolds(await withPrometheus(folder.path, crashed, samplesAsked), added);
});

/** Lets prometheus scrape and kills it. */
async function scrapeFor(folder: string, data: string, count: number): Promise<Samples> {
  let scrapes = 0;
  await using target = await serveMetrics(() => exposition(scrapes++));
  const job = { job_name: "test", static_configs: [{ targets: [target.address] }] };
  const global = { scrape_interval: "20ms", scrape_timeout: "20ms" };
  return await withPrometheus(
    folder,
    data,
    async (prometheus) => {
      while (scrapes < count) await new Promise((resolve) => void setTimeout(resolve, 50));
      return await samplesAsked(prometheus);
    },
    { global, scrape_configs: [job] },
  );
}

async function withPrometheus<T>(
  folder: string,
  data: string,
  act: (prometheus: RealPrometheus) => Promise<T>,
  config: object = {},
): Promise<T> {
  const storage = { tsdb: { out_of_order_time_window: "1h" } };
  const configFile = `${folder}/prometheus.yml`;
  await writeFile(configFile, JSON.stringify({ ...config, storage }));
  await using prometheus = await startPrometheus(data, configFile);
  const outcome = await act(prometheus);
  await prometheus.stop("SIGKILL");
  return outcome;
}

async function withDatabase<T>(data: string, act: (database: Database) => Promise<T>): Promise<T> {
  const deps = {
    disk: realDisk,
    zstd: realZstd,
    clock: realClock,
    random: systemRandom,
    log: silentLogger,
    meters: uncounted,
  };
  await using database = await openDatabase(deps, data, { outOfOrderWindowMs: windowMs });
  return await act(database);
}

/** Appends samples of some series, a second apart, up to `endMs`. */
async function append(
  database: Database,
  endMs: number,
  count: number,
  offset = 0,
): Promise<Samples> {
  const added = new Map<string, string[]>();
  for (let turn = 0; turn < count; turn++) {
    const appender = database.appender();
    const timestampMs = endMs - (count - turn) * 1000 + offset;
    for (const row of ["x", "y"]) {
      const labels = labelsOf([
        ["__name__", "ours"],
        ["row", row],
      ]);
      const value = turn * 1.5 + offset;
      const refusal = appender.appendFloat(appender.seriesRef(labels), timestampMs, value, noStart);
      assert.equal(refusal, undefined);
      const rows = added.get(showLabels(labels)) ?? [];
      rows.push(`${timestampMs} ${value}`);
      added.set(showLabels(labels), rows);
    }
    await appender.commit();
  }
  return added;
}

async function samplesOf(database: Database): Promise<Samples> {
  await using querier = await database.querier(0, Date.now());
  const hints = { minMs: 0, maxMs: Date.now(), seriesMax: 0 };
  const { signal } = new AbortController();
  const buffer = new SampleBuffer();
  const samples = new Map<string, readonly string[]>();
  for (const source of await querier.select([everything], hints, signal)) {
    buffer.clear();
    source.read(buffer, 0, Date.now());
    const rows: string[] = [];
    for (let row = 0; row < buffer.count; row++) {
      // A scrape that a busy machine was too slow for; queries never show its markers.
      if (isStaleAt(buffer.values, row)) continue;
      rows.push(`${buffer.timestampsMs[row]} ${buffer.values[row]}`);
    }
    samples.set(showLabels(source.labels), rows);
  }
  return samples;
}

async function samplesAsked(prometheus: RealPrometheus): Promise<Samples> {
  const parameters = { query: '{row=~".+"}[12h]', time: String(Date.now() / 1000) };
  const { result } = (await prometheus.query("/api/v1/query", parameters)) as {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [number, string])[];
    }[];
  };
  return new Map(
    result.map(({ metric, values }) => [
      showLabels(labelsOf(Object.entries(metric))),
      values.map(([time, value]) => `${Math.round(time * 1000)} ${Number(value)}`),
    ]),
  );
}

/** All series and samples of `want` are in `found`; there may be newer ones. */
function assertHolds(found: Samples, want: Samples): void {
  assert.deepEqual(
    [...want.keys()].filter((series) => !found.has(series)),
    [],
  );
  for (const [series, rows] of want) {
    assert.deepEqual(found.get(series)?.slice(0, rows.length), rows, series);
  }
}

function joined(first: Samples, second: Samples): Samples {
  const both = new Map(first);
  for (const [series, rows] of second) {
    const all = [...(both.get(series) ?? []), ...rows];
    both.set(
      series,
      all.sort((left, right) => Number.parseInt(left, 10) - Number.parseInt(right, 10)),
    );
  }
  return both;
}

function showLabels(labels: Labels): string {
  return [...labelPairs(labels)].map(([name, value]) => `${name}=${value}`).join(" ");
}

function exposition(turn: number): string {
  const rows = Array.from({ length: 20 }, (_, row) => `jobs_total{row="${row}"} ${turn * row}`);
  return ["# TYPE jobs counter", ...rows, "# EOF", ""].join("\n");
}
