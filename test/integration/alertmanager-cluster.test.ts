/**
 * Two of ours and the real Alertmanager 0.25 (Debian's) in one cluster: what is silenced and told anywhere
 * is known everywhere, and of an alert that all are told of somebody hears once.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { openFolder } from "../../src/host/testing.ts";
import {
  amtool,
  freePort,
  openHook,
  skip,
  startProgram,
  type ToldRequest,
  until,
} from "./alertmanager-pair.ts";

const names = ["real", "ours-1", "ours-2"] as const;
type Name = (typeof names)[number];

test("ours and the real ones are one cluster", { skip, timeout: 120_000 }, async () => {
  await using folder = await openFolder();
  await using stack = new AsyncDisposableStack();
  const hook = await openHook(stack);
  const config = `${folder.path}/alertmanager.yml`;
  writeFileSync(config, configOf(hook.url));
  const ports = new Map<Name, number>();
  for (const name of names) ports.set(name, await freePort());
  const start = (name: Name) =>
    startProgram(
      name === "real" ? "real" : "ours",
      [
        `--config.file=${config}`,
        `--storage.path=${folder.path}/${name}`,
        `--cluster.listen-address=127.0.0.1:${ports.get(name)}`,
        "--cluster.peer-timeout=1s",
        "--cluster.gossip-interval=50ms",
        // Everybody knows of the first of ours alone.
        `--cluster.peer=127.0.0.1:${ports.get("ours-1")}`,
      ],
      stack,
    );
  // Names are made of the time: whoever starts first has the first turn.
  const [real, first, second] = [await start("real"), await start("ours-1"), await start("ours-2")];
  const all = [real, first, second];
  for (const { url } of all) await until(() => isSettled(url, 3), "three settled peers");

  const silence = (url: string, alert: string, comment: string) =>
    amtool(url, ["silence", "add", `alertname=${alert}`, `--comment=${comment}`]);
  const long = "x".repeat(3_000);
  const ids = [
    await silence(real.url, "Quiet", "made there"),
    await silence(first.url, "Still", "made here"),
    await silence(second.url, "Mute", long),
  ].map((id) => id.trim());
  for (const { url } of all) await until(async () => (await silenced(url)) === sorted(ids), url);
  await amtool(second.url, ["silence", "expire", ids[0] ?? ""]);
  for (const { url } of all) {
    await until(async () => (await silenced(url)) === sorted(ids.slice(1)), `${url} expired`);
  }

  await report(all, "Down");
  await report(all, "Still");
  // Longer than the last one in turn waits.
  await until(() => hook.told.length > 0, "somebody is told");
  await passed(4_000);
  assert.deepEqual(hook.told.map(shown), ["Down"]);

  await real.kill();
  await report([first, second], "Broken");
  await until(() => hook.told.length > 1, "the next one tells");
  await passed(4_000);
  assert.deepEqual(hook.told.map(shown), ["Down", "Broken"]);
  await until(() => isSettled(first.url, 2), "the lost one is missed");

  const again = await start("real");
  await until(() => isSettled(again.url, 3), "three peers again");
  await report([again, first, second], "Broken");
  await passed(4_000);
  assert.deepEqual(hook.told.map(shown), ["Down", "Broken"], "what others told is known");
});

async function isSettled(url: string, peerCount: number): Promise<boolean> {
  const { cluster } = await statusOf(url);
  return cluster.peers.length === peerCount && cluster.status === "ready";
}

interface Status {
  readonly cluster: {
    readonly status: string;
    readonly peers: readonly unknown[];
  };
}

async function statusOf(url: string): Promise<Status> {
  return (await (await fetch(`${url}/api/v2/status`)).json()) as Status;
}

async function silenced(url: string): Promise<string> {
  return sorted((await amtool(url, ["silence", "query", "--quiet"])).trim().split("\n"));
}

function sorted(words: readonly string[]): string {
  return [...words].sort().join(" ");
}

async function report(instances: readonly { readonly url: string }[], name: string): Promise<void> {
  await Promise.all(instances.map(({ url }) => amtool(url, ["alert", "add", name])));
}

function shown({ body }: ToldRequest): string {
  const { alerts } = JSON.parse(body);
  return alerts.map(({ labels }: { labels: Record<string, string> }) => labels["alertname"]).join();
}

async function passed(ms: number): Promise<void> {
  const endMs = performance.now() + ms;
  await until(() => performance.now() >= endMs, "time passes");
}

function configOf(hook: string): string {
  return `
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 1s
  group_interval: 5s
receivers:
  - name: hook
    webhook_configs: [{url: '${hook}'}]
`;
}
