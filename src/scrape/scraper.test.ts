import assert from "node:assert/strict";
import { test } from "node:test";
import { type HttpResponse, silentLogger } from "#base";
import { MemoryDisk, VirtualClock } from "#base/testing";
import { MetricRegistry } from "#exposition";
import { configDefaults, parseConfig } from "#promconfig";
import { labelsOf } from "#series";
import { Scraper } from "./scraper.ts";
import { RecordingStore } from "./testing.ts";

// Times are told as seconds since the first scrape of the play.

test("a target is scraped at its interval, and told of beside its own series", async () => {
  await using play = new Play("scrape_interval: 10s", { "a:1": ["x 1", "x 2"] });
  await play.until(11);
  assert.deepEqual(play.rows(), [
    "x 1 @0",
    "up 1 @0",
    "scrape_duration_seconds 0 @0",
    "scrape_samples_scraped 1 @0",
    "scrape_samples_post_metric_relabeling 1 @0",
    "scrape_series_added 1 @0",
    "x 2 @10",
    "up 1 @10",
    "scrape_duration_seconds 0 @10",
    "scrape_samples_scraped 1 @10",
    "scrape_samples_post_metric_relabeling 1 @10",
    "scrape_series_added 0 @10",
  ]);
  assert.deepEqual(play.requests[0], {
    accept:
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    "accept-encoding": "gzip",
    "x-prometheus-scrape-timeout-seconds": "10",
    "user-agent": "Prometheus/3.14.0",
    host: "a:1",
  });
});

test("extra metrics are told when they are wanted", async () => {
  const options = "extra_scrape_metrics: true, sample_limit: 5, scrape_timeout: 4s";
  await using play = new Play(options, { "a:1": ["x 1"] });
  await play.until(1);
  assert.deepEqual(play.rows().slice(-3), [
    "scrape_timeout_seconds 4 @0",
    "scrape_sample_limit 5 @0",
    "scrape_body_size_bytes 3 @0",
  ]);
});

// What a target answers after a first good scrape, and what is said of it.
const failures: readonly (readonly [options: string, answer: Answer, lastError: string])[] = [
  ["", { status: 500 }, "server returned HTTP status 500 Internal Server Error"],
  ["", { status: 418 }, "server returned HTTP status 418"],
  [
    "",
    { type: "" },
    "non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target",
  ],
  [
    "",
    { type: "text/html" },
    'received unsupported Content-Type "text/html" and no fallback_scrape_protocol specified for target',
  ],
  [
    "",
    { fails: "ECONNREFUSED" },
    'Get "http://a:1/metrics": dial tcp a:1: connect: connection refused',
  ],
  ["", { hangs: true }, 'Get "http://a:1/metrics": context deadline exceeded'],
  ["body_size_limit: 10B", { body: "xxxxxxxxx 1" }, "body size limit exceeded"],
  ["sample_limit: 1", { body: "x 1\ny 1" }, "sample limit exceeded"],
  [
    "label_limit: 3",
    { body: 'x{a="b"} 1' },
    "label_limit exceeded (metric: x, number of labels: 4, limit: 3)",
  ],
];

for (const [options, answer, lastError] of failures) {
  test(`a scrape fails and ends its series: ${lastError}`, async () => {
    await using play = new Play(`scrape_interval: 10s, ${options}`, { "a:1": ["x 1", answer] });
    await play.until(1);
    play.rows();
    await play.until(22);
    const rows = play.rows().filter((line) => /^(?:x|up) /.test(line));
    assert.deepEqual(rows.slice(0, 2), ["x stale @10", "up 0 @10"]);
    const [target] = play.scraper.active(undefined);
    assert.deepEqual([target?.health, target?.lastError], ["down", lastError]);
  });
}

test("a fallback protocol reads what has no content type", async () => {
  const options = "fallback_scrape_protocol: PrometheusText0.0.4";
  await using play = new Play(options, { "a:1": [{ body: "x 1", type: "" }] });
  await play.until(1);
  assert.equal(play.rows()[0], "x 1 @0");
});

test("the series of a target that went are ended after two intervals and a little", async () => {
  await using play = new Play("scrape_interval: 10s", { "a:1": ["x 1"], "b:1": ["y 1"] });
  await play.until(1);
  play.rows();
  play.discover(["b:1"]);
  const seen: string[][] = [];
  for (const second of [20.5, 23]) {
    await play.until(second);
    seen.push(play.rows("a:1"));
  }
  assert.deepEqual(seen, [
    [],
    [
      "x stale @10",
      "up stale @10",
      "scrape_duration_seconds stale @10",
      "scrape_samples_scraped stale @10",
      "scrape_samples_post_metric_relabeling stale @10",
      "scrape_series_added stale @10",
    ],
  ]);
});

