import assert from "node:assert/strict";
import { test } from "node:test";
import type { SimulationRun } from "../simulation-run.ts";
import { BrailleCanvas } from "./braille-canvas.ts";
import { formatPage } from "./page.ts";
import { bucketsOf, formatSpan, niceCeiling, timeTicks } from "./scale.ts";
import { chartScaleOf, drawRun } from "./terminal-chart.ts";

const stepMs = 15 * 60_000;
const run: SimulationRun = {
  name: "web <1>",
  spanMs: 8 * stepMs,
  stepMs,
  sloUtilization: 0.8,
  steps: [1, 1, 2, 2, 4, 4, 3, 3].map((desired, index) => ({
    atMs: index * stepMs,
    requests: 10,
    demandMillis: 100,
    desired,
    ready: Math.min(desired, 3),
    nodes: 1,
    unplaced: 0,
    utilization: index === 4 ? 0.9 : 0.5,
  })),
  scalings: [{ atMs: 2 * stepMs, from: 1, to: 2, arithmetic: ["1 → 2: cpu > target"] }],
  nodes: "fixed",
  nodeScalings: [],
};

test("a chart is as wide as it may be, and shows sizes, use, misses and time", () => {
  const lines = drawRun(run, chartScaleOf([run]), { columns: 40, colors: "none" });
  assert.deepEqual(
    lines,
    [
      "       replicas: ⣿ ready  ⠉ desired",
      "    4 ┤                ⡏⠉⠉⠉⠉⠉⠉⠉⡇",
      "      ┤                ⣇⣀⣀⣀⣀⣀⣀⣀⣇⣀⣀⣀⣀⣀⣀⣀",
      "      ┤                ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿",
      "      ┤        ⣶⣶⣶⣶⣶⣶⣶⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿",
      "      ┤        ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿",
      "      ┤⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿",
      "    0 ┤⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿",
    ].concat(lines.slice(8)),
  );
  assert.equal(lines.at(-2), `missed ${"·".repeat(16)}████${"·".repeat(12)}`);
  assert.equal(lines.at(-1), "       0               1h");
});

test("colours surround what they belong to, and nothing else", () => {
  const style = { columns: 40, colors: "ansi" } as const;
  const plain = drawRun(run, chartScaleOf([run]), { ...style, colors: "none" });
  const colored = drawRun(run, chartScaleOf([run]), style);
  assert.deepEqual(
    colored.map((line) => line.replaceAll(/\u001B\[\d+m/g, "").trimEnd()),
    plain.map((line) => line.trimEnd()),
  );
  assert.notDeepEqual(colored, plain);
});

test("a dot of a canvas is where its cell has it", () => {
  const canvas = new BrailleCanvas(2, 1);
  canvas.dot(0, 0, "line");
  canvas.dot(3, 3, "line");
  canvas.dot(9, 9, "line");
  assert.deepEqual(
    canvas.lines((text) => text),
    ["⡀⠈"],
  );
});

test("a page tells the arithmetic of each change, and nobody's name becomes markup", () => {
  const page = formatPage("What if: <b>", [run]);
  assert.ok(page.includes("<title>What if: &lt;b&gt;</title>"));
  assert.ok(page.includes("<h2>web &lt;1&gt;</h2>"));
  assert.ok(page.includes("<title>00:30:00\n1 → 2: cpu &gt; target</title>"));
  assert.equal(page.match(/<rect class="miss"/g)?.length, 1);
  assert.doesNotMatch(page, /https?:|<script|NaN|Infinity|undefined/);
});

test("axes end at round numbers and whole hours", () => {
  assert.deepEqual([0, 1, 1.2, 7, 23, 41, 99].map(niceCeiling), [1, 1, 1.5, 8, 30, 50, 100]);
  assert.deepEqual(timeTicks(24 * 3_600_000, 9).map(formatSpan), [
    "0",
    "3h",
    "6h",
    "9h",
    "12h",
    "15h",
    "18h",
    "21h",
    "24h",
  ]);
  assert.deepEqual([2_700_000, 5_400_000, 259_200_000].map(formatSpan), ["45m", "1h30", "3d"]);
});

test("every bucket has something, and enough buckets have everything once", () => {
  assert.deepEqual(bucketsOf([1, 2, 3, 4, 5], 2), [
    [1, 2],
    [3, 4, 5],
  ]);
  assert.deepEqual(bucketsOf([1, 2], 4), [[1], [1], [2], [2]]);
});
