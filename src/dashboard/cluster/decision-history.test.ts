import assert from "node:assert/strict";
import { test } from "node:test";
import type { MatrixItem } from "../api/types.ts";
import { decisionLines } from "./decision-charts.ts";
import { historyQueries, pastDecisions } from "./decision-history.ts";
import type { Decision } from "./wire.ts";

// A series as its labels and a value for each minute; "-" where nothing was recorded.
const answers = {
  actual: [series({}, "1 1 2 2")],
  desired: [series({}, "1 2 2 2")],
  measured: [
    series({ metric_name: "cpu", metric_target_type: "utilization" }, "50 90 52 -"),
    series({ metric_name: "cpu", metric_target_type: "average" }, "5 9 5 5"),
  ],
  target: [series({ metric_name: "cpu", metric_target_type: "utilization" }, "50 50 50 50")],
};

test("recorded samples tell what was decided, with the arithmetic", () => {
  const steps = "worked out from what was recorded; the decision itself is no longer kept";
  assert.deepEqual(pastDecisions(answers, [], 60).map(show), [
    `00:01 1->1 kept | cpu: 50% / 50% = 1, which is within the tolerance | ${steps}`,
    `00:02 1->2 scaled | cpu: 90% / 50% = 1.8; ceil(1.8 × 1) = 2 | ${steps}`,
    `00:03 2->2 kept | cpu: 52% / 50% = 1.04, which is within the tolerance | ${steps}`,
    `00:04 2->2 kept | cpu: nothing was measured | ${steps}`,
  ]);
});

test("a decision that is still known stands for its step, and one that scaled before others", () => {
  const kept = [decisionOf("00:02:10", 1, 2), decisionOf("00:02:40", 2, 2)];
  const shown = pastDecisions(answers, kept, 60).map(show);
  assert.equal(shown[2], "00:02 1->2 scaled | its own words");
  assert.equal(shown.length, 4);
});

test("nothing recorded is no decision", () => {
  assert.deepEqual(
    pastDecisions({ actual: [], desired: [], measured: [], target: [] }, [], 60),
    [],
  );
});

test("names are quoted in queries", () => {
  assert.equal(
    historyQueries({ namespace: "shop", name: 'a"b' }).actual,
    'max(kube_horizontalpodautoscaler_status_current_replicas{namespace="shop",horizontalpodautoscaler="a\\"b"})',
  );
});

function series(metric: Readonly<Record<string, string>>, values: string): MatrixItem {
  const points = values.split(" ").flatMap((value, index) => {
    return value === "-" ? [] : [[(index + 1) * 60, value] as const];
  });
  return { metric, values: points };
}

function decisionOf(time: string, currentReplicas: number, desiredReplicas: number): Decision {
  return {
    time: `1970-01-01T${time}Z`,
    outcome: currentReplicas === desiredReplicas ? "kept" : "scaled",
    reason: "",
    currentReplicas,
    desiredReplicas,
    metrics: [],
    steps: ["its own words"],
  };
}

function show(decision: Decision): string {
  const { time, currentReplicas, desiredReplicas, outcome } = decision;
  const size = `${time.slice(11, 16)} ${currentReplicas}->${desiredReplicas} ${outcome}`;
  return [size, ...decisionLines(decision)].join(" | ");
}
