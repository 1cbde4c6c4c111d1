/** The whole simulation: real controllers, scheduler and API, under a described load. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base";
import { promisesSettled } from "#base/testing";
import type { JsonObject } from "#api";
import {
  equalNodes,
  loadTrack,
  sceneOf,
  serviceDefaults,
  simulate,
  type SimulationRun,
  summaryOf,
  workloadOf,
} from "#sim";

const minute = 60_000;
const { signal } = new AbortController();

interface Wanted {
  /** "minute:requests", with straight lines between. */
  readonly load: string;
  readonly noise?: number;
  readonly seed?: number;
  readonly behavior?: JsonObject;
  readonly metrics?: readonly JsonObject[];
  readonly nodeCount?: number;
  readonly nodeGroups?: readonly JsonObject[];
  readonly kind?: string;
}

/** Pods that request 200m and may use 400m; a request takes 10m, and the aim is half of what is requested. */
function whatIf(wanted: Wanted): Promise<SimulationRun> {
  const { load, noise = 0, seed = 1, behavior, nodeCount, kind = "Deployment" } = wanted;
  const { nodeGroups = [] } = wanted;
  const autoscaler: JsonObject = {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "web" },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind, name: "web" },
      minReplicas: 1,
      maxReplicas: 50,
      metrics: wanted.metrics ?? [cpuAt(50)],
      ...(behavior === undefined ? {} : { behavior }),
    },
  };
  const points = load.split(" ").map((word) => {
    const [at = 0, requests = 0] = word.split(":").map(Number);
    return { atMs: at * minute, values: { requests } };
  });
  const target = workloadOf(autoscaler, { cpu: "200m" });
  const nodes =
    nodeCount === undefined ? undefined : equalNodes(nodeCount, { cpu: "1", memory: "4Gi" });
  const shape = { points, interpolation: "linear", noise } as const;
  const input = {
    name: "web",
    scene: sceneOf(autoscaler, target, nodes, nodeGroups),
    load: loadTrack(shape, seededRandom(seed)),
    service: {
      ...serviceDefaults,
      cpuMillisPerRequest: 10,
      capacityMillis: 400,
      startupMs: 20_000,
      container: "app",
    },
    seed,
  };
  return simulate(promisesSettled, input, signal);
}

function cpuAt(averageUtilization: number): JsonObject {
  const target = { type: "Utilization", averageUtilization };
  return { type: "Resource", resource: { name: "cpu", target } };
}

/** The size at each whole minute. */
function sizes({ steps }: SimulationRun): readonly number[] {
  return steps.filter(({ atMs }) => atMs % minute === 0).map(({ desired }) => desired);
}

for (const kind of ["Deployment", "StatefulSet", "ReplicaSet"]) {
  test(`a ${kind} follows the load by the formula, and shrinks after five minutes`, async () => {
    const run = await whatIf({ load: "0:20 2:20 2:80 6:80 6:20 15:20", kind });
    // ceil(20 × 10m / 100m) = 2, ceil(80 × 10m / 100m) = 8, in two steps, as twice the pods or four more are allowed at once.
    assert.deepEqual(sizes(run), [2, 2, 2, 8, 8, 8, 8, 8, 8, 8, 8, 8, 2, 2, 2]);
    const [up] = run.scalings;
    assert.equal(
      up?.arithmetic[1],
      "cpu resource utilization (percentage of request): 200% / 50% = 4; ceil(4 × 2) = 8",
    );
  });
}

test("what pods cannot do while others start misses the objective", async () => {
  const run = await whatIf({ load: "0:20 2:20 2:100 8:100" });
  const missed = run.steps.filter(({ utilization }) => utilization > run.sloUtilization);
  assert.deepEqual(
    missed.map(({ atMs }) => atMs / 1000),
    [120, 135, 150],
  );
  assert.equal(summaryOf(run).missedMinutes, 0.75);
});

