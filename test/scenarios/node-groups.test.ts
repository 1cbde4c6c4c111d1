/** Node groups from a Deployment that does not fit to the last node that is given back, on a virtual clock. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMicroTime, formatTime, hasReason } from "#api";
import { deployment } from "#api/apps/v1";
import { lease } from "#api/coordination/v1";
import { configMap, event, node, pod } from "#api/core/v1";
import { type NodeGroup, nodeGroup } from "#api/node-groups/v1";
import { podDisruptionBudget } from "#api/policy/v1";
import { silentLogger, uncounted } from "#base";
import { seededRandom } from "#base/testing";
import { keyOfObject } from "#client";
import { ClusterAutoscaler, clusterAutoscalerDefaults, NodeDecisionLog } from "#nodegroups";
import { Scheduler, schedulerDefaults, SchedulerMetrics } from "#scheduler";
import { type ControlPlane, withControlPlane } from "./control-plane.ts";

const key = { namespace: "default", name: "web" };
const labels = { app: "web" };
const minute = 60_000;

test("pods that do not fit get nodes, and nodes that nobody needs go", () =>
  withGroup(async (world) => {
    await world.settle(15_000);
    assert.equal((await world.nodeNames()).length, 1);
    await world.createWeb(20);
    await world.settle(20_000);
    // Four of 900m fit on a node of 4 cores.
    assert.equal((await world.nodeNames()).length, 5);
    assert.equal(await world.runningCount(), 20);
    const events = await world.plane.events();
    assert.ok(events.includes("TriggeredScaleUp: pod triggered scale-up: [{small 1->5 (max: 6)}]"));
    await world.scaleWeb(3);
    await world.settle(12 * minute);
    assert.equal((await world.nodeNames()).length, 1);
    assert.equal(await world.runningCount(), 3);
    assert.deepEqual(
      [...new Set(world.decisions.list().map(({ outcome }) => outcome))],
      ["grown", "shrunk"],
    );
    const status = await world.plane.client
      .of(configMap)
      .get({ namespace: "kube-system", name: "cluster-autoscaler-status" }, world.plane.signal);
    assert.match(status.data?.["status"] ?? "", /cloudProviderTarget: 1\n {4}minSize: 1\n/);
  }));

test("what no group helps is told, and nothing grows", () =>
  withGroup(async (world) => {
    await world.createWeb(1, "5");
    await world.settle(20_000);
    assert.ok(
      (await world.plane.events()).includes(
        "NotTriggerScaleUp: pod didn't trigger scale-up: 1 Insufficient cpu",
      ),
    );
    assert.equal((await world.nodeNames()).length, 1);
  }));

test("a node whose pods a budget keeps stays, and is drained when it may be", () =>
  withGroup(async (world) => {
    await world.createWeb(8);
    await world.settle(30_000);
    assert.equal((await world.nodeNames()).length, 2);
    const budget = { metadata: key, spec: { minAvailable: 8, selector: { matchLabels: labels } } };
    await world.plane.client.of(podDisruptionBudget).create(budget, {}, world.plane.signal);
    await world.scaleWeb(5);
    // Which three go is not ours to say: as long as the budget wants eight, nobody may be moved.
    await world.settle(15 * minute);
    assert.equal((await world.nodeNames()).length, 2);
    await world.plane.client.of(podDisruptionBudget).delete(key, {}, world.plane.signal);
    await world.scaleWeb(4);
    await world.settle(15 * minute);
    assert.equal((await world.nodeNames()).length, 1);
    assert.equal(await world.runningCount(), 4);
  }));

test("nodes that do not start are given up, and their group rests", () =>
  withGroup(
    async (world) => {
      await world.settle(20 * minute);
      const reasons = await mapEvents(world.plane);
      assert.ok(
        reasons.includes(
          "ScaleUpTimedOut: Nodes added to group small failed to register within 900s",
        ),
      );
      // Five minutes of rest are over, and it tries again.
      assert.equal((await world.nodeNames()).length, 0);
      await world.settle(2 * minute);
      assert.equal((await world.nodeNames()).length, 1);
    },
    { nodesStart: false },
  ));

interface World {
  readonly plane: ControlPlane;
  readonly decisions: NodeDecisionLog;
  settle(durationMs: number): Promise<void>;
  nodeNames(): Promise<readonly string[]>;
  runningCount(): Promise<number>;
  createWeb(replicas: number, cpu?: string): Promise<void>;
  scaleWeb(replicas: number): Promise<void>;
}

const small: NodeGroup = {
  metadata: { name: "small" },
  spec: { minSize: 1, maxSize: 6, template: { capacity: { cpu: "4", memory: "8Gi" } } },
};

/** Scheduler and cluster autoscaler beside the controllers; every second what nodes do is played. */
function withGroup(
  scenario: (world: World) => Promise<void>,
  { nodesStart }: { readonly nodesStart: boolean } = { nodesStart: true },
): Promise<void> {
  return withControlPlane(async (plane) => {
    const { client, clock, informers, signal } = plane;
    const decisions = new NodeDecisionLog();
    const ports = { clock, informers, random: seededRandom(3), log: silentLogger };
    const metrics = new SchedulerMetrics(uncounted, clock, schedulerDefaults.schedulerName);
    const stop = new AbortController();
    const ending = AbortSignal.any([signal, stop.signal]);
    const parts = [
      new Scheduler({ ...ports, client, metrics }),
      new ClusterAutoscaler({ ...ports, client, decisions }, clusterAutoscalerDefaults),
    ].map((part) => part.run(ending));
    await client.of(nodeGroup).create(small, {}, signal);
    try {
      await scenario(worldOf(plane, decisions, nodesStart));
    } finally {
      stop.abort();
      await clock.advance(1_000);
      await Promise.allSettled(parts);
    }
  });
}

