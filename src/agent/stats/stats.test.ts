import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeStats } from "./node-stats.ts";
import {
  parseBootTimeMs,
  parseCpuNanoseconds,
  parseInterfaces,
  parseMemory,
} from "./proc-files.ts";
import { formatResourceMetrics } from "./stats-metrics.ts";
import { summaryOf } from "./summary.ts";

const atMs = Date.UTC(2026, 0, 1);

test("processor time is what was not idle and not waiting", () => {
  const stat = "cpu  100 10 50 9999 777 3 4 5 60 6\ncpu0 1 1 1 1\nbtime 1767225600\n";
  assert.equal(parseCpuNanoseconds(stat), (100 + 10 + 50 + 3 + 4 + 5) * 1e7);
  assert.equal(parseBootTimeMs(stat), atMs);
});

test("memory that can be reclaimed is not in the working set", () => {
  const lines = [
    "MemTotal: 1000 kB",
    "MemFree: 300 kB",
    "Inactive(file): 200 kB",
    "AnonPages: 90 kB",
  ];
  assert.deepEqual(parseMemory(lines.map((line) => line.replace(": ", ":       ")).join("\n")), {
    totalBytes: 1000 * 1024,
    usageBytes: 700 * 1024,
    workingSetBytes: 500 * 1024,
    availableBytes: 500 * 1024,
    rssBytes: 90 * 1024,
  });
});

test("loopback is no network", () => {
  const netDev = [
    "Inter-|   Receive                            |  Transmit",
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs",
    "    lo: 5 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0",
    "  eth0:100 2 3 1 0 0 0 0 400 5 6 7 0 0 0 0",
  ].join("\n");
  assert.deepEqual(parseInterfaces(netDev), [
    {
      name: "eth0",
      rxBytes: 100,
      rxPackets: 2,
      rxErrors: 3,
      rxDropped: 1,
      txBytes: 400,
      txPackets: 5,
      txErrors: 6,
      txDropped: 7,
    },
  ]);
});

test("metrics-server finds its numbers", () => {
  const wanted = [
    'container_cpu_usage_seconds_total{container="main",namespace="default",pod="web"} 1.5 1767225600000',
    'container_memory_working_set_bytes{container="main",namespace="default",pod="web"} 4096 1767225600000',
    'container_start_time_seconds{container="main",namespace="default",pod="web"} 1767225599',
    "node_cpu_usage_seconds_total 20 1767225600000",
    "node_memory_working_set_bytes 8192 1767225600000",
    'pod_cpu_usage_seconds_total{namespace="default",pod="web"} 2 1767225600000',
    "resource_scrape_error 0",
  ];
  const page = formatResourceMetrics(statsOf()).split("\n");
  assert.deepEqual(
    page.filter((line) => line !== "" && !line.startsWith("#")),
    wanted,
  );
});

test("a family without samples has no heading either", () => {
  const page = formatResourceMetrics({ ...statsOf(), pods: [] });
  assert.doesNotMatch(page, /pod_cpu|container_/);
});

test("the summary has upstream's shape", () => {
  assert.deepEqual(JSON.parse(JSON.stringify(summaryOf(statsOf()))).pods, [
    {
      podRef: { name: "web", namespace: "default", uid: "uid-1" },
      startTime: "2025-12-31T23:59:58Z",
      containers: [
        {
          name: "main",
          startTime: "2025-12-31T23:59:59Z",
          cpu: { time: "2026-01-01T00:00:00Z", usageNanoCores: 5, usageCoreNanoSeconds: 1.5e9 },
          memory: { time: "2026-01-01T00:00:00Z", workingSetBytes: 4096 },
          rootfs: {
            time: "2026-01-01T00:00:00Z",
            capacityBytes: 100,
            availableBytes: 60,
            usedBytes: 9,
            inodes: 10,
            inodesFree: 6,
            inodesUsed: 2,
          },
        },
      ],
      cpu: { time: "2026-01-01T00:00:00Z", usageCoreNanoSeconds: 2e9 },
      network: {
        time: "2026-01-01T00:00:00Z",
        name: "eth0",
        rxBytes: 7,
        rxErrors: 0,
        txBytes: 8,
        txErrors: 0,
        interfaces: [{ name: "eth0", rxBytes: 7, rxErrors: 0, txBytes: 8, txErrors: 0 }],
      },
      process_stats: { process_count: 3 },
    },
  ]);
});

function statsOf(): NodeStats {
  const filesystem = {
    atMs,
    capacityBytes: 100,
    availableBytes: 60,
    usedBytes: 40,
    inodes: 10,
    inodesFree: 6,
    inodesUsed: 4,
  };
  const memory = (workingSetBytes: number) => ({
    atMs,
    workingSetBytes,
    availableBytes: undefined,
    usageBytes: undefined,
    rssBytes: undefined,
    pageFaults: undefined,
    majorPageFaults: undefined,
  });
  const cpu = (seconds: number, usageNanoCores?: number) => ({
    atMs,
    usageCoreNanoseconds: seconds * 1e9,
    usageNanoCores,
  });
  return {
    nodeName: "node-1",
    cpuCount: 2,
    memoryBytes: 1 << 30,
    startedAtMs: atMs - 60_000,
    cpu: cpu(20),
    memory: memory(8192),
    interfaces: [],
    filesystem,
    imageFilesystem: filesystem,
    pods: [
      {
        sandboxId: "box",
        name: "web",
        namespace: "default",
        uid: "uid-1",
        startedAtMs: atMs - 2000,
        cpu: cpu(2),
        memory: undefined,
        network: {
          atMs,
          interfaces: [{ name: "eth0", rxBytes: 7, rxErrors: 0, txBytes: 8, txErrors: 0 }],
        },
        processCount: 3,
        containers: [
          {
            id: "abc",
            name: "main",
            image: "nginx:1",
            startedAtMs: atMs - 1000,
            cpu: cpu(1.5, 5),
            memory: memory(4096),
            writableLayer: { atMs, mountpoint: "/x", usedBytes: 9, inodesUsed: 2 },
          },
        ],
      },
    ],
  };
}
