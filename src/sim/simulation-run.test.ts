import assert from "node:assert/strict";
import { test } from "node:test";
import { type SimulationRun, summaryOf } from "./simulation-run.ts";

/** Steps of a minute as "desired/ready utilization", changes of size as "minute:from-to". */
function runOf(steps: string, changes: string): SimulationRun {
  const words = steps.split(", ").map((word) => word.split(/[/ ]/).map(Number));
  return {
    name: "web",
    spanMs: words.length * 60_000,
    stepMs: 60_000,
    sloUtilization: 0.8,
    steps: words.map(([desired = 0, ready = 0, utilization = 0], index) => ({
      atMs: index * 60_000,
      requests: 0,
      demandMillis: 0,
      desired,
      ready,
      nodes: 1,
      unplaced: desired - ready,
      utilization,
    })),
    nodes: "fixed",
    nodeScalings: [],
    scalings: changes.split(" ").map((word) => {
      const [minute = 0, from = 0, to = 0] = word.split(/[:-]/).map(Number);
      return { atMs: minute * 60_000, from, to, arithmetic: [] };
    }),
  };
}

test("a run comes to its sums", () => {
  const run = runOf("2/2 0.5, 4/2 0.9, 4/4 0.6, 2/2 0.8", "1:2-4 3:4-2");
  assert.deepEqual(summaryOf(run), {
    replicasMax: 4,
    replicasMean: 3,
    podHours: 0.2,
    utilizationMean: 0.7,
    missedMinutes: 1,
    unplacedMinutes: 1,
    nodesMax: undefined,
    nodeHours: undefined,
    scalingCount: 2,
    flapCount: 1,
  });
});

test("who turns back after more than ten minutes does not flap", () => {
  assert.equal(summaryOf(runOf("1/1 0", "0:1-2 11:2-1 12:1-2 20:2-3")).flapCount, 1);
});

test("time without any pod misses the objective, and is no use of pods", () => {
  const { missedMinutes, utilizationMean } = summaryOf(runOf("1/0 Infinity, 1/1 0.5", "0:0-1"));
  assert.deepEqual([missedMinutes, utilizationMean], [1, 0.25]);
});