function worldOf(plane: ControlPlane, decisions: NodeDecisionLog, nodesStart: boolean): World {
  const { client, signal } = plane;
  let passedMs = 0;
  const nodes = async () => (await client.of(node).list({}, signal)).items;
  return {
    plane,
    decisions,
    async settle(durationMs) {
      for (const endMs = passedMs + durationMs; passedMs < endMs; passedMs += 1_000) {
        await plane.settle(1_000);
        // As often as agents renew their leases, and at once while something begins.
        if (nodesStart && (durationMs < minute || passedMs % 10_000 === 0)) await playNodes(plane);
        await playPods(plane);
      }
    },
    nodeNames: async () => (await nodes()).map(({ metadata }) => metadata.name),
    runningCount: async () =>
      (await plane.pods()).filter(({ status }) => status.phase === "Running").length,
    async createWeb(replicas, cpu = "900m") {
      const containers = [{ name: "app", image: "i", resources: { requests: { cpu } } }];
      const template = { metadata: { labels }, spec: { containers } };
      const spec = { replicas, selector: { matchLabels: labels }, template };
      await client.of(deployment).create({ metadata: key, spec }, {}, signal);
    },
    async scaleWeb(replicas) {
      const body = { spec: { replicas } };
      await client.of(deployment).patch(key, { type: "merge", body }, {}, signal);
    },
  };
}

async function playNodes({ client, clock, signal }: ControlPlane): Promise<void> {
  const time = formatTime(clock.nowMs());
  for (const { metadata, status } of (await client.of(node).list({}, signal)).items) {
    const renewed = {
      metadata: { namespace: "kube-node-lease", name: metadata.name },
      spec: { holderIdentity: metadata.name, renewTime: formatMicroTime(clock.nowMs()) },
    };
    await client.of(lease).apply(renewed, { fieldManager: "node" }, signal);
    if (status.conditions?.some((one) => one.type === "Ready" && one.status === "True")) continue;
    const conditions = [{ type: "Ready", status: "True", lastTransitionTime: time }];
    const body = { status: { conditions } };
    const at = { namespace: "", name: metadata.name };
    await unlessGone(client.of(node).patchStatus(at, { type: "strategic", body }, {}, signal));
  }
}

async function playPods(plane: ControlPlane): Promise<void> {
  const { client, clock, signal } = plane;
  const time = formatTime(clock.nowMs());
  for (const one of await plane.pods()) {
    if (one.metadata.deletionTimestamp !== undefined) {
      const now = { gracePeriodSeconds: 0 };
      await unlessGone(client.of(pod).delete(keyOfObject(one), now, signal));
    } else if (one.status.phase === "Pending" && one.spec.nodeName !== undefined) {
      const conditions = [{ type: "Ready", status: "True", lastTransitionTime: time }];
      await unlessGone(plane.report(one, { phase: "Running", startTime: time, conditions }));
    }
  }
}

async function unlessGone(write: Promise<unknown>): Promise<void> {
  await write.catch((error: unknown) => {
    if (!hasReason(error, "NotFound")) throw error;
  });
}

async function mapEvents({ client, signal }: ControlPlane): Promise<readonly string[]> {
  const { items } = await client.of(event).list({ namespace: "kube-system" }, signal);
  return items.map(({ reason, message }) => `${reason}: ${message}`);
}
