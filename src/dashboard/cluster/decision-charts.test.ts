import assert from "node:assert/strict";
import { test } from "node:test";
import { decisionCharts, decisionLines, decisionTimes } from "./decision-charts.ts";
import type { Decision } from "./wire.ts";

const failed = { metric: "", arithmetic: "no figures yet", unit: "", current: null, target: null };
const decisions: readonly Decision[] = [
  decisionOf("2026-01-01T00:00:00Z", [1, 1], [failed]),
  decisionOf("2026-01-01T00:00:15Z", [1, 2], [measured("cpu", "percent", 90, 50)]),
  decisionOf(
    "2026-01-01T00:00:30Z",
    [2, 2],
    [measured("cpu", "percent", 45, 50), measured("queue", "amount", 1_200, 30)],
  ),
];

test("replicas and each metric have a chart with a value for each decision", () => {
  const shown = decisionCharts(decisions).map(({ title, lines, formatValue }) =>
    [
      title,
      ...lines.map(
        ({ name, values }) =>
          `${name} ${values.map((one) => (one === null ? "-" : formatValue(one))).join(" ")}`,
      ),
    ].join("; "),
  );
  assert.deepEqual(shown, [
    "Replicas; actual 1 1 2; desired 1 2 2",
    "cpu; measured - 90% 45%; target - 50% 50%",
    "queue; measured - - 1.2k; target - - 30",
  ]);
  const [first = 0, second = 0] = decisionTimes(decisions);
  assert.equal(second - first, 15);
});

test("a decision says what each metric asked for, and what rules made of it", () => {
  assert.deepEqual(decisions.map(decisionLines), [
    ["no figures yet", "1: within bounds"],
    ["cpu: 90 / 50", "2: within bounds"],
    ["cpu: 45 / 50", "queue: 1200 / 30", "2: within bounds"],
  ]);
});

function measured(metric: string, unit: string, current: number, target: number) {
  return { metric, arithmetic: `${current} / ${target}`, unit, current, target };
}

function decisionOf(
  time: string,
  [currentReplicas, desiredReplicas]: readonly [number, number],
  metrics: Decision["metrics"],
): Decision {
  const steps = [`${desiredReplicas}: within bounds`];
  const outcome = currentReplicas === desiredReplicas ? "kept" : "scaled";
  return { time, outcome, reason: "", currentReplicas, desiredReplicas, metrics, steps };
}
