/**
 * How long the service proxy takes to apply changes with real nftables, at growing numbers of
 * services with ten endpoints each: everything at the start, and then one service whose endpoints
 * change. Works in a network namespace of its own; needs root. One line of JSON for each size.
 *
 *   node benchmarks/nftables.ts [services …]
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Processes } from "#base";
import { silentLogger } from "#base";
import { realClock, realProcesses, realSockets } from "#host";
import { runServiceProxy, serviceProxyDefaults } from "#network";
import { serviceOf, sliceOf, TestSource } from "#network/testing";

const endpointsPerService = 10;
const changes = 30;

const sizes = process.argv.slice(2).map(Number);
for (const size of sizes.length === 0 ? [1_000, 10_000] : sizes) await measure(size);

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
      observer: { synced: (_, durationMs) => finish(durationMs), failed: () => {} },
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
      residentMegabytes: Math.round(process.memoryUsage().rss / 1_048_576),
    }),
  );
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
