import { formatFloat, quoteGo } from "#base";
import { formatHistogram, isValidLabelName, type Labels, setLabel } from "#series";
import type { AggregationPlan } from "../plan/plan.ts";
import { evaluationFailed } from "../query-error.ts";
import { absent, type Column, histogram } from "./column.ts";
import { Grouping } from "./grouping.ts";
import type { Scope, Sink } from "./scope.ts";

/** `count_values("label", …)`: for each value how many series of the group have it. */
export async function streamCountValues(
  plan: AggregationPlan,
  scope: Scope,
  sink: Sink,
): Promise<void> {
  const label = labelOf(plan);
  const columns = await scope.collect(plan.expr);
  const groups = groupsOf(columns, plan, label);
  for (let step = 0; step < scope.grid.count; step++) {
    for (const [column, group] of groups) {
      if (column.kinds[step] !== absent) group.note(column, step);
    }
  }
  for (const column of columns) scope.columns.give(column);
  for (const group of new Set(groups.values())) group.give(scope, sink);
}

function labelOf(plan: AggregationPlan): string {
  const label = plan.param?.kind === "string" ? plan.param.value : "";
  if (isValidLabelName(label, "utf8")) return label;
  throw evaluationFailed(`invalid label name ${quoteGo(label)}`);
}

function groupsOf(
  columns: readonly Column[],
  plan: AggregationPlan,
  label: string,
): ReadonlyMap<Column, ValueGroup> {
  const grouping = new Grouping(plan.grouping, plan.isWithout);
  // The value takes the place of a label of that name, unless that is what is left out.
  const shownLabel = plan.isWithout && plan.grouping.includes(label) ? undefined : label;
  const byKey = new Map<string, ValueGroup>();
  const groups = new Map<Column, ValueGroup>();
  for (const column of columns) {
    const labels = setLabel(column.labels, label, "");
    const key = grouping.keyOf(labels);
    const group = byKey.get(key) ?? new ValueGroup(grouping.labelsOf(labels), shownLabel);
    byKey.set(key, group);
    groups.set(column, group);
  }
  return groups;
}

/** How many series had a value, at the steps at which any had it. */
interface Counted {
  readonly text: string;
  readonly steps: number[];
  readonly counts: number[];
}

/**
 * The values of one group. There may be another one at each step, so what is kept of each grows with
 * the steps that have it, not with all steps.
 */
class ValueGroup {
  readonly #labels: Labels;
  readonly #label: string | undefined;
  readonly #byNumber = new Map<number, Counted>();
  readonly #byText = new Map<string, Counted>();

  constructor(labels: Labels, label: string | undefined) {
    this.#labels = labels;
    this.#label = label;
  }

  /** Notes what a series has at a step; steps come in order. */
  note(column: Column, step: number): void {
    const counted = this.#countedOf(column, step);
    const last = counted.steps.length - 1;
    if (counted.steps[last] === step) counted.counts[last] = (counted.counts[last] ?? 0) + 1;
    else {
      counted.steps.push(step);
      counted.counts.push(1);
    }
  }

  give(scope: Scope, sink: Sink): void {
    for (const counted of [...this.#byNumber.values(), ...this.#byText.values()]) {
      const label = this.#label;
      const labels =
        label === undefined ? this.#labels : setLabel(this.#labels, label, counted.text);
      const column = scope.columns.take(labels);
      for (const [index, step] of counted.steps.entries()) {
        column.setFloat(step, counted.counts[index] ?? 0);
      }
      sink(column);
    }
  }

  #countedOf(column: Column, step: number): Counted {
    if (this.#label === undefined) return madeIn(this.#byText, "", () => "");
    const value = column.kinds[step] === histogram ? column.histograms?.[step] : undefined;
    if (value !== undefined) {
      const text = formatHistogram(value);
      return madeIn(this.#byText, text, () => text);
    }
    const number = column.values[step] ?? 0;
    // Maps take both zeros for one, but they are shown apart.
    if (Object.is(number, -0)) return madeIn(this.#byText, "-0", () => "-0");
    return madeIn(this.#byNumber, number, () => formatFloat(number, "f"));
  }
}

function madeIn<Key>(counts: Map<Key, Counted>, key: Key, textOf: () => string): Counted {
  const known = counts.get(key);
  if (known !== undefined) return known;
  const made: Counted = { text: textOf(), steps: [], counts: [] };
  counts.set(key, made);
  return made;
}
