/**
 * Runs as one page without anything beside it: plots as SVG, in the colours of day and night. A change of size
 * tells its arithmetic where the pointer rests on it.
 */

import {
  isMissed,
  type Scaling,
  type SimulationRun,
  type SimulationStep,
  summaryOf,
} from "../simulation-run.ts";
import { bucketsOf, formatSpan, timeTicks } from "./scale.ts";
import { summaryRows } from "./summary-rows.ts";
import { type ChartScale, chartScaleOf } from "./terminal-chart.ts";

const width = 960;
const plotHeight = 180;
const left = 48;
const right = 12;
const top = 12;
const bottom = 22;
const bucketsMax = 900;

/** The whole page, in UTF-8. */
export function formatPage(title: string, runs: readonly SimulationRun[]): string {
  const scale = chartScaleOf(runs);
  const sections = runs.map((run) => sectionOf(run, scale)).join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeText(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeText(title)}</h1>
${summaryTable(runs)}
${sections}
</main>
</body>
</html>
`;
}

const style = `
:root { --ground: #fbfbf9; --text: #1d2328; --faint: #69737c; --rule: #dfe3e6; --area: #8fc3d9;
  --line: #17607d; --limit: #8a5a00; --miss: #c8372d; }
@media (prefers-color-scheme: dark) { :root { --ground: #14181b; --text: #e4e8ea; --faint: #93a0a9;
  --rule: #2c343a; --area: #23566b; --line: #7cc7e4; --limit: #e0a63e; --miss: #ff7a6e; } }
body { margin: 0; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1000px; margin: 0 auto; padding: 24px 20px 48px; }
h1 { font-size: 22px; } h2 { font-size: 17px; margin: 32px 0 4px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 18px 4px 0; text-align: right; border-bottom: 1px solid var(--rule); }
th:first-child, td:first-child { text-align: left; font-weight: 500; }
figure { margin: 12px 0; } figcaption { color: var(--faint); font-size: 13px; }
svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--faint); font: 11px system-ui, sans-serif; }
.grid { stroke: var(--rule); } .area { fill: var(--area); }
.line { fill: none; stroke: var(--line); stroke-width: 1.6; stroke-linejoin: round; }
.limit { stroke: var(--limit); stroke-dasharray: 5 4; } .miss { fill: var(--miss); }
.change { fill: var(--line); stroke: var(--ground); } .change:hover { fill: var(--limit); }
details { color: var(--faint); } details pre { white-space: pre-wrap; font-size: 12px; }
`;

function summaryTable(runs: readonly SimulationRun[]): string {
  const rows = summaryRows(runs.map(summaryOf))
    .map(([name, ...values]) => {
      const cells = values.map((value) => `<td>${escapeText(value)}</td>`).join("");
      return `<tr><td>${escapeText(name ?? "")}</td>${cells}</tr>`;
    })
    .join("\n");
  const names = runs.map(({ name }) => `<th scope="col">${escapeText(name)}</th>`).join("");
  return `<table>\n<thead><tr><th></th>${names}</tr></thead>\n<tbody>\n${rows}\n</tbody>\n</table>`;
}

function sectionOf(run: SimulationRun, scale: ChartScale): string {
  return `<section>
<h2>${escapeText(run.name)}</h2>
<figure>${sizePlot(run, scale)}
<figcaption>Replicas: those that serve as an area, the wanted size as a line; each point is a decision.</figcaption>
</figure>
<figure>${usePlot(run, scale)}
<figcaption>Utilization of the pods that serve; the objective is ${percentText(run.sloUtilization)}, and where it is missed the ground is marked.</figcaption>
</figure>
${nodeFigure(run, scale)}
${decisionList(run.scalings)}
</section>`;
}

/** Only where nodes come and go. */
function nodeFigure(run: SimulationRun, { nodesMax }: ChartScale): string {
  if (run.nodes === "fixed") return "";
  const frame = frameOf(run, nodesMax);
  const buckets = bucketsOf(run.steps, Math.min(bucketsMax, run.steps.length));
  const ground = at(frame.y(0));
  const area = stairs(frame, buckets, ({ nodes }) => nodes);
  const changes = run.nodeScalings.map(({ atMs, group, from, to, reason }) => {
    const told = `${formatMoment(atMs)}\n${group} ${from} → ${to}: ${reason}`;
    const place = `cx="${at(frame.x(atMs))}" cy="${at(frame.y(to))}"`;
    return `<circle class="change" ${place} r="3"><title>${escapeText(told)}</title></circle>`;
  });
  const plot = svgOf([
    ...grid(run, frame, { max: nodesMax, format: formatCount }),
    `<path class="area" d="M${at(left)} ${ground} L${area.slice(1)} V${ground} H${at(left)} Z"/>`,
    ...changes,
  ]);
  return `<figure>${plot}
<figcaption>Nodes that there are; each point is a decision about a group.</figcaption>
</figure>`;
}

interface Frame {
  readonly x: (atMs: number) => number;
  readonly y: (value: number) => number;
}

function frameOf(run: SimulationRun, max: number): Frame {
  const innerWidth = width - left - right;
  const innerHeight = plotHeight - top - bottom;
  return {
    x: (atMs) => left + (atMs / Math.max(1, run.spanMs)) * innerWidth,
    y: (value) => top + (1 - Math.min(value, max) / max) * innerHeight,
  };
}

function sizePlot(run: SimulationRun, { replicasMax }: ChartScale): string {
  const frame = frameOf(run, replicasMax);
  const buckets = bucketsOf(run.steps, Math.min(bucketsMax, run.steps.length));
  const ready = stairs(frame, buckets, ({ ready: count }) => count);
  const desired = stairs(frame, buckets, ({ desired: count }) => count);
  const ground = at(frame.y(0));
  const changes = run.scalings.map((scaling) => {
    const place = `cx="${at(frame.x(scaling.atMs))}" cy="${at(frame.y(scaling.to))}"`;
    const told = [formatMoment(scaling.atMs), ...scaling.arithmetic].join("\n");
    return `<circle class="change" ${place} r="3"><title>${escapeText(told)}</title></circle>`;
  });
  const base = `V${ground} H${at(left)} Z`;
  return svgOf([
    ...grid(run, frame, { max: replicasMax, format: formatCount }),
    `<path class="area" d="M${at(left)} ${ground} L${ready.slice(1)} ${base}"/>`,
    `<path class="line" d="${desired}"/>`,
    ...changes,
  ]);
}

function usePlot(run: SimulationRun, { utilizationMax }: ChartScale): string {
  const frame = frameOf(run, utilizationMax);
  const buckets = bucketsOf(run.steps, Math.min(bucketsMax, run.steps.length));
  const line = stairs(frame, buckets, ({ utilization }) => utilization);
  const limit = at(frame.y(run.sloUtilization));
  const end = at(width - right);
  return svgOf([
    ...grid(run, frame, { max: utilizationMax, format: percentText }),
    ...missedSpans(run).map(({ fromMs, toMs }) => {
      const x = frame.x(fromMs);
      const span = Math.max(1, frame.x(toMs) - x);
      return `<rect class="miss" x="${at(x)}" y="${at(frame.y(0) - 6)}" width="${at(span)}" height="6"/>`;
    }),
    `<path class="line" d="${line}"/>`,
    `<line class="limit" x1="${at(left)}" x2="${end}" y1="${limit}" y2="${limit}"/>`,
  ]);
}

function svgOf(parts: readonly string[]): string {
  return `<svg viewBox="0 0 ${width} ${plotHeight}" role="img">\n${parts.join("\n")}\n</svg>`;
}

/** Each bucket's highest value, from its beginning to the next. */
function stairs(
  { x, y }: Frame,
  buckets: readonly (readonly SimulationStep[])[],
  of: (step: SimulationStep) => number,
): string {
  const points = buckets.map((bucket, index) => {
    const most = bucket.reduce((highest, step) => Math.max(highest, of(step)), 0);
    const across = at(x(bucket[0]?.atMs ?? 0));
    return index === 0 ? `M${across} ${at(y(most))}` : `H${across} V${at(y(most))}`;
  });
  return `${points.join(" ")} H${at(width - right)}`;
}

function grid(
  run: SimulationRun,
  { x, y }: Frame,
  { max, format }: { readonly max: number; readonly format: (value: number) => string },
): readonly string[] {
  const values = [0, 0.25, 0.5, 0.75, 1].map((share) => share * max);
  const across = values.map(
    (value) =>
      `<line class="grid" x1="${left}" x2="${width - right}" y1="${at(y(value))}" y2="${at(y(value))}"/>` +
      `<text x="${left - 6}" y="${at(y(value) + 4)}" text-anchor="end">${format(value)}</text>`,
  );
  const below = timeTicks(run.spanMs, 13).map(
    (atMs) =>
      `<text x="${at(x(atMs))}" y="${plotHeight - 6}" text-anchor="middle">${formatSpan(atMs)}</text>`,
  );
  return [...across, ...below];
}

function missedSpans(run: SimulationRun) {
  const spans: { fromMs: number; toMs: number }[] = [];
  for (const step of run.steps) {
    if (!isMissed(run, step)) continue;
    const last = spans.at(-1);
    if (last?.toMs === step.atMs) last.toMs = step.atMs + run.stepMs;
    else spans.push({ fromMs: step.atMs, toMs: step.atMs + run.stepMs });
  }
  return spans;
}

function decisionList(scalings: readonly Scaling[]): string {
  const lines = scalings.map(({ atMs, arithmetic }) =>
    escapeText(`${formatMoment(atMs)}  ${arithmetic.slice(0, 2).join("; ")}`),
  );
  return `<details><summary>${scalings.length} changes of size</summary>\n<pre>${lines.join("\n")}</pre></details>`;
}

/** `07:15:00` from the start. */
function formatMoment(atMs: number): string {
  const seconds = Math.floor(atMs / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

function percentText(share: number): string {
  return `${Math.round(share * 100)}%`;
}

function formatCount(count: number): string {
  return Number.isInteger(count) ? String(count) : count.toFixed(1);
}

function at(position: number): string {
  return position.toFixed(1);
}

function escapeText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
