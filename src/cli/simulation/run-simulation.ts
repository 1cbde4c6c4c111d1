/** `wherry simulate hpa`: runs what was gathered, and shows it. */

import {
  chartScaleOf,
  type ChartStyle,
  drawRun,
  formatPage,
  formatSpan,
  isMissed,
  simulate,
  type SimulationRun,
  summaryOf,
  summaryRows,
} from "#sim";
import { absolute } from "../cluster.ts";
import { formatTable } from "../table.ts";
import type { CommandContext } from "../command.ts";
import { gatherInputs, type SimulationLine } from "./gather.ts";

const columnsDefault = 100;

export async function runSimulation(line: SimulationLine): Promise<void> {
  const { context, flags } = line;
  const inputs = await gatherInputs(line);
  const startMs = context.clock.elapsedMs();
  const runs: SimulationRun[] = [];
  for (const input of inputs) runs.push(await simulate(context.settled, input, context.signal));
  const tookMs = context.clock.elapsedMs() - startMs;
  if (flags.html !== undefined) {
    const title = `What if: ${runs.map(({ name }) => name).join(" and ")}`;
    await context.disk.replaceFile(absolute(context, flags.html), formatPage(title, runs));
  }
  if (flags.output === "json") {
    context.terminal.print(JSON.stringify({ runs: runs.map(runObject) }));
    return;
  }
  for (const text of describeRuns(runs, chartStyleOf(context))) context.terminal.print(text);
  context.terminal.note(`simulated ${describeSpan(runs)} in ${(tookMs / 1000).toFixed(2)} s`);
}

function runObject(run: SimulationRun) {
  const steps = run.steps.map((step) => ({
    ...step,
    // JSON has no infinity: nobody serves.
    utilization: Number.isFinite(step.utilization) ? step.utilization : null,
    missed: isMissed(run, step),
  }));
  return { ...run, summary: summaryOf(run), steps };
}

/** Colours are for people: not where output goes to a file, and not where `NO_COLOR` asks for none. */
function chartStyleOf({ terminal, surroundings }: CommandContext): ChartStyle {
  const columns = terminal.columns();
  const isPlain = columns === undefined || (surroundings.env["NO_COLOR"] ?? "") !== "";
  return { columns: columns ?? columnsDefault, colors: isPlain ? "none" : "ansi" };
}

function describeRuns(runs: readonly SimulationRun[], style: ChartStyle): readonly string[] {
  const scale = chartScaleOf(runs);
  const charts = runs.flatMap((run) => [run.name, ...drawRun(run, scale, style), ""]);
  const names = runs.map(({ name }) => name.toUpperCase());
  return [...charts, ...formatTable(["", ...names], summaryRows(runs.map(summaryOf)))];
}

function describeSpan(runs: readonly SimulationRun[]): string {
  const each = runs.length === 1 ? "" : `${runs.length} times `;
  return `${each}${formatSpan(runs[0]?.spanMs ?? 0)}`;
}
