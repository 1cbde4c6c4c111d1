/**
 * One configuration, the real Prometheus and our scraper side by side on the same targets: both find
 * the same targets and store the same series with the same values.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { silentLogger, uncounted } from "#base";
import { createDiscoverer, TargetFinder, discoveryMetrics } from "#discovery";
import { MetricRegistry } from "#exposition";
import {
  realClock,
  realDisk,
  realDnsResolver,
  realGzip,
  realHttpConnector,
  realZstd,
  systemRandom,
} from "#host";
import { configDefaults, loadConfig } from "#promconfig";
import { Scraper, type TargetStatus } from "#scrape";
import { createMatcher, isStaleAt, labelPairs, SampleBuffer } from "#series";
import { type Database, openDatabase } from "#tsdb";
import { prometheusMissing, startPrometheus } from "./real-prometheus.ts";

const skip = prometheusMissing;

const bodies: Readonly<Record<string, readonly [type: string, body: string]>> = {
  "/text": [
    "text/plain; version=0.0.4",
    `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{code="200",job="own",path="/a\\\\b\\"c\\n"} 1027
requests_total{code="500",instance="x"} 3e-05
drop_me 1
keep_label{Env="Prod",team="A"} +Inf
nothing_yet NaN
old{a=""} -0.5 1000
`,
  ],
  "/openmetrics": [
    "application/openmetrics-text; version=1.0.0; charset=utf-8",
    `# TYPE jobs counter
# UNIT latency_seconds seconds
# TYPE latency_seconds histogram
jobs_total{queue="a"} 5 # {id="1"} 1
latency_seconds_bucket{le="0.1"} 1
latency_seconds_bucket{le="+Inf"} 2
latency_seconds_sum 0.5
latency_seconds_count 2
# TYPE build info
build_info{version="1"} 1
# EOF
`,
  ],
  "/broken": ["text/plain; version=0.0.4", "a 1\n}{\n"],
  "/many": ["text/plain; version=0.0.4", "a 1\nb 2\nc 3\n"],
};

const configuration = (port: number) => `
global: {scrape_interval: 1s, scrape_timeout: 1s, external_labels: {zone: z}}
scrape_configs:
- job_name: text
  metrics_path: /text
  static_configs: [{targets: ["127.0.0.1:${port}"], labels: {Group: Canary}}]
  relabel_configs:
  - {action: labelmap, regex: "(G.*)", replacement: "mapped_$1"}
  - {action: lowercase, source_labels: [Group], target_label: group}
  - {action: hashmod, source_labels: [__address__, job], modulus: 16, target_label: shard}
  - {action: labeldrop, regex: "Group|shard"}
  - {source_labels: [__address__], regex: "(.*):.*", target_label: host, replacement: "h-\${1}"}
  metric_relabel_configs:
  - {action: drop, source_labels: [__name__], regex: drop_.*}
  - {action: labelkeep, regex: "__name__|job|instance|exported_.*|code|path|team|host"}
- job_name: openmetrics
  honor_labels: true
  scheme: http
  params: {module: [a, b]}
  static_configs: [{targets: ["127.0.0.1:${port}"]}]
  relabel_configs: [{target_label: __metrics_path__, replacement: /openmetrics}]
- job_name: failing
  static_configs: [{targets: ["127.0.0.1:${port}"]}]
- job_name: broken
  metrics_path: /broken
  static_configs: [{targets: ["127.0.0.1:${port}"]}]
- job_name: limited
  metrics_path: /many
  sample_limit: 2
  static_configs: [{targets: ["127.0.0.1:${port}"]}]
- job_name: files
  metrics_path: /many
  file_sd_configs: [{files: [targets.json]}]
  relabel_configs: [{action: keep, source_labels: [__address__, pick], regex: ".*;yes"}]
`;

test("the same targets, and the same series with the same values", { skip }, async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "wherry-test-"));
  using _folder = { [Symbol.dispose]: () => rmSync(directory, { recursive: true }) };
  await using server = await serveBodies();
  const file = path.join(directory, "prometheus.yml");
  writeFileSync(file, configuration(server.port));
  const address = `127.0.0.1:${server.port}`;
  const groups = [
    { targets: [address], labels: { pick: "yes" } },
    { targets: ["127.0.0.1:1"], labels: { pick: "no" } },
  ];
  writeFileSync(path.join(directory, "targets.json"), JSON.stringify(groups));
  await using theirs = await startPrometheus(path.join(directory, "theirs"), file);
  await using ours = await startScraper(file, path.join(directory, "ours"));

  await until(() => {
    const states = ours.scraper.active(undefined).map(({ health }) => health);
    return states.length === 6 && !states.includes("unknown");
  });
  await until(async () => {
    const targets = (await theirs.query("/api/v1/query", { query: "count(up)" })) as QueryAnswer;
    return targets.result[0]?.value[1] === "6";
  });

  assert.deepEqual(await ourSeries(ours.database), await theirSeries(theirs));
  assert.deepEqual(ourTargets(ours.scraper).sort(), (await theirTargets(theirs.url)).sort());
});

interface QueryAnswer {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly value: readonly [number, string];
  }[];
}

/** Durations differ; the values of all else do not. */
const ownValues = /^(?:scrape_duration_seconds|scrape_series_added)\{/;

async function theirSeries(prometheus: { readonly query: Query }): Promise<readonly string[]> {
  const selector = 'last_over_time({__name__=~".+"}[100y])';
  // The name is dropped by functions, so it is taken along in another label.
  const named = `label_replace(${selector}, "__name__", "$1", "__name__", "(.*)")`;
  const { result } = (await prometheus.query("/api/v1/query", { query: named })) as QueryAnswer;
  return result.map(({ metric, value }) => showSeries(Object.entries(metric), value[1])).sort();
}

type Query = (route: string, parameters: Readonly<Record<string, string>>) => Promise<unknown>;

async function ourSeries(database: Database): Promise<readonly string[]> {
  const endMs = Date.now() + 60_000;
  await using querier = await database.querier(0, endMs);
  const all = await querier.select(
    [createMatcher("=~", "__name__", ".+")],
    { minMs: 0, maxMs: endMs, seriesMax: 0 },
    new AbortController().signal,
  );
  const shown = all.flatMap((series) => {
    const buffer = new SampleBuffer();
    series.read(buffer, 0, endMs);
    const last = buffer.count - 1;
    if (isStaleAt(buffer.values, last)) return [];
    const value = buffer.values[last] ?? 0;
    return [showSeries([...labelPairs(series.labels)], formatValue(value))];
  });
  return shown.sort();
}

function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  return String(value).replace(/e-(\d)$/, "e-0$1");
}

