/** Alerts of our rules, told to a real Alertmanager. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { silentLogger } from "#base";
import { realClock, realDisk, realHttpConnector } from "#host";
import { createHttpClient } from "#outbound";
import { configDefaults, parseConfig } from "#promconfig";
import { labelsOf } from "#series";
import { type Alert, defaultQueueOptions, Notifier, notifierSettings } from "#rules";

const program = "prometheus-alertmanager";
const hasAlertmanager = spawnSync(program, ["--version"]).status === 0;

test("a real Alertmanager shows firing and resolved alerts as they were told", {
  skip: !hasAlertmanager && "no prometheus-alertmanager here",
  timeout: 60_000,
}, async () => {
  await withAlertmanager(async (address) => {
    const notifier = openNotifier(address);
    const nowMs = realClock.nowMs();
    notifier.notify("up == 0", [
      alertOf("Down", { state: "firing", validUntilMs: nowMs + 60_000 }),
      alertOf("Over", { state: "inactive", resolvedAtMs: nowMs - 1_000 }),
      alertOf("Hidden", { state: "firing", validUntilMs: nowMs + 60_000 }),
    ]);
    await notifier.stop();
    const [facts] = notifier.facts();
    assert.deepEqual([facts?.sent, facts?.errors, facts?.dropped], [2, 0, 0]);
    const shown = await activeAlerts(address);
    assert.deepEqual(shown, [
      {
        labels: { alertname: "Down", cluster: "c1", job: "a" },
        annotations: { summary: "text" },
        generatorURL: "http://here:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1",
      },
    ]);
  });
});

function openNotifier(address: string): Notifier {
  const config = parseConfig(
    `global: { external_labels: { cluster: c1 } }
alerting:
  alert_relabel_configs: [{ source_labels: [alertname], regex: Hidden, action: drop }]
  alertmanagers: [{ static_configs: [{ targets: ['${address}'] }] }]`,
    { directory: undefined, env: () => undefined, defaults: configDefaults },
  );
  const deps = {
    connector: realHttpConnector,
    clock: realClock,
    disk: realDisk,
    env: () => undefined,
  };
  const notifier = new Notifier(
    {
      openClient: (http) => createHttpClient(deps, http, "Wherry"),
      clock: realClock,
      logger: silentLogger,
    },
    defaultQueueOptions,
  );
  notifier.apply(notifierSettings(config, "http://here:9090"));
  notifier.setTargets(0, [{ targets: [labelsOf([["__address__", address]])], labels: [] }]);
  return notifier;
}

function alertOf(name: string, changes: Partial<Alert>): Alert {
  return {
    state: "firing",
    labels: labelsOf([
      ["alertname", name],
      ["job", "a"],
    ]),
    annotations: labelsOf([["summary", "text"]]),
    value: 0,
    activeAtMs: realClock.nowMs() - 120_000,
    firedAtMs: realClock.nowMs() - 60_000,
    resolvedAtMs: undefined,
    lastSentAtMs: undefined,
    validUntilMs: undefined,
    keepFiringSinceMs: undefined,
    ...changes,
  };
}

async function activeAlerts(address: string): Promise<unknown> {
  const response = await fetch(`http://${address}/api/v2/alerts?active=true`);
  const alerts = (await response.json()) as readonly Record<string, unknown>[];
  return alerts.map(({ labels, annotations, generatorURL }) => ({
    labels,
    annotations,
    generatorURL,
  }));
}

async function withAlertmanager(act: (address: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), "wherry-alertmanager-"));
  const address = `127.0.0.1:${await freePort()}`;
  const file = path.join(directory, "alertmanager.yml");
  writeFileSync(file, "route: { receiver: none }\nreceivers: [{ name: none }]\n");
  const child = spawn(
    program,
    [
      `--config.file=${file}`,
      `--storage.path=${directory}`,
      `--web.listen-address=${address}`,
      "--cluster.listen-address=",
    ],
    { stdio: "ignore" },
  );
  const exited = new Promise((resolve) => child.once("exit", resolve));
  try {
    await untilReady(`http://${address}/-/ready`);
    await act(address);
  } finally {
    child.kill("SIGTERM");
    await exited;
    rmSync(directory, { recursive: true, force: true });
  }
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await delay(100);
  }
  throw new Error(`${url} does not become ready`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
