/** Runs as text: sizes, utilization and misses over time, as wide as the terminal. */

import { isMissed, type SimulationRun, type SimulationStep } from "../simulation-run.ts";
import { BrailleCanvas, type Ink } from "./braille-canvas.ts";
import { bucketsOf, formatSpan, niceCeiling, timeTicks } from "./scale.ts";

export interface ChartStyle {
  /** Of the terminal. */
  readonly columns: number;
  readonly colors: "ansi" | "none";
}

/** So that runs beside each other can be compared. */
export interface ChartScale {
  readonly replicasMax: number;
  readonly utilizationMax: number;
  readonly nodesMax: number;
}

const gutter = 7;
const columnsMin = 40;
const columnsMax = 160;
const replicaRows = 7;
const utilizationRows = 5;
const nodeRows = 4;

const codes: Readonly<Record<Ink, string>> = { area: "36", line: "33", mark: "31", limit: "90" };

/** Beyond twice of what pods can do, more makes no difference to see. */
const utilizationShownMax = 2;

export function chartScaleOf(runs: readonly SimulationRun[]): ChartScale {
  const steps = runs.flatMap((run) => run.steps);
  const most = (of: (step: SimulationStep) => number) =>
    steps.reduce((max, step) => Math.max(max, of(step)), 0);
  return {
    replicasMax: niceCeiling(most(({ desired, ready }) => Math.max(desired, ready))),
    nodesMax: niceCeiling(most(({ nodes }) => nodes)),
    utilizationMax: Math.min(
      utilizationShownMax,
      Math.max(
        1,
        most((step) => Math.min(utilizationShownMax, step.utilization)),
      ),
    ),
  };
}

export function drawRun(
  run: SimulationRun,
  scale: ChartScale,
  style: ChartStyle,
): readonly string[] {
  const columns = Math.min(columnsMax, Math.max(columnsMin, style.columns)) - gutter - 1;
  const paint = (text: string, ink: Ink) =>
    style.colors === "none" ? text : `\u001B[${codes[ink]}m${text}\u001B[0m`;
  const sizes = new BrailleCanvas(columns, replicaRows);
  drawSizes(sizes, run, scale.replicasMax);
  const use = new BrailleCanvas(columns, utilizationRows);
  drawUse(use, run, scale.utilizationMax);
  const percent = (share: number) => `${Math.round(share * 100)}%`;
  return [
    `${" ".repeat(gutter)}replicas: ${paint("⣿ ready", "area")}  ${paint("⠉ desired", "line")}`,
    ...framed(sizes.lines(paint), String(scale.replicasMax), "0"),
    `${" ".repeat(gutter)}utilization: ${paint("⠤ used", "line")}  ${paint(`⠒ objective ${percent(run.sloUtilization)}`, "limit")}`,
    ...framed(use.lines(paint), percent(scale.utilizationMax), "0%"),
    ...nodeChart(run, scale, { columns, paint }),
    `${"missed".padStart(gutter - 1)} ${missedStrip(run, columns, paint)}`,
    timeAxis(run.spanMs, columns),
  ];
}

/** Only where nodes come and go. */
function nodeChart(
  { nodes, steps }: SimulationRun,
  { nodesMax }: ChartScale,
  style: { readonly columns: number; readonly paint: (text: string, ink: Ink) => string },
): readonly string[] {
  if (nodes === "fixed") return [];
  const { columns, paint } = style;
  const canvas = new BrailleCanvas(columns, nodeRows);
  for (const [x, bucket] of bucketsOf(steps, canvas.width).entries()) {
    const most = mostOf(bucket, (step) => step.nodes);
    const to = Math.round((most / nodesMax) * (canvas.height - 1));
    if (most > 0) canvas.column(x, { from: 0, to }, "area");
  }
  return [
    `${" ".repeat(gutter)}${paint("⣿ nodes", "area")}`,
    ...framed(canvas.lines(paint), String(nodesMax), "0"),
  ];
}

function drawSizes(canvas: BrailleCanvas, { steps }: SimulationRun, max: number): void {
  const heightOf = (count: number) => Math.round((count / max) * (canvas.height - 1));
  let before: number | undefined;
  for (const [x, bucket] of bucketsOf(steps, canvas.width).entries()) {
    const ready = mostOf(bucket, (step) => step.ready);
    if (ready > 0) canvas.column(x, { from: 0, to: heightOf(ready) }, "area");
    const y = heightOf(mostOf(bucket, (step) => step.desired));
    canvas.column(x, { from: before ?? y, to: y }, "line");
    before = y;
  }
}

function drawUse(canvas: BrailleCanvas, run: SimulationRun, max: number): void {
  const heightOf = (share: number) =>
    Math.round((Math.min(share, max) / max) * (canvas.height - 1));
  const limit = heightOf(run.sloUtilization);
  for (let x = 0; x < canvas.width; x += 4) canvas.dot(x, limit, "limit");
  let before: number | undefined;
  for (const [x, bucket] of bucketsOf(run.steps, canvas.width).entries()) {
    const y = heightOf(mostOf(bucket, (step) => step.utilization));
    const ink = bucket.some((step) => isMissed(run, step)) ? "mark" : "line";
    canvas.column(x, { from: before ?? y, to: y }, ink);
    before = y;
  }
}

function mostOf(steps: readonly SimulationStep[], of: (step: SimulationStep) => number): number {
  return steps.reduce((most, step) => Math.max(most, of(step)), 0);
}

function missedStrip(
  run: SimulationRun,
  columns: number,
  paint: (text: string, ink: Ink) => string,
): string {
  return bucketsOf(run.steps, columns)
    .map((bucket) => {
      const share = bucket.filter((step) => isMissed(run, step)).length / bucket.length;
      if (share === 0) return paint("·", "limit");
      return paint(share > 0.5 ? "█" : "▄", "mark");
    })
    .join("");
}

/** The highest value beside the first line, the lowest beside the last. */
function framed(lines: readonly string[], top: string, bottom: string): readonly string[] {
  return lines.map((line, index) => {
    const label = index === 0 ? top : index === lines.length - 1 ? bottom : "";
    return `${label.padStart(gutter - 2)} ┤${line}`.trimEnd();
  });
}

function timeAxis(spanMs: number, columns: number): string {
  let line = " ".repeat(gutter);
  for (const atMs of timeTicks(spanMs, Math.floor(columns / 10))) {
    const column = gutter + Math.round((atMs / Math.max(1, spanMs)) * (columns - 1));
    const label = formatSpan(atMs);
    if (column + label.length > gutter + columns || column < line.length) continue;
    line = line.padEnd(column) + label;
  }
  return line;
}
