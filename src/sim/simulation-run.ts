/** What a simulation tells: what was at each step, every change of size, and the sums of both. */

export interface SimulationRun {
  readonly name: string;
  readonly spanMs: number;
  /** Time from one step to the next. */
  readonly stepMs: number;
  /** Above this utilization, the objective is missed. */
  readonly sloUtilization: number;
  readonly steps: readonly SimulationStep[];
  readonly scalings: readonly Scaling[];
  /** Whether nodes come and go. */
  readonly nodes: "fixed" | "grouped";
  readonly nodeScalings: readonly NodeScaling[];
}

export interface SimulationStep {
  /** From the start of the load. */
  readonly atMs: number;
  /** Requests a second; 0 where load is told as processor time. */
  readonly requests: number;
  /** Processor time that the load needs, in thousandths of a core. */
  readonly demandMillis: number;
  /** The size that the workload was given. */
  readonly desired: number;
  /** Pods that serve. */
  readonly ready: number;
  /** Nodes that there are, those that start or go included. */
  readonly nodes: number;
  /** Pods without a node. */
  readonly unplaced: number;
  /** What the load needs, as a share of what the pods that serve can do; infinite when none serves. */
  readonly utilization: number;
}

export interface Scaling {
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
  /** How it was worked out, a line for each metric and each rule that changed the number. */
  readonly arithmetic: readonly string[];
}

export interface NodeScaling {
  readonly atMs: number;
  readonly group: string;
  readonly from: number;
  readonly to: number;
  readonly outcome: string;
  /** In a sentence. */
  readonly reason: string;
}

export interface SimulationSummary {
  readonly replicasMax: number;
  readonly replicasMean: number;
  readonly podHours: number;
  readonly utilizationMean: number;
  /** Time in which pods could not do what was asked, to the objective. */
  readonly missedMinutes: number;
  readonly unplacedMinutes: number;
  /** Undefined where nodes do not come and go. */
  readonly nodesMax: number | undefined;
  readonly nodeHours: number | undefined;
  readonly scalingCount: number;
  /** Changes of direction within ten minutes. */
  readonly flapCount: number;
}

/** Whoever turns back within this time could have stayed. */
const flapMs = 600_000;
const msPerMinute = 60_000;
const msPerHour = 3_600_000;

export function isMissed({ sloUtilization }: SimulationRun, step: SimulationStep): boolean {
  return step.utilization > sloUtilization;
}

export function summaryOf(run: SimulationRun): SimulationSummary {
  const { steps, scalings, stepMs } = run;
  const total = (of: (step: SimulationStep) => number) =>
    steps.reduce((sum, step) => sum + of(step), 0);
  const mean = (of: (step: SimulationStep) => number) => total(of) / Math.max(1, steps.length);
  const isGrouped = run.nodes === "grouped";
  const minutesOf = (holds: (step: SimulationStep) => boolean) =>
    (steps.filter(holds).length * stepMs) / msPerMinute;
  return {
    replicasMax: steps.reduce((most, { desired }) => Math.max(most, desired), 0),
    replicasMean: mean(({ desired }) => desired),
    podHours: (total(({ desired }) => desired) * stepMs) / msPerHour,
    // Without a pod nothing is used; the objective tells of what that costs.
    utilizationMean: mean(({ utilization }) => (Number.isFinite(utilization) ? utilization : 0)),
    missedMinutes: minutesOf((step) => isMissed(run, step)),
    unplacedMinutes: minutesOf(({ unplaced }) => unplaced > 0),
    nodesMax: isGrouped ? steps.reduce((most, { nodes }) => Math.max(most, nodes), 0) : undefined,
    nodeHours: isGrouped ? (total(({ nodes }) => nodes) * stepMs) / msPerHour : undefined,
    scalingCount: scalings.length,
    flapCount: scalings.filter((scaling, index) => turnsBack(scaling, scalings[index - 1])).length,
  };
}

function turnsBack(scaling: Scaling, before: Scaling | undefined): boolean {
  if (before === undefined || scaling.atMs - before.atMs > flapMs) return false;
  return Math.sign(scaling.to - scaling.from) !== Math.sign(before.to - before.from);
}
