import assert from "node:assert/strict";
import { test } from "node:test";
import { type HttpResponse, silentLogger } from "#base";
import { VirtualClock } from "#base/testing";
import type { HttpClient, OutboundRequest } from "#outbound";
import { configDefaults, parseConfig } from "#promconfig";
import { createRelabelRule, labelsOf, type RelabelConfig } from "#series";
import type { Alert } from "../alert/alert-state.ts";
import type { AlertmanagerSettings } from "./alertmanager-set.ts";
import { Notifier, type NotifierSettings } from "./notifier.ts";
import { notifierSettings } from "./notifier-settings.ts";
import { defaultQueueOptions, type QueueOptions } from "./send-loop.ts";

test("alerts are posted with external labels, times and the page of their expression", async () => {
  const bench = new Bench();
  bench.configure({
    externalLabels: labelsOf([
      ["cluster", "c1"],
      ["job", "other"],
    ]),
  });
  bench.notifier.notify("up == 0", [alertOf({ job: "a" })]);
  await bench.clock.advance(0);
  const [request] = bench.requests;
  assert.deepEqual(
    [request?.url, request?.headers["content-type"], bench.posted()],
    [
      "http://am:9093/api/v2/alerts",
      "application/json",
      [
        [
          {
            annotations: { summary: "text" },
            endsAt: "1970-01-01T00:00:09.000Z",
            startsAt: "1970-01-01T00:00:05.000Z",
            generatorURL: "http://localhost:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1",
            labels: { alertname: "Down", cluster: "c1", job: "a" },
          },
        ],
      ],
    ],
  );
  await bench.notifier.stop();
});

test("a resolved alert ends when it was resolved", async () => {
  const bench = new Bench();
  bench.configure({});
  bench.notifier.notify("up", [{ ...alertOf({}), state: "inactive", resolvedAtMs: 7_000 }]);
  await bench.clock.advance(0);
  assert.match(JSON.stringify(bench.posted()), /"endsAt":"1970-01-01T00:00:07.000Z"/);
  await bench.notifier.stop();
});

test("alerts are relabelled for all, then for each set, and may be dropped", async () => {
  const bench = new Bench();
  bench.configure({
    alertRelabelRules: [ruleOf({ action: "drop", sourceLabels: ["job"], regex: "secret" })],
    alertmanagers: [
      settingsOf({ alertRelabelRules: [ruleOf({ targetLabel: "to", replacement: "a" })] }),
    ],
  });
  bench.notifier.notify("up", [alertOf({ job: "secret" }), alertOf({ job: "open" })]);
  await bench.clock.advance(0);
  const labels = bench.posted().flatMap((batch) => batch.map((alert) => alert.labels));
  assert.deepEqual(labels, [{ alertname: "Down", job: "open", to: "a" }]);
  await bench.notifier.stop();
});

test("Alertmanagers come and go with discovery, and relabelling may leave them out", async () => {
  const bench = new Bench();
  bench.configure({
    alertmanagers: [
      settingsOf({
        scheme: "https",
        pathPrefix: "/am/",
        relabelRules: [ruleOf({ action: "drop", sourceLabels: ["env"], regex: "test" })],
      }),
    ],
  });
  bench.notifier.setTargets(0, [
    {
      targets: [
        labelsOf([["__address__", "a:1"]]),
        labelsOf([
          ["__address__", "b:2"],
          ["env", "test"],
        ]),
      ],
      labels: [],
    },
    {
      targets: [labelsOf([["__address__", "a:1"]]), labelsOf([["__address__", "x/y"]])],
      labels: [],
    },
  ]);
  const first = [bench.notifier.active(), bench.notifier.dropped()];
  bench.notifier.setTargets(0, [{ targets: [labelsOf([["__address__", "c:3"]])], labels: [] }]);
  assert.deepEqual(
    [...first, bench.notifier.active()],
    [
      ["https://a:1/am/api/v2/alerts"],
      ["https://b:2/am/api/v2/alerts"],
      ["https://c:3/am/api/v2/alerts"],
    ],
  );
  await bench.notifier.stop();
});

test("a set whose settings stay the same goes on, another begins anew", async () => {
  const bench = new Bench();
  bench.configure({});
  bench.reconfigure({ alertmanagers: [settingsOf({ fingerprint: "new" }), settingsOf({})] });
  assert.deepEqual(bench.notifier.active(), ["http://am:9093/api/v2/alerts"]);
  bench.reconfigure({ alertmanagers: [settingsOf({ fingerprint: "new" })] });
  assert.deepEqual(bench.notifier.active(), []);
  await bench.notifier.stop();
  assert.equal(bench.disposedCount, 2);
});

test("a busy Alertmanager gets batches, and when the queue is full the oldest give way", async () => {
  const bench = new Bench({ capacity: 5, batchMax: 2 });
  bench.configure({});
  bench.notifier.notify(
    "up",
    Array.from({ length: 8 }, (_, index) => alertOf({ n: String(index) })),
  );
  await bench.clock.advance(0);
  const batches = bench.posted().map((batch) => batch.map(({ labels }) => labels["n"]).join(""));
  assert.deepEqual(batches, ["34", "56", "7"]);
  assert.deepEqual(bench.counts(), "sent 5 errors 0 dropped 3 queued 0");
  await bench.notifier.stop();
});