test("a target that comes back in time is not ended; what it no longer has is", async () => {
  await using play = new Play("scrape_interval: 10s", { "a:1": ["x 1\ny 1", "x 2"] });
  await play.until(1);
  play.rows();
  play.discover([]);
  await play.until(5);
  play.discover(["a:1"]);
  await play.until(31);
  const rows = play.rows().filter((line) => /^[xy] /.test(line));
  assert.deepEqual(rows, ["x 2 @10", "y stale @10", "x 2 @20", "x 2 @30"]);
});

test("a reload that changes nothing disturbs nothing; one that does goes on with the series", async () => {
  await using play = new Play("scrape_interval: 10s", { "a:1": ["x 1\ny 1"] });
  await play.until(1);
  play.reload("scrape_interval: 10s");
  await play.until(11);
  play.rows();
  play.reload(
    "scrape_interval: 10s, metric_relabel_configs: [{source_labels: [__name__], regex: y, action: drop}]",
  );
  await play.until(45);
  const rows = play.rows().filter((line) => /^[xy] /.test(line));
  assert.deepEqual(rows, ["x 1 @20", "y stale @20", "x 1 @30", "x 1 @40"]);
});

test("after a shutdown nothing is stored, and nothing waits", async () => {
  const play = new Play("scrape_interval: 10s", { "a:1": ["x 1", { hangs: true }] });
  await play.until(12);
  play.rows();
  await play[Symbol.asyncDispose]();
  assert.deepEqual(play.rows(), []);
});

test("a job with too many targets scrapes none of them", async () => {
  await using play = new Play("target_limit: 1", { "a:1": ["x 1"], "b:1": ["x 1"] });
  await play.until(61);
  const errors = play.scraper.active(undefined).map(({ lastError }) => lastError);
  const problem = "target_limit exceeded (number of targets: 2, limit: 1)";
  assert.deepEqual([errors, play.requests], [[problem, problem], []]);
});

test("dropped targets are counted, and some of them kept to be looked at", async () => {
  const options =
    "keep_dropped_targets: 1, relabel_configs: [{source_labels: [__address__], regex: 'a:.', action: keep}]";
  await using play = new Play(options, { "a:1": ["x 1"], "b:1": ["x 1"], "c:1": ["x 1"] });
  assert.deepEqual(
    [
      play.scraper.active("j").length,
      play.scraper.dropped("j").length,
      play.scraper.droppedCounts(),
    ],
    [1, 1, new Map([["j", 2]])],
  );
  const steps = play.scraper.relabelSteps("j", labelsOf([["__address__", "b:1"]]));
  assert.deepEqual(
    steps?.map(({ rule, output }) => [rule["action"], output]),
    [["keep", undefined]],
  );
});

test("failures are written to the file that the job names", async () => {
  await using play = new Play("scrape_failure_log_file: /f.log", { "a:1": [{ status: 404 }] });
  await play.until(1);
  const [line = ""] = new TextDecoder().decode(await play.disk.readFile("/f.log")).split("\n");
  const { time, ...rest } = JSON.parse(line);
  assert.ok(!Number.isNaN(Date.parse(time)));
  assert.deepEqual(rest, {
    level: "ERROR",
    msg: "server returned HTTP status 404 Not Found",
    job_name: "j",
    target: "http://a:1/metrics",
  });
});

test("the scraper tells the intervals that there really were", async () => {
  await using play = new Play("scrape_interval: 90s", { "a:1": ["x 1"] });
  await play.until(200);
  const family = play.metrics
    .families()
    .find(({ name }) => name === "prometheus_target_interval_length_seconds");
  const [metric] = family?.metrics ?? [];
  assert.ok(metric?.value.kind === "summary");
  assert.deepEqual(
    [metric.labels, metric.value.count, metric.value.sum],
    [["interval", "1m30s"], 2, 180],
  );
});

test("the scraper tells how many targets it has and what it refused", async () => {
  await using play = new Play("sample_limit: 1", { "a:1": ["x 1\ny 1"] });
  await play.until(1);
  const values = play.metrics
    .families()
    .flatMap(({ name, metrics }) =>
      metrics.flatMap(({ value }) => (value.kind === "number" ? [`${name} ${value.value}`] : [])),
    );
  const wanted = [
    "prometheus_target_scrape_pool_targets 1",
    "prometheus_target_scrape_pools_total 1",
    "prometheus_target_scrapes_exceeded_sample_limit_total 1",
  ];
  assert.deepEqual(
    wanted.filter((one) => !values.includes(one)),
    [],
  );
});

interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly body?: string;
  /** The code of an error of the network. */
  readonly fails?: string;
  readonly hangs?: boolean;
}

/** One job and its targets, which give their answers in turn and the last one ever after. */
class Play implements AsyncDisposable {
  readonly requests: Readonly<Record<string, unknown>>[] = [];
  readonly disk = new MemoryDisk();
  readonly metrics = new MetricRegistry();
  readonly scraper: Scraper;
  readonly #clock = new VirtualClock();
  readonly #store = new RecordingStore();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #firstMs: number | undefined;

  constructor(options: string, answers: Readonly<Record<string, readonly (string | Answer)[]>>) {
    const clock = this.#clock;
    const given = new Map<string, number>();
    const connector = {
      open: async ({ server }: { readonly server: object }) => {
        const address = "host" in server && "port" in server ? `${server.host}:${server.port}` : "";
        return {
          send: async ({ headers }: { readonly headers: object }, signal: AbortSignal) => {
            this.#firstMs ??= clock.nowMs();
            this.requests.push({ ...headers });
            const count = given.get(address) ?? 0;
            given.set(address, count + 1);
            const list = answers[address] ?? [];
            return await respond(list[Math.min(count, list.length - 1)] ?? "", signal);
          },
          upgrade: () => Promise.reject(new Error("no upgrades")),
          [Symbol.asyncDispose]: async () => {},
        };
      },
    };
    const outbound = { connector, clock, disk: this.disk, env: () => undefined };
    const gunzip = { gunzip: async (bytes: Uint8Array) => bytes };
    this.scraper = new Scraper(
      {
        clock,
        outbound,
        gunzip,
        disk: this.disk,
        meters: this.metrics,
        log: silentLogger,
        store: this.#store,
      },
      {
        userAgent: "Prometheus/3.14.0",
        offsetSeed: 1,
        startTimestamps: "ignore",
        metadata: "keep here",
        typeAndUnitLabels: "leave out",
        own: { listenPort: 9090, externalUrl: "http://mon.example:9090" },
      },
    );
    this.#running = this.scraper.run(this.#stop.signal);
    this.reload(options);
    this.discover(Object.keys(answers));
  }

  reload(options: string): void {
    const text = `{scrape_configs: [{job_name: j, ${options}}]}`;
    const parsing = { directory: undefined, env: () => undefined, defaults: configDefaults };
    this.scraper.apply(parseConfig(text, parsing).scrapeConfigs);
  }

  discover(addresses: readonly string[]): void {
    const targets = addresses.map((address) => labelsOf([["__address__", address]]));
    this.scraper.setTargets(new Map([["j", [{ source: "s", targets, labels: [] }]]]));
  }

  /** Lets time go on until so many seconds after the first scrape. */
  async until(second: number): Promise<void> {
    while (this.#firstMs === undefined && this.#clock.elapsedMs() < 61_000) {
      await this.#clock.advance(50);
    }
    const firstMs = this.#firstMs ?? this.#clock.nowMs();
    await this.#clock.advance(Math.max(0, firstMs + second * 1_000 - this.#clock.nowMs()));
  }

  /** What was stored since the last call, without the target's labels; of one target if so wanted. */
  rows(instance = ""): string[] {
    const firstMs = this.#firstMs ?? 0;
    return this.#store
      .take()
      .filter((line) => line.includes(`instance="${instance}`))
      .map((line) => {
        const [, name, value, at] = /^(\w+)\{.*\} (\S+) @(\d+)$/.exec(line) ?? [];
        return `${name} ${value} @${Math.round((Number(at) - firstMs) / 1_000)}`;
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#clock.advance(0);
    await this.#running;
    assert.equal(this.#clock.timerCount, 0);
  }
}

async function respond(answer: string | Answer, signal: AbortSignal): Promise<HttpResponse> {
  const { status, type, body, fails, hangs }: Answer =
    typeof answer === "string" ? { body: answer } : answer;
  if (fails !== undefined) throw Object.assign(new Error("failed"), { code: fails });
  if (hangs === true) {
    await new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  }
  const headers = { "content-type": type ?? "text/plain; version=0.0.4" };
  return { status: status ?? 200, headers, body: new TextEncoder().encode(body ?? "") };
}
