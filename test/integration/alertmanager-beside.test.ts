/**
 * Our alerting part beside the real Alertmanager 0.25 (Debian's): the same configuration, the same
 * alerts and silences by the real amtool, and then the same answers and the same webhooks.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openFolder } from "../../src/host/testing.ts";
import { amtool, comparable, skip, startPair, until } from "./alertmanager-pair.ts";

test("amtool and webhooks hear the same of both", { skip, timeout: 120_000 }, async () => {
  await using folder = await openFolder();
  await using stack = new AsyncDisposableStack();
  const instances = await startPair({ folder: folder.path, config: configOf }, stack);
  const both = async (...args: readonly string[]) => {
    const [left, right] = await Promise.all(instances.map(({ url }) => amtool(url, args)));
    assert.equal(right, left, `amtool ${args.join(" ")}`);
    return right ?? "";
  };

  await both(
    "alert",
    "add",
    "Slow",
    "job=api",
    "severity=warning",
    "--annotation=summary=it is slow",
  );
  await both("alert", "add", "Down", "job=api", "severity=critical");
  await both("alert", "add", "Full", "job=db", "severity=warning", "disk=sda");
  for (const instance of instances) await until(() => instance.told.length >= 2, instance.name);
  await Promise.all(
    instances.map(({ url }) =>
      amtool(url, [
        "silence",
        "add",
        "alertname=Full",
        "disk=~s.*",
        "--comment=known",
        "--author=me",
      ]),
    ),
  );

  assert.match(await both("alert", "query"), /Down/);
  assert.match(await both("alert", "query", "--silenced"), /Full/);
  assert.match(await both("alert", "query", "--inhibited"), /Slow/);
  await both("alert", "query", "job=~a.*|d.*", "severity!=warning");
  await both("alert", "query", "--active", "--receiver=pager");
  assert.match(await both("silence", "query"), /known/);
  await both("silence", "query", "alertname=Full");
  await both("silence", "query", "alertname=Other");
  await both("alert", "query", "-o", "extended");
  assert.match(await both("cluster", "show"), /disabled/);
  await Promise.all(
    instances.map(async ({ url }) => {
      const id = await amtool(url, ["silence", "query", "--quiet"], "raw");
      await amtool(url, [
        "silence",
        "update",
        "--duration=3h",
        "--comment=longer known",
        id.trim(),
      ]);
    }),
  );
  assert.match(await both("silence", "query"), /longer known/);
  assert.match(await both("config", "routes", "show"), /pager/);
  assert.match(await both("config", "routes", "test", "severity=critical"), /pager/);
  await both("config", "routes", "test", "job=db", "team=x");
  await Promise.all(
    instances.map(async ({ url }) => {
      const id = await amtool(url, ["silence", "query", "--quiet"], "raw");
      await amtool(url, ["silence", "expire", id.trim()]);
    }),
  );
  assert.doesNotMatch(await both("silence", "query"), /known/);
  await both("silence", "query", "--expired", "--within=1h");

  const [first, second] = instances.map(({ told }) =>
    told
      .slice(0, 2)
      .map(({ target, body }) => `${target} ${comparable(body)}`)
      .sort(),
  );
  assert.deepEqual(second, first);
});

/** Families that we have no counterpart of, by the beginning of their names. */
const absent: readonly (readonly [start: string, reason: string])[] = [
  ["alertmanager_dispatcher_alert_processing_duration_", "dispatching is no step of its own"],
  ["alertmanager_http_concurrency_limit_", "there is no such limit"],
  ["alertmanager_http_response_size_", "the sizes of answers are not counted"],
  ["alertmanager_nflog_", "the notification log is a table in memory, written with the state"],
  ["alertmanager_silences_", "silences are a table in memory, written with the state"],
  ["go_", "this is not Go"],
  ["net_conntrack_", "connections are not counted by who opened them"],
  ["promhttp_", "scrapes are requests as others"],
];

test("the same is told under the same names", { skip, timeout: 60_000 }, async () => {
  await using folder = await openFolder();
  await using stack = new AsyncDisposableStack();
  const pair = await startPair({ folder: folder.path, config: configOf }, stack);
  for (const { url } of pair) await amtool(url, ["alert", "add", "Slow", "severity=critical"]);
  for (const { name, told } of pair) await until(() => told.length === 1, name);
  const [left, right] = await Promise.all(pair.map(({ url }) => familiesOf(url)));
  const missing = [...(left ?? [])].filter(
    ([family]) =>
      right?.has(family) !== true && !absent.some(([start]) => family.startsWith(start)),
  );
  assert.deepEqual(missing, []);
  for (const [family, type] of left ?? []) {
    if (right?.has(family) === true) assert.equal(right.get(family), type, family);
  }
  const figures = await Promise.all(pair.map(({ url }) => samplesOf(url, figuresOfBoth)));
  assert.deepEqual(figures[1], figures[0]);
});

/** What both have counted the same of it. */
const figuresOfBoth =
  /^alertmanager_(?:alerts|alerts_received_total|config_hash|integrations|receivers|silences|notifications_total|notification_requests_total|config_last_reload_successful|cluster_enabled|dispatcher_aggregation_groups)(?:\{.*\})? /;

async function samplesOf(url: string, wanted: RegExp): Promise<readonly string[]> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split("\n");
  return lines
    .filter((line) => wanted.test(line) && !/v1|config_hash/.test(line))
    .filter((line) => !line.endsWith(" 0"))
    .sort();
}

async function familiesOf(url: string): Promise<ReadonlyMap<string, string>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => [name, type]),
  );
}

function configOf(hook: string): string {
  return `
route:
  receiver: default
  group_by: [alertname, job]
  group_wait: 1s
  group_interval: 1m
  routes:
    - matchers: [severity="critical"]
      receiver: pager
      continue: true
    - matchers: ['team=~"x|y"']
      receiver: team
receivers:
  - name: default
    webhook_configs: [{url: '${hook}/default'}]
  - name: pager
    webhook_configs: [{url: '${hook}/pager'}]
  - name: team
inhibit_rules:
  - source_matchers: [severity="critical"]
    target_matchers: [severity="warning"]
    equal: [job]
`;
}
