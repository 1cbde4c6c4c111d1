import { createMatcher, type LabelMatcher, labelValue, metricNameLabel } from "#series";
import type { Column } from "../evaluation/column.ts";
import type { Plan } from "../plan/plan.ts";

/** The labels by which a series finds its info series. */
export const identifyingLabels = ["instance", "job"] as const;

/** Which info series are wanted, and which of their labels. */
export interface InfoSelection {
  readonly nameMatchers: readonly LabelMatcher[];
  /** On the labels to be copied; without any, all labels are. */
  readonly dataMatchers: readonly LabelMatcher[];
}

/** Reads the second argument of `info`, which is written as a selector but selects labels. */
export function readSelection(selector: Plan | undefined): InfoSelection {
  const inner = selector?.kind === "invariant" ? selector.expr : selector;
  const matchers = inner?.kind === "selector" ? inner.matchers : [];
  return {
    nameMatchers: effectiveNameMatchers(
      matchers.filter((matcher) => matcher.name === metricNameLabel),
    ),
    dataMatchers: matchers.filter((matcher) => matcher.name !== metricNameLabel),
  };
}

/** `target_info` unless other names are asked for; exclusions alone are from all that end in `_info`. */
function effectiveNameMatchers(matchers: readonly LabelMatcher[]): readonly LabelMatcher[] {
  if (matchers.length === 0) return [createMatcher("=", metricNameLabel, "target_info")];
  const asksForSome = matchers.some(({ operator }) => operator === "=" || operator === "=~");
  if (asksForSome) return matchers;
  return [createMatcher("=~", metricNameLabel, ".+_info"), ...matchers];
}

/** Info series themselves are not completed with info. */
export function isInfoSeries(column: Column, selection: InfoSelection): boolean {
  const name = labelValue(column.labels, metricNameLabel);
  return selection.nameMatchers.every((matcher) => matcher.matches(name));
}

/** What to select to find the info series of `columns`; undefined when they identify nothing. */
export function planInfoMatchers(
  columns: readonly Column[],
  selection: InfoSelection,
): readonly LabelMatcher[] | undefined {
  const identifying = identifyingLabels.flatMap((name) => {
    const values = new Set(columns.map((column) => labelValue(column.labels, name)));
    values.delete("");
    if (values.size === 0) return [];
    return [createMatcher("=~", name, [...values].map(escapeRegex).join("|"))];
  });
  if (identifying.length === 0) return undefined;
  return [...identifying, ...selection.dataMatchers, ...selection.nameMatchers];
}

function escapeRegex(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}