for (const [why, answers, seconds, want] of [
  ["an answer of 400 is final", [400], 0, "1 post, sent 0 errors 1 dropped 1 queued 0"],
  ["an answer of 503 is tried again", [503, 200], 1, "2 posts, sent 1 errors 0 dropped 0 queued 0"],
  [
    "no answer is tried again",
    ["refused", "refused", 200],
    3,
    "3 posts, sent 1 errors 0 dropped 0 queued 0",
  ],
  ["three failures are enough", [503, 503, 503], 3, "3 posts, sent 0 errors 1 dropped 1 queued 0"],
  [
    "silence is a failure after the timeout",
    ["silent", 200],
    11,
    "2 posts, sent 1 errors 0 dropped 0 queued 0",
  ],
] as const) {
  test(why, async () => {
    const bench = new Bench();
    bench.answers.push(...answers);
    bench.configure({});
    bench.notifier.notify("up", [alertOf({})]);
    await bench.clock.advance(seconds * 1_000);
    const count = bench.requests.length;
    assert.equal(`${count} post${count === 1 ? "" : "s"}, ${bench.counts()}`, want);
    await bench.notifier.stop();
    assert.equal(bench.clock.timerCount, 0);
  });
}

for (const [atShutdown, want] of [
  ["drain", "3 posts, sent 3 errors 0 dropped 0 queued 0"],
  ["drop", "0 posts, sent 0 errors 0 dropped 3 queued 0"],
] as const) {
  test(`at the end the queue is ${atShutdown === "drain" ? "sent" : "dropped"} if so wanted`, async () => {
    const bench = new Bench({ batchMax: 1, atShutdown });
    bench.configure({});
    bench.notifier.notify("up", [alertOf({ n: "1" }), alertOf({ n: "2" }), alertOf({ n: "3" })]);
    await bench.notifier.stop();
    assert.equal(`${bench.requests.length} posts, ${bench.counts()}`, want);
    bench.notifier.notify("up", [alertOf({ n: "4" })]);
    assert.equal(bench.counts(), want.replace(/^.*?, /, ""));
  });
}

test("the configuration says how each set is spoken to", () => {
  const first = settingsFrom(
    "alert_relabel_configs: [{ action: labeldrop, regex: replica }], alertmanagers: [{ scheme: https, path_prefix: /am, timeout: 5s, basic_auth: { username: u, password: p } }]",
  );
  const second = settingsFrom("alertmanagers: [{ basic_auth: { username: u, password: p } }]");
  const third = settingsFrom("alertmanagers: [{ basic_auth: { username: u, password: q } }]");
  const [settings] = first.alertmanagers;
  assert.deepEqual(
    [settings?.scheme, settings?.pathPrefix, settings?.timeoutMs, first.alertRelabelRules.length],
    ["https", "/am", 5_000, 1],
  );
  assert.notEqual(second.alertmanagers[0]?.fingerprint, third.alertmanagers[0]?.fingerprint);
});

interface Posted {
  readonly labels: Readonly<Record<string, string>>;
}

/** A notifier with one Alertmanager at `am:9093`, which answers 200 unless told otherwise. */
class Bench {
  readonly clock = new VirtualClock(0);
  readonly requests: OutboundRequest[] = [];
  readonly answers: (number | "refused" | "silent")[] = [];
  readonly notifier: Notifier;
  disposedCount = 0;

  constructor(queue: Partial<QueueOptions> = {}) {
    const client: HttpClient = {
      send: (request, signal) => this.#answer(request, signal),
      [Symbol.asyncDispose]: async () => {
        this.disposedCount++;
      },
    };
    const deps = { openClient: () => client, clock: this.clock, logger: silentLogger };
    this.notifier = new Notifier(deps, { ...defaultQueueOptions, ...queue });
  }

  configure(settings: Partial<NotifierSettings>): void {
    this.reconfigure(settings);
    this.notifier.setTargets(0, [
      { targets: [labelsOf([["__address__", "am:9093"]])], labels: [] },
    ]);
  }

  reconfigure(settings: Partial<NotifierSettings>): void {
    this.notifier.apply({
      externalLabels: [],
      externalUrl: "http://localhost:9090",
      alertRelabelRules: [],
      alertmanagers: [settingsOf({})],
      ...settings,
    });
  }

  posted(): readonly (readonly Posted[])[] {
    return this.requests.map(({ body }) => JSON.parse(new TextDecoder().decode(body)));
  }

  counts(): string {
    const [facts] = this.notifier.facts();
    return `sent ${facts?.sent} errors ${facts?.errors} dropped ${facts?.dropped} queued ${facts?.queueLength}`;
  }

  async #answer(request: OutboundRequest, signal: AbortSignal): Promise<HttpResponse> {
    this.requests.push(request);
    const answer = this.answers.shift() ?? 200;
    if (answer === "refused") throw new Error("connection refused");
    if (answer !== "silent") return { status: answer, headers: {}, body: undefined };
    return new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    });
  }
}

/** The settings that a configuration file without options gives, and what is different. */
function settingsOf(changes: Partial<AlertmanagerSettings>): AlertmanagerSettings {
  const [settings] = settingsFrom("alertmanagers: [{}]").alertmanagers;
  assert.ok(settings);
  return { ...settings, fingerprint: "first", ...changes };
}

function settingsFrom(alerting: string): NotifierSettings {
  const config = parseConfig(`alerting: { ${alerting} }`, {
    directory: undefined,
    env: () => undefined,
    defaults: configDefaults,
  });
  return notifierSettings(config, "http://here");
}

function ruleOf(config: RelabelConfig) {
  return createRelabelRule(config, "utf8");
}

function alertOf(labels: Readonly<Record<string, string>>): Alert {
  return {
    state: "firing",
    labels: labelsOf([...Object.entries(labels), ["alertname", "Down"]]),
    annotations: labelsOf([["summary", "text"]]),
    value: 1,
    activeAtMs: 1_000,
    firedAtMs: 5_000,
    resolvedAtMs: undefined,
    lastSentAtMs: undefined,
    validUntilMs: 9_000,
    keepFiringSinceMs: undefined,
  };
}
