import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import { SimulatedUsage } from "./simulated-usage.ts";

const startMs = Date.UTC(2026, 0, 1);
const mebibyte = 1024 * 1024;

test("a container has used what its annotations say, since it started", () => {
  const usage = new SimulatedUsage(startMs);
  const { pods } = usage.read([podOf("web", { cpu: "500m", memory: "64Mi" })], startMs + 10_000);
  const point = { startedAtMs: startMs, atMs: startMs + 10_000 };
  const app = { ...point, cpuSeconds: 5, memoryBytes: 64 * mebibyte };
  assert.deepEqual(pods, new Map([["default/web", new Map([["app", app]])]]));
});

test("an annotation that changes changes the use from then on", () => {
  const usage = new SimulatedUsage(startMs);
  const usedAt = (seconds: number, cpu: string) =>
    usage
      .read([podOf("web", { cpu })], startMs + seconds * 1000)
      .pods.get("default/web")
      ?.get("app")?.cpuSeconds;
  assert.equal(usedAt(10, "500m"), 5);
  assert.equal(usedAt(20, "1"), 15);
  assert.equal(usedAt(30, "100m"), 16);
});

test("a node uses what its pods use and a little more, and its count never goes down", () => {
  const usage = new SimulatedUsage(startMs);
  const both = [podOf("a", { cpu: "1" }), podOf("b", { cpu: "2" })];
  const first = usage.read(both, startMs + 10_000).node;
  assert.equal(first.cpuSeconds.toFixed(3), "30.200");
  assert.equal(first.memoryBytes, (128 + 2 * 16) * mebibyte);
  const second = usage.read(both.slice(0, 1), startMs + 20_000).node;
  assert.equal(second.cpuSeconds.toFixed(3), "40.400");
});

test("what does not run, and what cannot be read, uses nothing", () => {
  const usage = new SimulatedUsage(startMs);
  const waiting = { ...podOf("a", {}), status: { phase: "Pending" } };
  const { pods } = usage.read([waiting, podOf("b", { cpu: "much" })], startMs + 1_000);
  assert.equal(pods.size, 0);
});

function podOf(name: string, uses: Readonly<Record<string, string>>): Live<Pod> {
  const annotations = Object.fromEntries(
    Object.entries(uses).map(([what, amount]) => [`simulated.wherry/${what}`, amount]),
  );
  const startedAt = new Date(startMs).toISOString();
  return {
    metadata: {
      name,
      namespace: "default",
      uid: name,
      resourceVersion: "1",
      creationTimestamp: startedAt,
      annotations,
    },
    spec: { containers: [{ name: "app" }] },
    status: {
      phase: "Running",
      containerStatuses: [
        {
          name: "app",
          containerID: name,
          image: "",
          imageID: "",
          ready: true,
          restartCount: 0,
          state: { running: { startedAt } },
        },
      ],
    },
  };
}
