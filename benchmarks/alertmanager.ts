/**
 * 100,000 active alerts in our alerting part and, in the same run on the same machine, in the real
 * Alertmanager (Debian's `prometheus-alertmanager`; without it only our own figures are printed): the
 * same alerts from the same client, one program after the other, in turn. Processor time is that of
 * the program's process alone.
 *
 *   node benchmarks/alertmanager.ts
 */
import { existsSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import path from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import {
  compare,
  type Figures,
  pause,
  type Program,
  round,
  type Running,
  startServer,
} from "./prometheus/programs.ts";

const alertCount = 100_000;
/** Each group has a hundred alerts, as a fault of one service on many nodes has. */
const groupCount = 1_000;
/** As many as Prometheus sends in one request. */
const alertsPerRequest = 64;
const lanes = 4;
const rounds = 3;
const probeCount = 1_000;
/** So that none waits for what is left to be done about the one before. */
const probePauseMs = 5;

const ours: Program = {
  name: "wherry",
  words: [
    process.execPath,
    path.resolve("dist/bin.js"),
    "alertmanager",
    "--cluster.listen-address=",
  ],
};
const peer: Program = {
  name: "alertmanager",
  words: ["/usr/bin/prometheus-alertmanager", "--cluster.listen-address="],
};
const programs = [ours, peer].filter(({ words }) => existsSync(words[0]));

await compare(
  `${alertCount} active alerts in ${groupCount} groups`,
  { rounds, of: programs },
  measure,
);

async function measure({ words }: Program, directory: string): Promise<Figures> {
  await using hook = await openHook();
  const file = path.join(directory, "alertmanager.yml");
  writeFileSync(file, configFor(hook.url));
  const running = await startServer([
    ...words,
    `--config.file=${file}`,
    `--storage.path=${directory}/data`,
  ]);
  const bodies = bodiesOf(alertCount);
  const first = await ingest(running, bodies);
  const again = await ingest(running, bodies);
  const groups = await timed(running, () => read(`${running.url}/api/v2/alerts/groups`));
  const filtered = await timed(running, () =>
    read(`${running.url}/api/v2/alerts?filter=${encodeURIComponent('service="service-7"')}`),
  );
  const latenciesMs = await probe(running, hook);
  await pause(3_000);
  const residentMb = running.residentMb();
  await running.stop("SIGTERM");
  return {
    newAlertsPerSecond: round(alertCount / first.seconds),
    newAlertsPerCpuSecond: round(alertCount / first.cpuSeconds),
    knownAlertsPerSecond: round(alertCount / again.seconds),
    knownAlertsPerCpuSecond: round(alertCount / again.cpuSeconds),
    allGroupsSeconds: round(groups.seconds),
    oneServiceSeconds: round(filtered.seconds),
    notifiedMsP50: round(at(latenciesMs, 0.5)),
    notifiedMsP99: round(at(latenciesMs, 0.99)),
    residentMb,
  };
}

/** The mass waits for its group's interval; what is probed is told of at once. */
function configFor(hook: string): string {
  return `
route:
  receiver: mass
  group_by: [alertname, service]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 4h
  routes:
    - matchers: [probe="yes"]
      receiver: probe
      group_by: ["..."]
      group_wait: 0s
receivers:
  - name: mass
  - name: probe
    webhook_configs: [{url: "${hook}", send_resolved: false}]
`;
}

function bodiesOf(count: number): readonly string[] {
  const startsAt = new Date().toISOString();
  const endsAt = new Date(Date.now() + 3_600_000).toISOString();
  const alerts = Array.from({ length: count }, (_, index) => ({
    labels: {
      alertname: "InstanceDown",
      service: `service-${index % groupCount}`,
      instance: `10.0.${index >> 8}.${index & 255}:9100`,
      job: "node",
      cluster: "production",
      severity: index % 3 === 0 ? "critical" : "warning",
    },
    annotations: {
      summary: `instance ${index} has not answered for five minutes`,
      runbook_url: "https://runbooks.example/instance-down",
    },
    startsAt,
    endsAt,
    generatorURL: "http://prometheus.example/graph?g0.expr=up+%3D%3D+0",
  }));
  const bodies: string[] = [];
  for (let first = 0; first < count; first += alertsPerRequest) {
    bodies.push(JSON.stringify(alerts.slice(first, first + alertsPerRequest)));
  }
  return bodies;
}

interface Took {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function timed(running: Running, work: () => Promise<unknown>): Promise<Took> {
  const cpuBefore = running.cpuSeconds();
  const startedMs = performance.now();
  await work();
  const seconds = (performance.now() - startedMs) / 1_000;
  return { seconds, cpuSeconds: running.cpuSeconds() - cpuBefore };
}

function ingest(running: Running, bodies: readonly string[]): Promise<Took> {
  const left = bodies.values();
  const lane = async () => {
    for (const body of left) await post(running.url, body);
  };
  return timed(running, () => Promise.all(Array.from({ length: lanes }, lane)));
}

async function post(url: string, body: string): Promise<void> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/api/v2/alerts`, { method: "POST", headers, body });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`alerts were answered with ${response.status}`);
}

async function read(url: string): Promise<void> {
  const response = await fetch(url);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} was answered with ${response.status}`);
}

/** How long it takes, from the request with a new alert, until its receiver is told. Sorted. */
async function probe({ url }: Running, hook: Hook): Promise<readonly number[]> {
  const latenciesMs: number[] = [];
  for (let index = 0; index < probeCount; index++) {
    await pause(probePauseMs);
    const labels = { alertname: "Probe", probe: "yes", index: String(index) };
    const startedMs = performance.now();
    const told = hook.next();
    await post(url, JSON.stringify([{ labels }]));
    latenciesMs.push((await told) - startedMs);
  }
  return latenciesMs.sort((left, right) => left - right);
}

interface Hook extends AsyncDisposable {
  readonly url: string;
  /** Resolves with the moment of the next notification. */
  next(): Promise<number>;
}

/** A receiver that is told of alerts. */
async function openHook(): Promise<Hook> {
  let told = Promise.withResolvers<number>();
  const server = createServer((request, response) => {
    void text(request).then(() => {
      response.end();
      told.resolve(performance.now());
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("it listens on no port");
  return {
    url: `http://127.0.0.1:${bound.port}`,
    next() {
      told = Promise.withResolvers<number>();
      return told.promise;
    },
    [Symbol.asyncDispose]: () => closed(server),
  };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => void server.close(() => resolve()));
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
