import { unreachable } from "#base";
import { type Grid, gridOf, instantGrid, lastMs } from "../evaluation/grid.ts";
import type { Plan, SelectorPlan, SubqueryPlan, TimeReference } from "./plan.ts";

/** A selector of a plan and the samples that its evaluation needs, both ends included. */
export interface PlannedSelection {
  readonly selector: SelectorPlan;
  readonly minMs: number;
  readonly maxMs: number;
}

/** The engine's settings that decide how far a selector looks. */
export interface SelectionSettings {
  readonly lookbackMs: number;
  readonly defaultSubqueryStepMs: (rangeMs: number) => number;
}

/** Lists every selector of a plan that is evaluated on `grid`, in the order of the text. */
export function planSelections(
  plan: Plan,
  grid: Grid,
  settings: SelectionSettings,
): readonly PlannedSelection[] {
  if (grid.count === 0) return [];
  switch (plan.kind) {
    case "number":
    case "string":
      return [];
    case "selector":
      return [selectionOf(plan, 0, grid, settings)];
    case "matrix":
      return [selectionOf(plan.selector, plan.rangeMs, grid, settings)];
    case "subquery":
      return planSelections(plan.expr, subqueryGrid(plan, grid, settings), settings);
    case "call":
      return plan.args.flatMap((arg) => planSelections(arg, grid, settings));
    case "aggregation": {
      const ofParam = plan.param === undefined ? [] : planSelections(plan.param, grid, settings);
      return [...ofParam, ...planSelections(plan.expr, grid, settings)];
    }
    case "binary":
      return [plan.left, plan.right].flatMap((side) => planSelections(side, grid, settings));
    case "unary":
      return planSelections(plan.expr, grid, settings);
    case "invariant":
      return planSelections(plan.expr, instantGrid(grid.startMs), settings);
    default:
      return unreachable(plan);
  }
}

/** The time that `time` looks at when the step is at `stepMs`. */
export function referenceMs(time: TimeReference, stepMs: number): number {
  return (time.atMs ?? stepMs) - time.offsetMs;
}

/** The steps of a subquery: multiples of its step in absolute time that some window can hold. */
export function subqueryGrid(plan: SubqueryPlan, grid: Grid, settings: SelectionSettings): Grid {
  const stepMs = plan.stepMs ?? settings.defaultSubqueryStepMs(plan.rangeMs);
  const borderMs = referenceMs(plan, grid.startMs) - plan.rangeMs;
  let startMs = stepMs * Math.trunc(borderMs / stepMs);
  if (startMs <= borderMs) startMs += stepMs;
  return gridOf(startMs, referenceMs(plan, lastMs(grid)), stepMs);
}

/** The samples that windows of `rangeMs` need; 0 is the newest sample within the lookback. */
export function selectionOf(
  selector: SelectorPlan,
  rangeMs: number,
  grid: Grid,
  settings: SelectionSettings,
): PlannedSelection {
  const isExtended = selector.extension !== "none";
  const lookbackMs = rangeMs === 0 || isExtended ? settings.lookbackMs : 0;
  const aheadMs = selector.extension === "smoothed" ? settings.lookbackMs : 0;
  return {
    selector,
    // Windows are open on the left.
    minMs: referenceMs(selector, grid.startMs) - rangeMs - lookbackMs + 1,
    maxMs: referenceMs(selector, lastMs(grid)) + aheadMs,
  };
}
