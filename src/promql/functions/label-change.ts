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
import { defineVectorFunction } from "../function-definition.ts";
import type { CallPlan } from "../plan/plan.ts";
import { evaluationFailed } from "../query-error.ts";

/** `label_replace(v, dst, replacement, src, regex)`: sets a label where another one matches. */
export const labelReplace = defineVectorFunction({
  name: "label_replace",
  vectorIndex: 0,
  check(plan) {
    compile(textAt(plan, 4));
    refuseName(textAt(plan, 1), "destination", "label_replace");
  },
  evaluate(columns, { plan }) {
    const [target, replacement, source] = [textAt(plan, 1), textAt(plan, 2), textAt(plan, 3)];
    const regex = compile(textAt(plan, 4));
    for (const column of columns) {
      const value = regex.expand(labelValue(column.labels, source), replacement);
      if (value !== undefined) changeLabel(column, target, value);
    }
    return columns;
  },
});

/** `label_join(v, dst, separator, src, …)`: sets a label to the values of others. */
export const labelJoin = defineVectorFunction({
  name: "label_join",
  vectorIndex: 0,
  check(plan) {
    for (const name of sourcesOf(plan)) refuseName(name, "source", "label_join");
    refuseName(textAt(plan, 1), "destination", "label_join");
  },
  evaluate(columns, { plan }) {
    const [target, separator] = [textAt(plan, 1), textAt(plan, 2)];
    const sources = sourcesOf(plan);
    for (const column of columns) {
      const values = sources.map((name) => labelValue(column.labels, name));
      changeLabel(column, target, values.join(separator));
    }
    return columns;
  },
});

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
