/**
 * How fast scrapes get into the database: samples a second from a body to the write-ahead log, for
 * targets whose series are all known and for ones that are seen for the first time. A hundred targets
 * with a thousand series each, like node-exporter's, scraped at an interval of 15 s.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, silentLogger, uncounted } from "#base";
import { CommentTables } from "#exposition";
import { realClock, realDisk, realZstd, systemRandom } from "#host";
import { labelsOf } from "#series";
import { openDatabase } from "#tsdb";
import { type SeriesOptions, TargetSeries } from "../src/scrape/target-series.ts";

const targetCount = 100;
const familyCount = 50;
const seriesPerFamily = 20;
const scrapeCount = 40;
const intervalMs = 15_000;
const samplesPerScrape = targetCount * familyCount * seriesPerFamily;

const directory = await mkdtemp(join(tmpdir(), "wherry-bench-"));
try {
  const deps = {
    disk: realDisk,
    zstd: realZstd,
    clock: realClock,
    random: systemRandom,
    log: silentLogger,
    meters: uncounted,
  };
  await using database = await openDatabase(deps, directory, {});
  const append = (target: TargetSeries, bytes: Uint8Array, timestampMs: number) => {
    const appender = database.appender();
    const figures = target.append(appender, { bytes, format: "text" }, timestampMs);
    assert(figures.problem === undefined, "the body is well-formed");
    return appender.commit();
  };
  const targets = Array.from({ length: targetCount }, (_, index) => seriesOf(index));
  const startMs = Date.now() - scrapeCount * intervalMs;
  const times: number[] = [];
  for (let scrape = 0; scrape < scrapeCount; scrape++) {
    const bytes = bodyOf(scrape);
    const begunMs = performance.now();
    // Scrapes of different targets wait for the log side by side.
    const timestampMs = startMs + scrape * intervalMs;
    await Promise.all(targets.map((target) => append(target, bytes, timestampMs)));
    times.push(performance.now() - begunMs);
  }
  const [first = 0, ...others] = times;
  const known = others.slice(5).sort((left, right) => left - right);
  const median = known[Math.floor(known.length / 2)] ?? 0;
  console.log(
    `${samplesPerScrape} series of ${targetCount} targets, ${scrapeCount} scrapes of each`,
  );
  console.log(`new series: ${rate(first)}`);
  console.log(`known series: ${rate(median)}, slowest ${rate(known.at(-1) ?? 0)}`);
  console.log(`resident memory: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`);
} finally {
  await rm(directory, { recursive: true, force: true });
}

function rate(elapsedMs: number): string {
  return `${(samplesPerScrape / elapsedMs / 1_000).toFixed(2)} million samples/s`;
}

function seriesOf(index: number): TargetSeries {
  const options: SeriesOptions = {
    targetLabels: labelsOf([
      ["instance", `10.0.0.${index}:9100`],
      ["job", "node"],
    ]),
    honorLabels: false,
    metricRules: [],
    honorTimestamps: true,
    trackTimestampsStaleness: false,
    nameScheme: "utf8",
    labelLimits: { count: 0, nameLength: 0, valueLength: 0 },
    sampleLimit: 0,
    bucketLimit: 0,
    finestSchema: 8,
    scrapeNativeHistograms: false,
    alwaysScrapeClassicHistograms: false,
    convertClassicHistograms: false,
    startTimestamps: "ignore",
    metadata: "keep here",
    typeAndUnitLabels: "leave out",
  };
  return new TargetSeries(options, new CommentTables());
}

/** Counters that grow and gauges that move, with the labels that such metrics have. */
function bodyOf(scrape: number): Uint8Array {
  const families = Array.from({ length: familyCount }, (_, family) => {
    const name = `node_metric_${family}_total`;
    const lines = Array.from({ length: seriesPerFamily }, (_series, index) => {
      const value = family % 2 === 0 ? scrape * (index + 1) * 7.25 : Math.sin(scrape + index) * 1e6;
      return `${name}{cpu="${index}",mode="user",device="/dev/sda${index}"} ${value}\n`;
    });
    return `# HELP ${name} One of many.\n# TYPE ${name} counter\n${lines.join("")}`;
  });
  return new TextEncoder().encode(families.join(""));
}
