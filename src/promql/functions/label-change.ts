import {
  compileRegex,
  isValidLabelName,
  labelValue,
  metricNameLabel,
  type Regex,
  RegexError,
  setLabel,
} from "#series";
import type { Column } from "../evaluation/column.ts";
import type { Scope, Sink } from "../evaluation/scope.ts";
import { SeriesMerge } from "../evaluation/series-merge.ts";
import { defineStreamFunction } from "../function-definition.ts";
import type { CallPlan } from "../plan/plan.ts";
import { evaluationFailed } from "../query-error.ts";

/** `label_replace(v, dst, replacement, src, regex)`: sets a label where another one matches. */
export const labelReplace = defineStreamFunction({
  name: "label_replace",
  async stream(plan, scope, sink) {
    const regex = compile(textAt(plan, 4));
    const [target, replacement, source] = [textAt(plan, 1), textAt(plan, 2), textAt(plan, 3)];
    refuseName(target, "destination", "label_replace");
    await streamRelabelled(plan, scope, sink, (column) => {
      const value = regex.expand(labelValue(column.labels, source), replacement);
      if (value === undefined) return;
      scope.query.budget.keepText(value);
      changeLabel(column, target, value);
    });
  },
});

/** `label_join(v, dst, separator, src, …)`: sets a label to the values of others. */
export const labelJoin = defineStreamFunction({
  name: "label_join",
  async stream(plan, scope, sink) {
    const [target, separator] = [textAt(plan, 1), textAt(plan, 2)];
    const sources = sourcesOf(plan);
    for (const name of sources) refuseName(name, "source", "label_join");
    refuseName(target, "destination", "label_join");
    await streamRelabelled(plan, scope, sink, (column) => {
      const value = sources.map((name) => labelValue(column.labels, name)).join(separator);
      scope.query.budget.keepText(value);
      changeLabel(column, target, value);
    });
  },
});

/** Changes the labels of each series; those that become equal must not overlap in time. */
async function streamRelabelled(
  plan: CallPlan,
  scope: Scope,
  sink: Sink,
  change: (column: Column) => void,
): Promise<void> {
  const [vector] = plan.args;
  if (vector === undefined) throw new TypeError(`${plan.functionName} needs an argument`);
  const merge = new SeriesMerge(scope.columns);
  await scope.stream(vector, (column) => {
    change(column);
    merge.add(column);
  });
  merge.finish(sink);
}

function changeLabel(column: Column, name: string, value: string): void {
  column.labels = setLabel(column.labels, name, value);
  // A metric name that was given on purpose stays.
  if (name === metricNameLabel) column.dropsName = false;
}

function sourcesOf(plan: CallPlan): readonly string[] {
  return plan.args.slice(3).map((_, index) => textAt(plan, index + 3));
}

function textAt(plan: CallPlan, index: number): string {
  const arg = plan.args[index];
  if (arg?.kind !== "string") throw new TypeError(`argument ${index} is no string`);
  return arg.value;
}

function compile(source: string): Regex {
  try {
    return compileRegex(source, "anchored");
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw evaluationFailed(`invalid regular expression in label_replace(): ${source}`);
  }
}

function refuseName(name: string, what: string, functionName: string): void {
  if (isValidLabelName(name, "utf8")) return;
  throw evaluationFailed(`invalid ${what} label name in ${functionName}(): ${name}`);
}
