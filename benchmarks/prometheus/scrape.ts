/** Samples taken in by scraping: many targets with Kubernetes-like metrics in the text format. */
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { labelPairs, labelValue } from "#series";
import { KubeLoad } from "./kube-load.ts";
import {
  compare,
  type Figures,
  metricOf,
  pause,
  type Program,
  programs,
  round,
  startProgram,
} from "./programs.ts";

const seriesPerTarget = 1_000;
const warmUpMs = 8_000;
const windowMs = 15_000;
/** Bodies that targets give in turn, so that values move. */
const variants = 20;
const appended = 'prometheus_tsdb_head_samples_appended_total{type="float"}';

export async function measureScrapes(): Promise<void> {
  const bodies = bodiesOf(new KubeLoad(seriesPerTarget));
  await using targets = await serve(bodies);
  // What both can do shows what it costs, and more than either can do shows how much goes.
  for (const [targetCount, rounds] of [
    [100, 3],
    [600, 1],
  ] as const) {
    const what = `scrape ${targetCount} targets of 1,000 series every second`;
    const config = configOf(targets.port, targetCount);
    await compare(what, { rounds, of: programs }, (program, directory) =>
      measure(program, directory, config),
    );
  }
}

async function measure(program: Program, directory: string, config: string): Promise<Figures> {
  const running = await startProgram(program, directory, config);
  await pause(warmUpMs);
  const [before, cpuBefore, fromMs] = [
    await samplesOf(running.url),
    running.cpuSeconds(),
    performance.now(),
  ];
  await pause(windowMs);
  const samples = (await samplesOf(running.url)) - before;
  const cpuSeconds = running.cpuSeconds() - cpuBefore;
  const seconds = (performance.now() - fromMs) / 1_000;
  const residentMb = running.residentMb();
  await running.stop("SIGKILL");
  return {
    samplesPerSecond: round(samples / seconds),
    samplesPerCpuSecond: round(samples / cpuSeconds),
    cpuSecondsPerSecond: round(cpuSeconds / seconds),
    residentMb,
  };
}

/** Older ones count samples of all types as one. */
async function samplesOf(url: string): Promise<number> {
  const floats = await metricOf(url, appended);
  return Number.isNaN(floats)
    ? metricOf(url, "prometheus_tsdb_head_samples_appended_total")
    : floats;
}

function configOf(port: number, targetCount: number): string {
  const targets = Array.from({ length: targetCount }, (_, index) => `"t${index}"`);
  return `
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
  - job_name: pods
    static_configs: [{targets: [${targets.join(", ")}]}]
    relabel_configs:
      - {source_labels: [__address__], target_label: instance}
      - {target_label: __address__, replacement: "127.0.0.1:${port}"}
`;
}

async function serve(bodies: readonly Uint8Array[]): Promise<{ port: number } & AsyncDisposable> {
  let count = 0;
  const server: Server = createServer((_request, response) => {
    // A hundred targets in a row are of one moment.
    const body = bodies[Math.floor(count++ / 100) % bodies.length];
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
    response.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: portOf(server),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens on a port");
  return address.port;
}

function bodiesOf(load: KubeLoad): readonly Uint8Array[] {
  const order = load.labels
    .map((labels, index) => ({ name: labelValue(labels, "__name__"), index }))
    .sort((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0));
  return Array.from({ length: variants }, () => {
    load.step();
    const lines: string[] = [];
    let family = "";
    for (const { name, index } of order) {
      if (name !== family) lines.push(`# HELP ${name} What it counts.`, `# TYPE ${name} untyped`);
      family = name;
      const labels = [...labelPairs(load.labels[index] ?? [])]
        .filter(([label]) => !["__name__", "job", "instance"].includes(label))
        .map(([label, value]) => `${label}="${value}"`);
      lines.push(`${name}{${labels.join(",")}} ${load.values[index]}`);
    }
    return new TextEncoder().encode(`${lines.join("\n")}\n`);
  });
}
