import { type Labels, metricNameLabel } from "#series";
import type { Plan } from "../plan/plan.ts";

/** The labels that say what a metric is: its name, and with it its type and unit. */
function isMetadataLabel(name: string): boolean {
  return name === metricNameLabel || name === "__type__" || name === "__unit__";
}

/** The labels of a value that is no longer the metric: without its name, type and unit. */
export function dropMetricName(labels: Labels): Labels {
  for (let index = 0; index < labels.length; index += 2) {
    if (isMetadataLabel(labels[index] ?? "")) return withoutMetadata(labels);
  }
  return labels;
}

function withoutMetadata(labels: Labels): Labels {
  const kept: string[] = [];
  for (let index = 0; index < labels.length; index += 2) {
    const name = labels[index] ?? "";
    if (!isMetadataLabel(name)) kept.push(name, labels[index + 1] ?? "");
  }
  return kept;
}

/**
 * Whether the series of a value differ in more than their metric name, so that dropping it cannot
 * make two of them equal. `false` may also mean that it is not known.
 */
export function hasOneName(plan: Plan): boolean {
  switch (plan.kind) {
    case "selector":
      return plan.matchers.some(
        (matcher) =>
          matcher.name === metricNameLabel && matcher.operator === "=" && matcher.value !== "",
      );
    case "matrix":
      return hasOneName(plan.selector);
    case "subquery":
    case "invariant":
    case "unary":
      return hasOneName(plan.expr);
    case "aggregation":
      return plan.isWithout || !plan.grouping.some(isMetadataLabel);
    default:
      return false;
  }
}
