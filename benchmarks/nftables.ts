/**
 * How long the service proxy takes to apply changes with real nftables, at growing numbers of
 * services with ten endpoints each: everything at the start, and then one service whose endpoints
 * change. Then how long a connection takes through a service, its first packet being the one that
 * passes the rules, beside a direct one. Works in a network namespace of its own; needs root. One
 * line of JSON for each size.
 *
 *   node benchmarks/nftables.ts [services …]
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Processes } from "#base";
import { silentLogger } from "#base";
import { realClock, realProcesses, realSockets } from "#host";
import { runServiceProxy, serviceProxyDefaults } from "#network";
import { serviceOf, sliceOf, TestSource } from "#network/testing";

const endpointsPerService = 10;
const changes = 30;
const connectionCount = 2_000;
const podPort = 8_080;
const servicePort = 80;
const connectWord = "connect";

const [word = "", sizeWord = ""] = process.argv.slice(2);
if (word === connectWord) {
  // Runs inside the namespace, where the pods' addresses are its own.
  console.log(JSON.stringify(await measureConnections(Number(sizeWord))));
} else {
  const sizes = process.argv.slice(2).map(Number);
  for (const size of sizes.length === 0 ? [1_000, 10_000, 30_000] : sizes) await measure(size);
}

async function measure(size: number): Promise<void> {
  using namespace = openNamespace();
  const indexes = Array.from({ length: size }, (_, index) => index);
  const services = new TestSource(
    indexes.map((index) => serviceOf(`s-${index}`, clusterIp(index))),
  );
  const slices = new TestSource(indexes.map((index) => sliceOf(`s-${index}`, endpoints(index, 0))));
  const controller = new AbortController();
  let finish = (_durationMs: number) => {};
  const synced = () => new Promise<number>((resolve) => (finish = resolve));
  const fullSync = synced();
  const running = runServiceProxy(
    {
      services,
      slices,
      nodes: new TestSource([{ metadata: { name: "a" } }]),
      clock: realClock,
      processes: processesIn(namespace.path),
      sockets: realSockets,
      log: { ...silentLogger, error: (message, error) => console.error(message, error) },
      observer: {
        synced: (_, durationMs) => finish(durationMs),
        queued: () => {},
        failed: () => {},
      },
    },
    {
      ...serviceProxyDefaults,
      nodeName: "a",
      nodeAddresses: ["10.44.0.2"],
      ownAddresses: [],
      podRange: "10.42.0.0/16",
      serviceRange: "10.43.0.0/16",
    },
    controller.signal,
  );
  const fullMs = await fullSync;
  const updates: number[] = [];
  for (let round = 1; round <= changes; round++) {
    const index = (round * 7_919) % size;
    const update = synced();
    slices.set(sliceOf(`s-${index}`, endpoints(index, round)));
    updates.push(await update);
  }
  const connections = connectionsIn(namespace.path, size);
  controller.abort();
  await running;
  const sorted = updates.toSorted((left, right) => left - right);
  const rounded = (ms: number | undefined) => Math.round((ms ?? 0) * 10) / 10;
  console.log(
    JSON.stringify({
      services: size,
      endpoints: size * endpointsPerService,
      fullMs: rounded(fullMs),
      updateP50Ms: rounded(sorted[Math.floor(sorted.length / 2)]),
      updateMaxMs: rounded(sorted.at(-1)),
      ...connections,
      residentMegabytes: Math.round(process.memoryUsage().rss / 1_048_576),
    }),
  );
}

function connectionsIn(path: string, size: number): Readonly<Record<string, number>> {
  const inside = (...words: readonly string[]) =>
    execFileSync("nsenter", [`--net=${path}`, ...words], { encoding: "utf8" });
  inside("ip", "link", "set", "lo", "up");
  // Every address of a pod is served here, and every address of a service has a way to leave by.
  inside("ip", "route", "add", "local", "10.42.0.0/16", "dev", "lo");
  inside("ip", "route", "add", "10.43.0.0/16", "dev", "lo");
  const words = [process.execPath, import.meta.filename, connectWord, String(size)];
  const figures: unknown = JSON.parse(inside(...words));
  return Object.fromEntries(
    Object.entries(Object(figures)).map(([name, figure]) => [name, Number(figure)]),
  );
}

/** Connects to one service after the other, and as often without one. Medians in microseconds. */
async function measureConnections(size: number): Promise<Readonly<Record<string, number>>> {
  const server = createServer((socket) => socket.on("error", () => {}).end());
  server.listen(podPort, "0.0.0.0");
  await once(server, "listening");
  const service = (round: number) => connectUs(clusterIp((round * 7_919) % size), servicePort);
  const connectDirectly = () => connectUs("127.0.0.1", podPort);
  const figures: number[][] = [[], []];
  for (let round = 0; round < connectionCount; round++) {
    figures[0]?.push(await service(round));
    figures[1]?.push(await connectDirectly());
  }
  server.close();
  const [throughService = 0, direct = 0] = figures.map((list) =>
    Math.round(list.toSorted((left, right) => left - right)[connectionCount >> 1] ?? 0),
  );
  return { connectThroughServiceP50Us: throughService, connectDirectP50Us: direct };
}

async function connectUs(host: string, port: number): Promise<number> {
  const startMs = performance.now();
  const socket = connect({ host, port });
  await once(socket, "connect");
  const tookUs = (performance.now() - startMs) * 1_000;
  socket.destroy();
  return tookUs;
}

function clusterIp(index: number): string {
  return `10.43.${(index >> 8) & 255}.${index & 255}`;
}

/** Ten addresses; `round` moves them all, as a rollout does. */
function endpoints(index: number, round: number): string {
  const first = (index * endpointsPerService + round * 13) % 60_000;
  const addresses = Array.from({ length: endpointsPerService }, (_, pod) => first + pod);
  return addresses.map((pod) => `10.42.${pod >> 8}.${pod & 255}@a`).join(" ");
}

function openNamespace(): Disposable & { readonly path: string } {
  const folder = mkdtempSync(join(tmpdir(), "wherry-bench-"));
  const path = join(folder, "net");
  writeFileSync(path, "");
  execFileSync("unshare", [`--net=${path}`, "true"]);
  return {
    path,
    [Symbol.dispose]() {
      execFileSync("umount", [path]);
      rmSync(folder, { recursive: true });
    },
  };
}

function processesIn(path: string): Processes {
  return {
    ...realProcesses,
    run: (program, args, options) =>
      realProcesses.run("nsenter", [`--net=${path}`, program, ...args], options),
  };
}
