/** The same rules in the real Prometheus and in ours: what is recorded, shown and told is the same. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  prometheusMissing,
  serveMetrics,
  startPrometheus as startReal,
} from "../integration/real-prometheus.ts";
import { missingProgram, startPrometheus as startOurs } from "./prometheus.ts";

const skip = prometheusMissing || missingProgram() || false;

const rules = `groups:
- name: recorded
  rules:
  - { record: 'job:size:sum', expr: 'sum by (job) (size)', labels: { origin: rule } }
  - { record: failing, expr: 'size + on () group_left () size' }
- name: alerts
  rules:
  - alert: Large
    expr: size > 1
    for: 1s
    labels: { severity: '{{ if gt $value 2.0 }}page{{ else }}warn{{ end }}' }
    annotations:
      summary: 'Size of {{ $labels.name | title }} is {{ $value | humanize }}, of {{ with query "sum(size)" }}{{ . | first | value }}{{ end }} in {{ $externalLabels.cluster }}'
      duration: '{{ humanizeDuration 90061.5 }} {{ 1234567.0 | humanize1024 }} {{ 0.1234 | humanizePercentage }} {{ 1e9 | humanizeTimestamp }}'
      links: '{{ graphLink "up" }} {{ stripPort $labels.instance }} {{ externalURL }} {{ pathPrefix }}'
      wrong: '{{ $labels.name.x }}'
  - { alert: Never, expr: 'size < 0' }
  - { alert: Quiet, expr: size, labels: { secret: 'yes' } }
`;

const external = "http://here.example:9090";
const flags = [`--web.external-url=${external}`];

test("rules, alerts and notifications are those of the real Prometheus", { skip }, async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "wherry-rules-beside-"));
  try {
    const file = path.join(directory, "rules.yml");
    writeFileSync(file, rules);
    await using target = await serveMetrics(
      () =>
        '# TYPE size gauge\nsize{name="a b"} 1.5\nsize{name="c"} 1234.5\nsize{name="d"} 0\n# EOF\n',
    );
    await using realListener = await listen();
    await using ourListener = await listen();
    const realConfig = path.join(directory, "prometheus.yml");
    writeFileSync(realConfig, configOf(file, target.address, realListener.address));
    await using real = await startReal(path.join(directory, "data"), realConfig, flags);
    await using ours = await startOurs(configOf(file, target.address, ourListener.address), flags);
    await eventually(() => realListener.alerts().length >= 4 && ourListener.alerts().length >= 4);
    assert.deepEqual(ourListener.alerts(), realListener.alerts());
    assert.deepEqual(await shownRules(ours.url), await shownRules(real.url));
    for (const query of ["job:size:sum", "ALERTS", "count(ALERTS_FOR_STATE)"]) {
      assert.deepEqual(await ask(ours.url, query), await ask(real.url, query));
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

function configOf(rulesFile: string, target: string, listener: string): string {
  return `global: { scrape_interval: 1s, evaluation_interval: 1s, external_labels: { cluster: c1, name: outer } }
rule_files: ['${rulesFile}']
alerting:
  alert_relabel_configs: [{ regex: secret, action: labeldrop }]
  alertmanagers: [{ path_prefix: /am, static_configs: [{ targets: ['${listener}'] }] }]
scrape_configs: [{ job_name: sizes, static_configs: [{ targets: ['${target}'] }] }]
`;
}

/** Stands in for an Alertmanager and remembers each alert that it was told of, without its times. */
async function listen(): Promise<
  AsyncDisposable & { readonly address: string; alerts(): readonly string[] }
> {
  const told = new Set<string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const alerts = JSON.parse(Buffer.concat(chunks).toString()) as readonly Told[];
      for (const alert of alerts) told.add(JSON.stringify(shownAlert(request.url ?? "", alert)));
      response.end("{}");
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    alerts: () => [...told].sort(),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

interface Told {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>> | null;
  readonly generatorURL: string;
  readonly startsAt: string;
  readonly endsAt: string;
}

function shownAlert(url: string, { labels, annotations, generatorURL, startsAt, endsAt }: Told) {
  const isLasting = Date.parse(endsAt) - Date.parse(startsAt) >= 4 * 60_000;
  return [url, sortedEntries(labels), sortedEntries(annotations), generatorURL, isLasting];
}

function sortedEntries(record: Readonly<Record<string, string>> | null) {
  return Object.entries(record ?? {}).sort(([left], [right]) => (left < right ? -1 : 1));
}

/** What the rules page shows, without times and their like. */
async function shownRules(url: string): Promise<unknown> {
  const response = await fetch(`${url}/api/v1/rules`);
  const { data } = (await response.json()) as { readonly data: unknown };
  return JSON.parse(JSON.stringify(data, (key, value: unknown) => shownRule(key, value)));
}

const times = /^(?:evaluationTime|lastEvaluation|activeAt)$/;

function shownRule(key: string, value: unknown): unknown {
  if (times.test(key)) return undefined;
  // Before 3.0, a rule without labels did not say so.
  if (key === "labels" && Object.keys(value as object).length === 0) return undefined;
  // The real one finds the two series, and keeps alerts, in no order.
  if (key === "lastError") return String(value).replace(/\[.*\]/, "[…]");
  if (key !== "alerts") return value;
  const alerts = value as readonly { readonly labels: Record<string, string>; value: string }[];
  return alerts
    .map(({ labels, ...rest }) => ({ name: labels["name"], labels, ...rest }))
    .sort(byName);
}

interface Named {
  readonly name: string | undefined;
}

function byName({ name: left = "" }: Named, { name: right = "" }: Named): number {
  return left < right ? -1 : 1;
}

async function ask(url: string, query: string): Promise<unknown> {
  const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
  const { data } = (await response.json()) as {
    readonly data: { readonly result: readonly { metric: unknown; value: readonly unknown[] }[] };
  };
  return data.result.map(({ metric, value }) => JSON.stringify([metric, value[1]])).sort();
}

async function eventually(isSo: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 300 && !isSo(); attempt++) await delay(100);
  assert.ok(isSo(), "both have told their alerts");
  // One evaluation more, so that all groups have had theirs.
  await delay(2_000);
}