test("pods without room wait, and the objective with them", async () => {
  const run = await whatIf({ load: "0:20 2:20 2:200 10:200", nodeCount: 1 });
  const last = run.steps.at(-1);
  assert.deepEqual([last?.ready, last?.utilization], [5, 1]);
  assert.equal(last?.unplaced, (last?.desired ?? 0) - 5);
});

test("other columns of a load are metrics under their names", async () => {
  const target = { type: "AverageValue", averageValue: "10" };
  const metrics = [{ type: "External", external: { metric: { name: "requests" }, target } }];
  const run = await whatIf({ load: "0:20 5:20 5:95 10:95", metrics });
  assert.deepEqual([sizes(run)[0], sizes(run).at(-1)], [2, 10]);
});

test("equal input gives equal runs", async () => {
  const wanted = { load: "0:20 10:90 20:20", noise: 0.3, seed: 7 };
  assert.deepEqual(await whatIf(wanted), await whatIf(wanted));
});

test("an autoscaler that the API refuses is refused in its words", async () => {
  const behavior = { scaleDown: { stabilizationWindowSeconds: -1 } };
  await assert.rejects(whatIf({ load: "0:1 1:1", behavior }), /must be greater than or equal to/);
});

const seeds = [1, 2, 3];

test("noise within the tolerance changes nothing", async () => {
  for (const seed of seeds) {
    // 105m of 100m: 5 % off, and at most 9.5 % with the noise.
    const run = await whatIf({ load: "0:42 60:42", noise: 0.04, seed });
    assert.equal(run.scalings.length, 0, `seed ${seed}`);
  }
});

for (const windowSeconds of [60, 300]) {
  test(`beyond it, nothing shrinks within ${windowSeconds} s of a growing`, async () => {
    for (const seed of seeds) {
      const behavior = { scaleDown: { stabilizationWindowSeconds: windowSeconds } };
      const { scalings } = await whatIf({ load: "0:20 25:20", noise: 0.5, seed, behavior });
      const soon = scalings.filter(
        ({ from, to, atMs }) =>
          to < from &&
          scalings.some(
            (up) => up.to > up.from && up.atMs < atMs && atMs - up.atMs < windowSeconds * 1000,
          ),
      );
      assert.deepEqual(soon, [], `seed ${seed}`);
      const turns = scalings.filter(({ from, to }, index) => {
        const before = scalings[index - 1];
        return before !== undefined && to > from !== before.to > before.from;
      });
      // Each way down and up again takes a window at least.
      const turnsMax = (2 * 25 * 60) / windowSeconds + 1;
      assert.ok(turns.length <= turnsMax, `seed ${seed}: ${turns.length} turns`);
    }
  });
}

test("without a window the same noise does flap: the window is what prevents it", async () => {
  const behavior = { scaleDown: { stabilizationWindowSeconds: 0 } };
  const run = await whatIf({ load: "0:20 25:20", noise: 0.5, behavior });
  assert.ok(summaryOf(run).flapCount > 10);
});

test("node groups grow and shrink with the pods", async () => {
  const capacity = { cpu: "1", memory: "4Gi" };
  const nodeGroup = {
    metadata: { name: "small" },
    spec: { minSize: 1, maxSize: 8, template: { capacity, startup: "40s" } },
  };
  const run = await whatIf({ load: "0:20 10:200 30:200 40:20 90:20", nodeGroups: [nodeGroup] });
  const { nodesMax, unplacedMinutes } = summaryOf(run);
  // 200 requests of 10m, at half of 200m each, are 20 pods: five on a node.
  assert.equal(nodesMax, 4);
  assert.ok(unplacedMinutes > 0 && unplacedMinutes < 10, `${unplacedMinutes} minutes`);
  assert.equal(run.steps.at(-1)?.nodes, 1);
  assert.deepEqual(
    [...new Set(run.nodeScalings.map(({ outcome }) => outcome))],
    ["grown", "shrunk"],
  );
});
