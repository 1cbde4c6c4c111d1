/**
 * Our alerting part beside the real Alertmanager 0.25 (Debian's): the same configuration, the same
 * lines of the real amtool, and then the same answers and the same webhooks.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { openFolder } from "../../src/host/testing.ts";
import {
  amtool,
  comparable,
  type Instance,
  amtoolOutcome,
  skip,
  startPair,
  until,
} from "./alertmanager-pair.ts";

/**
 * What is said to amtool, one after another, to each of the two. Left out is what later versions than 0.25
 * answer otherwise, as ours does: the text of a configuration, that a silence which does not exist is not
 * found when it is expired, and the words for one that would silence everything.
 *
 * `FIRST` is the identifier of the first silence
 * that is listed, `NOBODY` one that does not exist, `YML` the configuration.
 */
const lines: readonly string[] = [
  "check-config YML",
  "cluster show",
  "config routes show --config.file=YML",
  "config routes",
  "config routes test severity=critical",
  "config routes test severity=critical job=api team=x",
  "config routes test --tree job=db team=x",
  "config routes test --verify.receivers=default,team severity=critical",
  "config routes test --verify.receivers=pager severity=critical",
  "config routes test",
  "config routes test no-matcher",
  "alert",
  "alert query",
  "alert query -o json",
  "alert query -o extended",
  "alert query --silenced",
  "alert query --inhibited",
  "alert query --active",
  "alert query --unprocessed",
  "alert query --active --inhibited",
  "alert query job=~a.*|d.* severity!=warning",
  "alert query alertname=~.*l.* disk=",
  "alert query disk!=",
  "alert query Down",
  "alert query --receiver=pager",
  "alert query --receiver=p.* job=api",
  "alert query --receiver=nobody",
  "alert query alertname=~(",
  "alert query --receiver=(",
  "silence add alertname=Full disk=~s.* --comment=known --author=me",
  "alert query --silenced",
  "alert query --silenced --active",
  "alert query --silenced --inhibited -o extended",
  "silence",
  "silence query",
  "silence query -o extended",
  "silence query alertname=Full",
  "silence query alertname=~Full",
  "silence query alertname=~F.*",
  "silence query disk=~s.*",
  "silence query disk=sda",
  "silence query alertname=Other",
  "silence query Full",
  "silence query --created-by=me",
  "silence query --created-by=you",
  "silence query --id=FIRST",
  "silence query --id=NOBODY",
  "silence query --within=30m",
  "silence query --within=2h",
  "silence update --duration=3h --author=you --comment=longer FIRST",
  "silence query",
  "silence update --duration=3h NOBODY",
  "silence update --duration=3h nonsense",
  "silence update",
  "silence add job!=api job!~x|y severity=info --comment=several --author=me --duration=2h",
  "silence add Short --comment=plain --author=me",
  "silence query -o extended",
  "silence add alertname=x --author=me --comment=",
  "silence add --comment=none --author=me",
  "silence add job=~( --comment=broken --author=me",
  "silence add 1job=x --comment=name --author=me",
  "silence add a=b --comment=past --author=me --end=2020-01-01T00:00:00Z",
  "silence add a=b --comment=turned --author=me --start=2035-01-02T00:00:00Z --end=2035-01-01T00:00:00Z",
  "silence add a=b --comment=later --author=me --start=2035-01-01T00:00:00Z --end=2035-01-02T00:00:00Z",
  "silence query a=b",
  "silence expire nonsense",
  "silence expire",
  "silence expire FIRST",
  "silence query",
  "silence query --expired",
  "silence query --expired --within=1h",
  "silence import YML",
  "alert add NoJob",
  "alert add alertname=Named job=api --end=2035-01-01T00:00:00Z",
  "alert add",
  "alert add Turned --start=2035-01-02T00:00:00Z --end=2035-01-01T00:00:00Z",
  "alert add bad-name=x",
  "alert query job=",
  "template render --template.text={{.Receiver}} --template.glob=YML",
];

test("amtool prints the same of both", { skip, timeout: 180_000 }, async () => {
  await using folder = await openFolder();
  await using stack = new AsyncDisposableStack();
  const pair = await startPair({ folder: folder.path, config: configOf }, stack);
  const yml = `${folder.path}/checked.yml`;
  writeFileSync(yml, configOf("http://127.0.0.1:1"));
  await addAlerts(pair);
  for (const instance of pair) await until(() => instance.told.length >= 2, instance.name);
  const differences: string[] = [];
  for (const line of lines) {
    const [real, ours] = await Promise.all(pair.map((instance) => said(instance, line, yml)));
    if (real !== ours) differences.push(`amtool ${line}\n--- real\n${real}\n--- ours\n${ours}`);
  }
  assert.deepEqual(differences, []);
});

test("webhooks hear the same of both", { skip, timeout: 60_000 }, async () => {
  await using folder = await openFolder();
  await using stack = new AsyncDisposableStack();
  const pair = await startPair({ folder: folder.path, config: configOf }, stack);
  await addAlerts(pair);
  for (const instance of pair) await until(() => instance.told.length >= 2, instance.name);
  const [first, second] = pair.map(({ told }) =>
    told
      .slice(0, 2)
      .map(({ target, body }) => `${target} ${comparable(body)}`)
      .sort(),
  );
  assert.deepEqual(second, first);
});

async function addAlerts(pair: readonly Instance[]): Promise<void> {
  for (const words of [
    ["Slow", "job=api", "severity=warning", "--annotation=summary=it is slow"],
    ["Down", "job=api", "severity=critical"],
    ["Full", "job=db", "severity=warning", "disk=sda"],
  ]) {
    await Promise.all(pair.map(({ url }) => amtool(url, ["alert", "add", ...words])));
  }
}

/** What amtool says, and how it ends, without what differs between any two programs. */
async function said({ url }: Instance, line: string, yml: string): Promise<string> {
  const first = line.includes("FIRST")
    ? (await amtool(url, ["silence", "query", "--quiet"])).split("\n")[0]
    : "";
  const words = line
    .replace("FIRST", first ?? "")
    .replace("NOBODY", "01234567-89ab-4cde-8f01-23456789abcd")
    .replaceAll("YML", yml)
    .split(" ");
  return amtoolOutcome(url, words);
}

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