function showSeries(labels: readonly (readonly [string, string])[], value: string): string {
  const name = labels.find(([label]) => label === "__name__")?.[1];
  const rest = labels
    .filter(([label]) => label !== "__name__")
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  const series = `${name}{${rest.join(", ")}}`;
  return ownValues.test(series) ? series : `${series} ${value}`;
}

type ShownTarget = Pick<TargetStatus, "scrapePool" | "scrapeUrl" | "health" | "lastError">;

function showTarget(target: ShownTarget, labels: object): string {
  // What is said of a malformed body has other words since 3.0.
  const error = target.scrapePool === "broken" ? "…" : target.lastError;
  const { scrapePool, scrapeUrl, health } = target;
  return [scrapePool, scrapeUrl, health, error, JSON.stringify(labels)].join(" ");
}

function ourTargets(scraper: Scraper): string[] {
  return scraper
    .active(undefined)
    .map((target) => showTarget(target, Object.fromEntries(labelPairs(target.labels))));
}

interface TargetsAnswer {
  readonly data: {
    readonly activeTargets: readonly (ShownTarget & { readonly labels: object })[];
  };
}

async function theirTargets(url: string): Promise<string[]> {
  const response = await fetch(`${url}/api/v1/targets`);
  const { data } = (await response.json()) as TargetsAnswer;
  return data.activeTargets.map((target) => showTarget(target, target.labels));
}

async function serveBodies(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((request, response) => {
    const found = bodies[new URL(`http://x${request.url}`).pathname];
    if (found === undefined) response.statusCode = 503;
    else response.setHeader("content-type", found[0]);
    response.end(found?.[1] ?? "");
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

interface RunningScraper extends AsyncDisposable {
  readonly scraper: Scraper;
  readonly database: Database;
}

/** What `main` connects, as small as it goes. */
async function startScraper(file: string, directory: string): Promise<RunningScraper> {
  const log = silentLogger;
  const base = { clock: realClock, disk: realDisk, random: systemRandom, log };
  const env = (name: string): string | undefined => process.env[name];
  const database = await openDatabase(
    { ...base, zstd: realZstd, meters: uncounted },
    directory,
    {},
  );
  const outbound = { ...base, connector: realHttpConnector, env };
  const scraper = new Scraper(
    { ...base, store: database, gunzip: realGzip, outbound, meters: new MetricRegistry() },
    {
      userAgent: "Prometheus/3.14.0",
      offsetSeed: 0,
      startTimestamps: "ignore",
      metadata: "keep here",
      typeAndUnitLabels: "leave out",
      own: { listenPort: 0, externalUrl: "http://localhost" },
    },
  );
  const discovery = {
    ...base,
    outbound,
    userAgent: "Prometheus/3.14.0",
    ownCluster: undefined,
    resolver: realDnsResolver,
    metrics: discoveryMetrics(uncounted, realClock),
  };
  const finder = new TargetFinder(
    { ...base, createDiscoverer: (config, job) => createDiscoverer(discovery, config, job) },
    (found) => scraper.setTargets(found),
  );
  const options = { file, mode: "server", defaults: configDefaults } as const;
  const { scrapeConfigs } = await loadConfig({ disk: realDisk, env }, options);
  scraper.apply(scrapeConfigs);
  finder.apply(new Map(scrapeConfigs.map(({ jobName, discoveries }) => [jobName, discoveries])));
  const stop = new AbortController();
  const running = Promise.all([scraper.run(stop.signal), finder.run(stop.signal)]);
  return {
    scraper,
    database,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running;
      await database[Symbol.asyncDispose]();
    },
  };
}

/** Waits for a condition, half a minute at the most. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + 30_000;
  while (!(await condition())) {
    assert.ok(Date.now() < deadlineMs, "the condition holds in time");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
