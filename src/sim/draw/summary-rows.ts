import type { SimulationSummary } from "../simulation-run.ts";

/** A row for each figure: its name, and its value in each run. */
export function summaryRows(
  summaries: readonly SimulationSummary[],
): readonly (readonly string[])[] {
  const row = (name: string, of: (summary: SimulationSummary) => string) => [
    name,
    ...summaries.map(of),
  ];
  return [
    row("most replicas", ({ replicasMax }) => String(replicasMax)),
    row("mean replicas", ({ replicasMean }) => replicasMean.toFixed(1)),
    row("pod hours", ({ podHours }) => podHours.toFixed(1)),
    row("mean utilization", (one) => `${(one.utilizationMean * 100).toFixed(0)}%`),
    row("minutes over the objective", ({ missedMinutes }) => missedMinutes.toFixed(1)),
    row("minutes with pods without a node", (one) => one.unplacedMinutes.toFixed(1)),
    ...nodeRows(summaries),
    row("changes of size", ({ scalingCount }) => String(scalingCount)),
    row("turned back within 10 minutes", ({ flapCount }) => String(flapCount)),
  ];
}

/** Only where nodes come and go. */
function nodeRows(summaries: readonly SimulationSummary[]): readonly (readonly string[])[] {
  if (summaries.every(({ nodesMax }) => nodesMax === undefined)) return [];
  return [
    ["most nodes", ...summaries.map(({ nodesMax }) => String(nodesMax ?? ""))],
    ["node hours", ...summaries.map(({ nodeHours }) => nodeHours?.toFixed(1) ?? "")],
  ];
}
