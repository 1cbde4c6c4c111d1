/** The series in which alerts leave their state behind: `ALERTS` and `ALERTS_FOR_STATE`. */
import { labelPairs, type Labels, labelsOf, metricNameLabel } from "#series";
import type { AlertingSpec } from "../file/rule-spec.ts";
import type { Alert } from "./alert-state.ts";

export const alertNameLabel = "alertname";
export const alertSeriesName = "ALERTS";
/** Its value is when the alert became active, in seconds. */
export const forStateSeriesName = "ALERTS_FOR_STATE";

/** Says that the alert exists, and in which state. */
export function alertSeriesLabels(spec: AlertingSpec, alert: Alert): Labels {
  return labelsOf([
    ...spec.labels,
    ...labelPairs(alert.labels),
    [metricNameLabel, alertSeriesName],
    [alertNameLabel, spec.name],
    ["alertstate", alert.state],
  ]);
}

export function forStateSeriesLabels(spec: AlertingSpec, alert: Alert): Labels {
  return labelsOf([
    ...spec.labels,
    ...labelPairs(alert.labels),
    [metricNameLabel, forStateSeriesName],
    [alertNameLabel, spec.name],
  ]);
}
