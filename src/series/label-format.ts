import { quoteGo } from "#base";
import { dropLabels, labelPairs, type Labels, labelValue, metricNameLabel } from "./labels.ts";
import type { LabelMatcher } from "./matcher.ts";
import { isValidLabelName, isValidMetricName } from "./names.ts";

/** `{__name__="up", job="node", "label.x"="v"}`: how upstream prints a label set. */
export function formatLabels(labels: Labels): string {
  const pairs = [...labelPairs(labels)].map(([name, value]) => formatPair(name, "=", value));
  return `{${pairs.join(", ")}}`;
}

/** `up{job="node"}`, `{"http.requests", job="node"}`, `{}`: a series as one would write it in a query. */
export function formatSeries(labels: Labels): string {
  const name = labelValue(labels, metricNameLabel);
  const rest = formatLabels(dropLabels(labels, metricNames)).slice(1, -1);
  if (name === "") return `{${rest}}`;
  if (isValidMetricName(name, "legacy")) return rest === "" ? name : `${name}{${rest}}`;
  return `{${quoteGo(name)}${rest === "" ? "" : `, ${rest}`}}`;
}

/** `job=~"api-.*"`. */
export function formatMatcher(matcher: LabelMatcher): string {
  return formatPair(matcher.name, matcher.operator, matcher.value);
}

const metricNames: ReadonlySet<string> = new Set([metricNameLabel]);

function formatPair(name: string, operator: string, value: string): string {
  const shown = isValidLabelName(name, "legacy") ? name : quoteGo(name);
  return shown + operator + quoteGo(value);
}
