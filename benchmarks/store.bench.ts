/**
 * What the embedded store does on this machine's disk, in a directory under .cache:
 *
 *   node --expose-gc benchmarks/store.bench.ts [SECTION]...
 *
 * Sections: commits, watch, reads, index. Values have 2 KiB, as a pod has.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { openLmdbLog } from "#host";
import { type EmbeddedStore, openStore, type StoreEvent } from "#store";

const valueBytes = 2_048;
const keyCount = 150_000;
const runMs = 3_000;
const watcherCount = 1_000;

type Section = (directory: string) => Promise<void>;

const sections: Readonly<Record<string, Section>> = { commits, watch, reads, index };
const wanted = process.argv.slice(2);
await mkdir(".cache", { recursive: true });
for (const [name, section] of Object.entries(sections)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const directory = await mkdtemp(".cache/store-bench-");
  try {
    await section(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Durable commits, each under a condition, by so many writers at once that rewrite their keys. */
async function commits(directory: string): Promise<void> {
  await using store = await openStore(await openLmdbLog(directory));
  for (const writers of [1, 16, 64, 256]) {
    const endMs = performance.now() + runMs;
    const cpu = process.cpuUsage();
    const latencies: number[] = [];
    const write = async (writer: number) => {
      const key = `/registry/leases/kube-node-lease/node-${writer}`;
      let revision = (await store.find(key))?.revision ?? 0;
      for (let now = performance.now(); now < endMs; ) {
        const commit = await store.commit([{ key, revision }], [putOf(key)]);
        if (commit.kind === "committed") revision = commit.revision;
        const doneMs = performance.now();
        latencies.push(doneMs - now);
        now = doneMs;
      }
    };
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
    latencies.sort((left, right) => left - right);
    const { user, system } = process.cpuUsage(cpu);
    report(`commits, ${writers} writers`, [
      `${perSecond(latencies.length, runMs)}/s`,
      `p50 ${ms(latencies[latencies.length >> 1])}`,
      `p99 ${ms(latencies[Math.floor(latencies.length * 0.99)])}`,
      `${((user + system) / latencies.length).toFixed(1)} µs of CPU each`,
    ]);
    await store.compact(store.revision);
  }
  report("file afterwards", [`${megabytes(store.facts.bytes)} MB`]);
}

/** Every commit is seen by all watchers. */
async function watch(directory: string): Promise<void> {
  await using store = await openStore(await openLmdbLog(directory));
  for (const prefixes of [1, watcherCount]) {
    const stop = new AbortController();
    let seenCount = 0;
    const read = async (events: AsyncIterable<readonly StoreEvent[]>) => {
      for await (const batch of events) seenCount += batch.length;
    };
    const prefixOf = (index: number) =>
      prefixes === 1 ? "/registry/pods/" : `/registry/${index}/`;
    const readers = Array.from({ length: watcherCount }, (_, index) =>
      read(store.watch(prefixOf(index), store.revision, stop.signal)),
    );
    const startedMs = performance.now();
    let commitCount = 0;
    const write = async (writer: number) => {
      while (performance.now() - startedMs < runMs) {
        await store.commit([], [putOf(`${prefixOf(writer)}${writer}`)]);
        commitCount++;
      }
    };
    await Promise.all(Array.from({ length: 64 }, (_, writer) => write(writer)));
    const elapsedMs = performance.now() - startedMs;
    report(`watch, ${watcherCount} watchers of ${prefixes} prefixes`, [
      `${perSecond(seenCount, elapsedMs)} events/s`,
      `${perSecond(commitCount, elapsedMs)} commits/s`,
    ]);
    stop.abort();
    await Promise.all(readers);
  }
}

/** Finds and ranges over many keys, memory for them, and opening them again. */
async function reads(directory: string): Promise<void> {
  const before = memory();
  let store = await openStore(await openLmdbLog(directory));
  await fill(store, keyCount);
  const { external, heap, resident } = memory();
  report(`memory for ${keyCount} keys`, [
    `heap ${megabytes(heap - before.heap)} MB`,
    `external ${megabytes(external - before.external)} MB`,
    `resident ${megabytes(resident - before.resident)} MB (with the mapped file)`,
    `file ${megabytes(store.facts.bytes)} MB`,
  ]);
  for (let round = 0; round < 3; round++) {
    await measure("find, 10,000 random keys", async () => {
      for (let at = 0; at < 10_000; at++) {
        await store.find(podKey((at * 7919) % keyCount));
      }
    });
    await measure("range of 10,000", () => store.range("/registry/pods/namespace-07/"));
    await measure("first 500 of all, with the count of the rest", () =>
      store.range("/registry/pods/", { limit: 500 }),
    );
  }
  await store.close();
  for (let round = 0; round < 3; round++) {
    await measure(`open ${keyCount} keys`, async () => {
      store = await openStore(await openLmdbLog(directory));
    });
    await store.close();
  }
}

/** Memory of the index when there are very many small objects. */
async function index(directory: string): Promise<void> {
  const before = memory();
  const store = await openStore(await openLmdbLog(directory));
  const value = new Uint8Array(16);
  for (let first = 0; first < 1_000_000; first += 5_000) {
    await Promise.all(
      Array.from({ length: 5_000 }, (_, at) => {
        const name = ((first + at) * 7919) % 1_000_000;
        const key = `/registry/events/namespace-${name % 100}/pod-${name}.17a3c0de${name.toString(16)}`;
        return store.commit([], [{ kind: "put", key, value }]);
      }),
    );
  }
  await store.compact(store.revision);
  const { heap } = memory();
  report("index of 1,000,000 events", [`heap ${megabytes(heap - before.heap)} MB`]);
  await store.close();
  await measure("open 1,000,000 events", async () => {
    await (await openStore(await openLmdbLog(directory))).close();
  });
}

async function fill(store: EmbeddedStore, count: number): Promise<void> {
  for (let first = 0; first < count; first += 1_000) {
    await Promise.all(
      Array.from({ length: 1_000 }, (_, at) => store.commit([], [putOf(podKey(first + at))])),
    );
  }
}

/** 15 namespaces of 10,000 pods each, created in turn. */
function podKey(index: number): string {
  const namespace = String(index % 15).padStart(2, "0");
  return `/registry/pods/namespace-${namespace}/deployment-7d9c5b6f4-${index.toString(36)}`;
}

function putOf(key: string) {
  return { kind: "put", key, value: new Uint8Array(valueBytes).fill(key.length) } as const;
}

async function measure(name: string, run: () => Promise<unknown>): Promise<void> {
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  await run();
  const elapsedMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  report(name, [ms(elapsedMs), `${ms((user + system) / 1_000)} of CPU`]);
}

function memory() {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed, external, resident: rss };
}

function report(name: string, figures: readonly string[]): void {
  console.log(`${name.padEnd(48)} ${figures.join("  ")}`);
}

function perSecond(count: number, elapsedMs: number): string {
  return Math.round((count / elapsedMs) * 1_000).toLocaleString("en");
}

function ms(value = 0): string {
  return `${value.toFixed(2)} ms`;
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
