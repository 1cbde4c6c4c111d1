import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTime, hasReason } from "#api";
import { node as nodeKind, pod as podKind } from "#api/core/v1";
import { nodeMetrics, podMetrics } from "#api/metrics/v1beta1";
import { computedGroupOf } from "#apiserver";
import { openTestApiServer } from "#apiserver/testing";
import { silentLogger } from "#base";
import { seededRandom, VirtualClock } from "#base/testing";
import { type Client, createClient, InformerSet } from "#client";
import { collectorDefaults, UsageCollector } from "./collector.ts";
import type { NodeReading } from "./reading.ts";
import { UsageBook } from "./usage-book.ts";
import { usageOfNodes, usageOfPods } from "./usage-objects.ts";

const startMs = Date.UTC(2026, 0, 1);
const pod = { namespace: "shop", name: "web" };
const { signal } = new AbortController();

test("a pod's usage is known about a second after its container started", () =>
  withCollector(async ({ client, clock, heard, startPod }) => {
    await clock.advance(5_200);
    await startPod();
    await clock.advance(900);
    assert.equal((await client.of(podMetrics).list({}, signal)).items.length, 0);
    assert.deepEqual(heard, []);
    await clock.advance(300);
    assert.deepEqual(heard, ["shop"]);
    const { metadata, ...rest } = await client.of(podMetrics).get(pod, signal);
    assert.deepEqual(metadata.labels, { app: "web" });
    assert.deepEqual(rest, {
      kind: "PodMetrics",
      apiVersion: "metrics.k8s.io/v1beta1",
      timestamp: "2026-01-01T00:00:06Z",
      window: "1.1s",
      containers: [{ name: "app", usage: { cpu: "500m", memory: "1Mi" } }],
    });
  }));

test("a node's usage is known about a second after it first answered", () =>
  withCollector(async ({ client, clock }) => {
    await clock.advance(100);
    assert.equal((await client.of(nodeMetrics).list({}, signal)).items.length, 0);
    await clock.advance(1_100);
    const usage = await client.of(nodeMetrics).get({ namespace: "", name: "n1" }, signal);
    assert.deepEqual(usage.usage, { cpu: "250m", memory: "2Mi" });
    assert.equal(usage.window, "1.1s");
  }));

test("absent objects and those without usage are told apart as metrics-server does", () =>
  withCollector(async ({ client, clock }) => {
    await clock.advance(100);
    const messageOf = async (name: string) => {
      try {
        await client.of(podMetrics).get({ ...pod, name }, signal);
        return "";
      } catch (error) {
        assert.ok(hasReason(error, "NotFound"));
        return (error as Error).message;
      }
    };
    assert.equal(await messageOf("web"), 'podmetrics.metrics.k8s.io "shop/web" not found');
    assert.equal(await messageOf("other"), 'pods "other" not found');
  }));

test("a node that does not answer is told once, and told of no more after a while", () =>
  withCollector(async ({ client, clock, node, warnings }) => {
    await clock.advance(5_100);
    node.answers = false;
    await clock.advance(25_000);
    assert.equal((await client.of(nodeMetrics).list({}, signal)).items.length, 1);
    await clock.advance(10_000);
    assert.equal((await client.of(nodeMetrics).list({}, signal)).items.length, 0);
    assert.deepEqual(warnings, ["node tells no usage"]);
    node.answers = true;
    await clock.advance(10_000);
    assert.equal((await client.of(nodeMetrics).list({}, signal)).items.length, 1);
  }));

interface World {
  readonly client: Client;
  readonly clock: VirtualClock;
  readonly node: { answers: boolean };
  readonly warnings: readonly string[];
  /** Namespaces of which new figures were told. */
  readonly heard: readonly string[];
  /** Plays the agent: the container starts now. */
  startPod(): Promise<void>;
}

/** An API server with one node, whose only pod uses half a core once it runs. */
async function withCollector(scenario: (world: World) => Promise<void>): Promise<void> {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const warnings: string[] = [];
  const heard: string[] = [];
  const node = { answers: true };
  const book = new UsageBook({ resolutionMs: collectorDefaults.resolutionMs, staleMs: 30_000 });
  const told = { book, clock, nodes: () => nodes.cache, pods: () => pods.cache };
  const groups = [computedGroupOf("metrics.k8s.io", [usageOfNodes(told), usageOfPods(told)])];
  await using api = await openTestApiServer({ clock, computedGroups: groups });
  const client = createClient(api.transport);
  const informers = new InformerSet({ client, clock, random: seededRandom(1), log: silentLogger });
  const [nodes, pods] = [informers.of(nodeKind), informers.of(podKind)];
  await client.of(nodeKind).create({ metadata: { name: "n1" } }, {}, signal);
  const spec = { nodeName: "n1", containers: [{ name: "app", image: "i" }] };
  await client
    .of(podKind)
    .create({ metadata: { ...pod, labels: { app: "web" } }, spec }, {}, signal);
  let startedAtMs: number | undefined;
  const log = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  const readNode = async () => {
    if (!node.answers) throw new Error("connection refused");
    return readingAt(clock.nowMs(), startedAtMs);
  };
  const collector = new UsageCollector({ clock, log, book, nodes, pods, readNode });
  using _heard = collector.onChange((namespace) => heard.push(namespace));
  const running = Promise.all([informers.run(stop.signal), collector.run(stop.signal)]);
  const startPod = async () => {
    startedAtMs = clock.nowMs();
    const state = { running: { startedAt: formatTime(startedAtMs) } };
    const containerStatuses = [{ name: "app", state }];
    const body = { status: { phase: "Running", containerStatuses } };
    await client.of(podKind).patchStatus(pod, { type: "merge", body }, {}, signal);
  };
  try {
    await scenario({ client, clock, node, warnings, heard, startPod });
  } finally {
    stop.abort();
    await running;
  }
}

function readingAt(atMs: number, startedAtMs: number | undefined): NodeReading {
  const node = { startedAtMs: 0, atMs, cpuSeconds: (atMs - startMs) / 4_000, memoryBytes: 2 << 20 };
  if (startedAtMs === undefined) return { node, pods: new Map() };
  const ranSeconds = (atMs - startedAtMs) / 1000;
  const app = { startedAtMs, atMs, cpuSeconds: ranSeconds / 2, memoryBytes: 1 << 20 };
  return { node, pods: new Map([["shop/web", new Map([["app", app]])]]) };
}
