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

/** How many series had a value, at the last of the steps at which any had it and at those before. */
interface Counted {
  readonly value: number | string;
  step: number;
  count: number;
  /** Most values are seen at one step alone, and have no list. */
  before: { readonly step: number; readonly count: number }[] | undefined;
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
    if (counted.step !== step) {
      counted.before ??= [];
      counted.before.push({ step: counted.step, count: counted.count });
      counted.step = step;
      counted.count = 0;
    }
    counted.count++;
  }

  give(scope: Scope, sink: Sink): void {
    for (const counted of this.#byNumber.values()) this.#giveValue(counted, scope, sink);
    for (const counted of this.#byText.values()) this.#giveValue(counted, scope, sink);
  }

  #giveValue({ value, step, count, before }: Counted, scope: Scope, sink: Sink): void {
    const text = typeof value === "number" ? formatFloat(value, "f") : value;
    const label = this.#label;
    const labels = label === undefined ? this.#labels : setLabel(this.#labels, label, text);
    const column = scope.columns.take(labels);
    column.setFloat(step, count);
    if (before !== undefined) for (const each of before) column.setFloat(each.step, each.count);
    sink(column);
  }

  #countedOf(column: Column, step: number): Counted {
    if (this.#label === undefined) return madeIn(this.#byText, "", step);
    const value = column.kinds[step] === histogram ? column.histograms?.[step] : undefined;
    if (value !== undefined) {
      return madeIn(this.#byText, formatHistogram(value), step);
    }
    const number = column.values[step] ?? 0;
    // Maps take both zeros for one, but they are shown apart.
    if (Object.is(number, -0)) return madeIn(this.#byText, "-0", step);
    return madeIn(this.#byNumber, number, step);
  }
}

function madeIn<Key extends number | string>(
  counts: Map<Key, Counted>,
  value: Key,
  step: number,
): Counted {
  const known = counts.get(value);
  if (known !== undefined) return known;
  const made: Counted = { value, step, count: 0, before: undefined };
  counts.set(value, made);
  return made;
}
