/**
 * Sequences of alerts made by chance, given to the real Alertmanager 0.25 and to ours: each receiver must
 * be told of the same alerts in the same states, in the same order. What is told is compared as what a
 * reader knows after each notification, since two programs never flush in the very same moment.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { seededRandom } from "../../src/base/testing.ts";
import { openFolder } from "../../src/host/testing.ts";
import { type Instance, skip, startPair, type ToldRequest, until } from "./alertmanager-pair.ts";

const seeds = [1, 2];
/** Reports come half a second after flushes, which both do at full seconds after the first report. */
const stepMs = 2_000;
const stepCount = 7;

function configOf(hook: string): string {
  return `
route:
  receiver: rest
  group_by: [team]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 1h
  routes:
    - matchers: [severity="critical"]
      receiver: pager
      group_by: [team, alertname]
      continue: true
    - matchers: ['team=~"a|b"']
      receiver: team
      routes: [{matchers: [severity!="info"], receiver: urgent, group_by: ['...']}]
receivers:
  - {name: rest, webhook_configs: [{url: '${hook}/rest'}]}
  - {name: pager, webhook_configs: [{url: '${hook}/pager'}]}
  - {name: team, webhook_configs: [{url: '${hook}/team', send_resolved: false}]}
  - {name: urgent, webhook_configs: [{url: '${hook}/urgent'}]}
inhibit_rules:
  - {source_matchers: [alertname="Down"], target_matchers: [alertname!="Down"], equal: [team]}
`;
}

for (const seed of seeds) {
  test(`both tell the same of sequence ${seed}`, { skip, timeout: 90_000 }, async () => {
    await using folder = await openFolder();
    await using stack = new AsyncDisposableStack();
    const pair = await startPair({ folder: folder.path, config: configOf }, stack);
    const firing = new Map<string, Report>();
    const random = seededRandom(seed);
    for (let step = 0; step < stepCount; step++) {
      const reports = nextReports(random, firing);
      await Promise.all(pair.map((instance) => report(instance, reports)));
      await delay(stepMs);
    }
    await quiet(pair);
    const [real, ours] = pair.map(({ told }) => storiesOf(told));
    assert.ok((real?.size ?? 0) > 8, "the sequence has something to tell");
    assert.deepEqual(ours, real);
  });
}

interface Report {
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt?: string;
}

/** Some alerts begin, some go on, some are over. */
function nextReports(
  random: ReturnType<typeof seededRandom>,
  firing: Map<string, Report>,
): readonly Report[] {
  const pick = (words: readonly string[]) =>
    words[Math.floor(random.fraction() * words.length)] ?? "";
  const now = new Date().toISOString();
  const over = [...firing].filter(() => random.fraction() < 0.35);
  for (const [key] of over) firing.delete(key);
  const begun = Array.from({ length: 3 }, () => ({
    alertname: pick(["Down", "Slow", "Full", "Odd"]),
    team: pick(["a", "b", "c"]),
    severity: pick(["critical", "warning", "info"]),
  })).filter((labels) => !firing.has(JSON.stringify(labels)));
  for (const labels of begun) firing.set(JSON.stringify(labels), { labels, startsAt: now });
  return [...over.map(([, one]) => ({ ...one, endsAt: now })), ...firing.values()];
}

async function report({ url }: Instance, reports: readonly Report[]): Promise<void> {
  const response = await fetch(`${url}/api/v2/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(reports),
  });
  assert.equal(response.status, 200);
}

/** Waits until nothing more is told. */
async function quiet(pair: readonly Instance[]): Promise<void> {
  let counts = "";
  await until(async () => {
    await delay(2_500);
    const before = counts;
    counts = pair.map(({ told }) => told.length).join();
    return counts === before;
  }, "both have told everything");
}

/** For each group of each receiver, what was told one after another: `Down/critical+ Slow/info-`. */
function storiesOf(told: readonly ToldRequest[]): ReadonlyMap<string, readonly string[]> {
  const stories = new Map<string, string[]>();
  for (const { target, body } of told) {
    const { groupKey, alerts } = JSON.parse(body);
    const states = alerts
      .map(
        ({ labels, status }: { labels: Record<string, string>; status: string }) =>
          `${labels["alertname"]}/${labels["severity"]}${status === "firing" ? "+" : "-"}`,
      )
      .sort()
      .join(" ");
    const key = `${target} ${groupKey}`;
    stories.set(key, [...(stories.get(key) ?? []), states]);
  }
  return new Map([...stories].sort(([left], [right]) => (left < right ? -1 : 1)));
}
