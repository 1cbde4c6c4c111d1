import assert from "node:assert/strict";
import { test } from "node:test";
import type { ContainerSummary, SandboxSummary } from "../runtime-state.ts";
import { formatResourceMetrics } from "./stats-metrics.ts";
import { collectResourceUse } from "./resource-use.ts";

const atMs = Date.UTC(2026, 0, 1);
const root = "/wherry/main/node-1";
const { signal } = new AbortController();
const machine = {
  "/proc/stat": "cpu  100 10 50 9999 777 3 4 5 60 6\n",
  "/proc/meminfo": "MemTotal: 1000 kB\nMemFree: 300 kB\nInactive(file): 200 kB\n",
};
const wanted = [
  'container_cpu_usage_seconds_total{container="app",namespace="shop",pod="web"} 1.5 1767225600000',
  'container_memory_working_set_bytes{container="app",namespace="shop",pod="web"} 300 1767225600000',
  'container_start_time_seconds{container="app",namespace="shop",pod="web"} 1767225599',
  "node_cpu_usage_seconds_total 1.72 1767225600000",
  "node_memory_working_set_bytes 512000 1767225600000",
  'pod_cpu_usage_seconds_total{namespace="shop",pod="web"} 2 1767225600000',
  'pod_memory_working_set_bytes{namespace="shop",pod="web"} 700 1767225600000',
  "resource_scrape_error 0",
];

test("the kernel tells what pods use, by version 1 of cgroups", async () => {
  const at = (hierarchy: string) => `/sys/fs/cgroup/${hierarchy}${root}/kubepods/burstable/podu1`;
  const page = await pageOf({
    ...machine,
    [`${at("cpu")}/cpu.shares`]: "2",
    [`${at("cpuacct")}/cpuacct.usage`]: "2000000000\n",
    [`${at("memory")}/memory.usage_in_bytes`]: "1000\n",
    [`${at("memory")}/memory.stat`]: "inactive_file 1\ntotal_inactive_file 300\n",
    [`${at("cpuacct")}/c1/cpuacct.usage`]: "1500000000\n",
    [`${at("memory")}/c1/memory.usage_in_bytes`]: "400\n",
    [`${at("memory")}/c1/memory.stat`]: "total_inactive_file 100\n",
  });
  assert.deepEqual(page, wanted);
});

test("the kernel tells what pods use, by version 2 of cgroups", async () => {
  const at = `/sys/fs/cgroup${root}/kubepods/podu1`;
  const page = await pageOf({
    ...machine,
    "/sys/fs/cgroup/cgroup.controllers": "cpu memory",
    [`${at}/cpu.stat`]: "usage_usec 2000000\n",
    [`${at}/memory.current`]: "1000\n",
    [`${at}/memory.stat`]: "inactive_file 300\n",
    [`${at}/c1/cpu.stat`]: "usage_usec 1500000\n",
    [`${at}/c1/memory.current`]: "400\n",
    [`${at}/c1/memory.stat`]: "inactive_file 100\n",
  });
  assert.deepEqual(page, wanted);
});

test("a container that has just gone is left out", async () => {
  const page = await pageOf(machine);
  assert.deepEqual(
    page.filter((line) => /^container_(?:cpu|memory)|^pod_/.test(line)),
    [],
  );
});

async function pageOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const encoder = new TextEncoder();
  const paths = Object.keys(files);
  const isDirectory = (path: string) => paths.some((one) => one.startsWith(`${path}/`));
  const find = async (path: string) => {
    const text = files[path];
    return text === undefined ? undefined : encoder.encode(text);
  };
  const disk = {
    findFile: find,
    readFile: async (path: string) => (await find(path)) ?? new Uint8Array(0),
    findFacts: async (path: string) => {
      const kind = isDirectory(path) ? "directory" : "file";
      if (kind === "file" && files[path] === undefined) return undefined;
      return { kind, sizeBytes: 0, modifiedAtMs: 0, mode: 0, uid: 0, gid: 0 } as const;
    },
    listDirectory: async (path: string) => {
      const below = paths.filter((one) => one.startsWith(`${path}/`));
      return [...new Set(below.map((one) => one.slice(path.length + 1).split("/")[0] ?? ""))];
    },
  };
  const labels = {
    "io.kubernetes.pod.name": "web",
    "io.kubernetes.pod.namespace": "shop",
    "io.kubernetes.pod.uid": "u1",
  };
  const sandbox = { id: "s1", labels } as unknown as SandboxSummary;
  const container = {
    id: "c1",
    sandboxId: "s1",
    createdAtMs: atMs - 1_000,
    labels: { ...labels, "io.kubernetes.container.name": "app" },
  } as unknown as ContainerSummary;
  const runtime = {
    sandboxes: { list: async () => [sandbox] },
    containers: { list: async () => [container] },
  };
  const deps = { runtime, disk, clock: { nowMs: () => atMs } };
  const facts = await collectResourceUse(
    deps as unknown as Parameters<typeof collectResourceUse>[0],
    root,
    signal,
  );
  const lines = formatResourceMetrics(facts).split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("#"));
}
