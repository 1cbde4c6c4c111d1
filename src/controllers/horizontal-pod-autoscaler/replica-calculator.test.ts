/**
 * The algorithm as tables: `testdata/replicas.txt` says for every row how many replicas there are to be,
 * what is measured, and how it was worked out. Upstream's calculator gives the same for every row.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import { ago, testNowMs } from "../testing.ts";
import { formatArithmetic } from "./arithmetic.ts";
import type { PodReading } from "./metrics-source.ts";
import { autoscalerDefaults } from "./options.ts";
import {
  averageReplicas,
  type Calculation,
  type ScaleFacts,
  shareReplicas,
  utilizationReplicas,
  valueReplicas,
} from "./replica-calculator.ts";

const text = readFileSync(`${import.meta.dirname}/testdata/replicas.txt`, "utf8");
const lines = text.split("\n");
const rowCountMin = 150;

test("the tables are as long as they are to be", () => {
  assert.ok(lines.filter(isRow).length >= rowCountMin);
});

for (const [index, section] of lines.entries()) {
  if (!section.startsWith("# ")) continue;
  const rest = lines.slice(index + 1);
  const end = rest.findIndex((line) => line.startsWith("# "));
  const rows = (end < 0 ? rest : rest.slice(0, end)).filter(isRow);
  if (rows.length === 0) continue;
  test(section.slice(2), () => {
    const worked = rows.map((row) => `${inputOf(row)} | ${show(calculate(row))}`);
    assert.deepEqual(worked, rows);
  });
}

function isRow(line: string): boolean {
  return line.includes("|") && !line.startsWith("#");
}

/** The columns that are given: what is aimed at, and the pods. */
function inputOf(row: string): string {
  return row.split(" | ").slice(0, 2).join(" | ");
}

function show(calculation: Calculation): string {
  if (calculation.kind === "failed") return calculation.why;
  const { replicas, millis, percent, arithmetic } = calculation;
  const shownPercent = percent === undefined ? "" : `${percent}% `;
  return `${replicas}, ${shownPercent}${millis}m | ${formatArithmetic(arithmetic)}`;
}

function calculate(row: string): Calculation {
  const [aim = "", podsText = ""] = row.split(" | ");
  const words = aim.split(" ");
  const [metric = "", target = ""] = words;
  const after = (word: string) => {
    const at = words.indexOf(word);
    return at < 0 ? undefined : Number(words[at + 1]);
  };
  const size = after("of") ?? 0;
  const { pods, readings } = parsePods(podsText, metric);
  const facts: ScaleFacts = {
    specReplicas: size,
    statusReplicas: size,
    pods,
    tolerance: { down: after("down") ?? 0.1, up: after("up") ?? 0.1 },
    nowMs: testNowMs,
    options: autoscalerDefaults,
  };
  const amount = (word = "") => BigInt(word.replace(/[m%]$/, ""));
  switch (metric) {
    case "value":
      return valueReplicas(facts, amount(target), amount(words[2]));
    case "share":
      return shareReplicas(facts, amount(target), amount(words[2]));
    case "pods":
      return averageReplicas(facts, "", readings, amount(target));
  }
  if (!target.endsWith("%")) return averageReplicas(facts, metric, readings, amount(target));
  const measured = { kind: "measured", value: readings } as const;
  const of = { resource: metric, container: undefined };
  return utilizationReplicas(facts, of, measured, Number(amount(target)));
}

/** Started, and last changed between ready and not, so many seconds ago. */
const readiness: Readonly<
  Record<string, readonly [status: string, started: number, changed: number]>
> = {
  "-": ["False", 60, 60],
  "^": ["True", 60, 5],
  "=": ["False", 600, 60],
  _: ["False", 600, 595],
};

function parsePods(notation: string, metric: string) {
  const readings = new Map<string, PodReading>();
  const words = notation.split(" ").filter((word) => word !== "" && word !== "none");
  const pods = words.map((word, index) => {
    const mark = word.slice(-1);
    const [used = "", requested = "-"] = word.slice(0, -1).split("/");
    const name = `p${index}`;
    if (used !== "") {
      readings.set(name, { atMs: testNowMs, windowMs: 30_000, millis: BigInt(used) });
    }
    return podOf(name, mark, requested === "-" ? {} : { [metric]: `${requested}m` });
  });
  return { pods, readings };
}

function podOf(name: string, mark: string, requests: Readonly<Record<string, string>>): Live<Pod> {
  const [status, started, changed] = readiness[mark] ?? ["True", 600, 590];
  const phases: Readonly<Record<string, string>> = { "?": "Pending", x: "Failed" };
  return {
    metadata: {
      name,
      uid: name,
      resourceVersion: "1",
      creationTimestamp: ago(started),
      ...(mark === "~" ? { deletionTimestamp: ago(1) } : {}),
    },
    spec: { containers: [{ name: "app", resources: { requests } }] },
    status: {
      phase: phases[mark] ?? "Running",
      startTime: ago(started),
      conditions: [{ type: "Ready", status, lastTransitionTime: ago(changed) }],
    },
  };
}
