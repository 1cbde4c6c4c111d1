/**
 * How many pods a second the scheduler places: decisions alone, and the whole way through the API
 * (informers, decisions, bindings) on an API server in the same process with its store in memory.
 * Prints one line of JSON for each.
 *
 *   node benchmarks/scheduler.ts [nodes] [pods]
 */
import { silentLogger, uncounted } from "#base";
import { seededRandom } from "#base/testing";
import { node, pod } from "#api/core/v1";
import { openTestApiServer } from "#apiserver/testing";
import { createClient, InformerSet } from "#client";
import { realClock, systemRandom } from "#host";
import { Scheduler, SchedulerMetrics } from "#scheduler";

const nodeCount = Number(process.argv[2] ?? 5_000);
const podCount = Number(process.argv[3] ?? 5_000);
const writersMax = 64;
const stop = new AbortController();
const { signal } = stop;

await using api = await openTestApiServer({ clock: realClock, random: systemRandom });
const client = createClient(api.transport);
await inParallel(nodeCount, createNode);
await inParallel(podCount, createPod);

const deps = { client, clock: realClock, random: seededRandom(1), log: silentLogger };
const informers = new InformerSet(deps);
const metrics = new SchedulerMetrics(uncounted, realClock, "default-scheduler");
const scheduler = new Scheduler({ ...deps, informers, metrics });
const pods = informers.of(pod);
let placedCount = 0;
const done = Promise.withResolvers<void>();
let firstAtMs = 0;
pods.onChange(({ before, after }) => {
  const isPlaced = before?.spec.nodeName === undefined && after?.spec.nodeName !== undefined;
  if (!isPlaced) return;
  if (placedCount++ === 0) firstAtMs = performance.now();
  if (placedCount === podCount) done.resolve();
});
const cpu = process.cpuUsage();
const running = Promise.allSettled([informers.run(signal), scheduler.run(signal)]);
await done.promise;
const seconds = (performance.now() - firstAtMs) / 1_000;
const { user, system } = process.cpuUsage(cpu);
report("pods placed through the API", {
  nodes: nodeCount,
  pods: podCount,
  perSecond: Math.round(podCount / seconds),
  cpuMicrosecondsEach: Math.round((user + system) / podCount),
  residentMb: Math.round(process.memoryUsage().rss / 2 ** 20),
});
stop.abort();
await running;

async function inParallel(count: number, create: (index: number) => Promise<unknown>) {
  for (let first = 0; first < count; first += writersMax) {
    const size = Math.min(writersMax, count - first);
    await Promise.all(Array.from({ length: size }, (_, offset) => create(first + offset)));
  }
}

function createNode(index: number) {
  const name = `node-${index}`;
  const labels = { "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": `z${index % 3}` };
  const amounts = { cpu: "4", memory: "32Gi", pods: "110" };
  const conditions = [{ type: "Ready", status: "True" }];
  return client.of(node).create(
    {
      metadata: { name, labels },
      status: { capacity: amounts, allocatable: amounts, conditions },
    },
    {},
    signal,
  );
}

function createPod(index: number) {
  const requests = { cpu: "100m", memory: "500Mi" };
  const containers = [{ name: "pause", image: "pause:1", resources: { requests } }];
  const metadata = { name: `pod-${index}`, namespace: "default" };
  return client.of(pod).create({ metadata, spec: { containers } }, {}, signal);
}

function report(what: string, figures: Readonly<Record<string, number>>): void {
  console.log(JSON.stringify({ what, ...figures }));
}
