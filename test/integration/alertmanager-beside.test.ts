/**
 * Our alerting part beside the real Alertmanager 0.25 (Debian's): the same configuration, the same
 * alerts and silences by the real amtool, and then the same answers and the same webhooks.
 */
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createProbe, type AddressInfo } from "node:net";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { openFolder } from "../../src/host/testing.ts";

const real = "prometheus-alertmanager";
const isMissing = [real, "amtool"].some(
  (name) => spawnSync(name, ["--version"]).error !== undefined,
);
const skip = isMissing && "no prometheus-alertmanager and amtool here";
const run = promisify(execFile);
const waitMsMax = 20_000;

interface Instance {
  readonly name: string;
  readonly url: string;
  /** What webhooks were told, in a form that both can agree on. */
  readonly told: readonly string[];
}

test("amtool and webhooks hear the same of both", { skip, timeout: 120_000 }, async () => {
  await using folder = await openFolder();
  await using stack = new AsyncDisposableStack();
  const instances: Instance[] = [];
  for (const name of ["real", "ours"]) instances.push(await start(name, folder.path, stack));
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

  const [first, second] = instances.map(({ told }) => [...told].slice(0, 2).sort());
  assert.deepEqual(second, first);
});

/** One of the two, with a webhook of its own to tell. */
async function start(name: string, folder: string, stack: AsyncDisposableStack): Promise<Instance> {
  const told: string[] = [];
  const hook = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      told.push(`${request.url} ${comparable(body)}`);
      response.end();
    });
  });
  const hookPort = await listen(hook);
  stack.defer(() => new Promise<void>((resolve) => void hook.close(() => resolve())));
  const config = `${folder}/${name}.yml`;
  writeFileSync(config, configOf(`http://127.0.0.1:${hookPort}`));
  const port = await freePort();
  const flags = [
    `--config.file=${config}`,
    `--storage.path=${folder}/${name}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--web.external-url=http://alerts.example",
  ];
  const bin = new URL("../../src/main/bin.ts", import.meta.url).pathname;
  const child =
    name === "real"
      ? spawn(real, [...flags, "--cluster.listen-address=", "--web.route-prefix=/"], {
          stdio: "ignore",
        })
      : spawn(process.execPath, [bin, "alertmanager", ...flags], { stdio: "ignore" });
  stack.defer(() => ended(child));
  const url = `http://127.0.0.1:${port}`;
  await until(() => isReady(url), name);
  return { name, url, told };
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

/** A webhook's body without its times, and without what 0.25 does not know. */
function comparable(body: string): string {
  const { alerts, notification_reason: _, ...rest } = JSON.parse(body);
  const bare = alerts.map(({ startsAt: _start, ...alert }: Record<string, unknown>) => alert);
  return JSON.stringify({ ...rest, alerts: bare }, sorted);
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}

/** What amtool prints, without ids and times that differ. */
async function amtool(
  url: string,
  args: readonly string[],
  form: "comparable" | "raw" = "comparable",
): Promise<string> {
  const { stdout } = await run("amtool", [`--alertmanager.url=${url}`, ...args], {
    timeout: 20_000,
  });
  if (form === "raw") return stdout;
  return stdout
    .replace(/[\da-f]{8}-[\da-f-]{27}/g, "<id>")
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, "<time>")
    .replace(/ +$/gm, "");
}

async function until(test: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + waitMsMax;
  while (!(await test())) {
    assert.ok(performance.now() < endMs, `waited for ${what} in vain`);
    await delay(50);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ready`)).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise<void>((resolve) => void child.once("exit", () => resolve()));
  child.kill("SIGKILL");
  await gone;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const probe = createProbe();
  await new Promise<void>((resolve) => void probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise<void>((resolve) => void probe.close(() => resolve()));
  return port;
}
