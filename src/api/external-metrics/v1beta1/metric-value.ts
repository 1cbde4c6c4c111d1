/** Metrics of nothing in particular. Worked out when asked for and never stored. */
import { listMeta } from "../../meta/v1/list-meta.ts";
import {
  field,
  int64,
  listOf,
  mapOf,
  quantity,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { kind, type } from "./package.ts";

export const externalMetricValue = type("ExternalMetricValue", "One series of a metric.", {
  metricName: field(1, string, "Name of the metric.").required(),
  metricLabels: field(2, mapOf(string), "Labels of the series.").required(),
  timestamp: field(3, time, "When it was measured.").required(),
  window: field(4, int64, "Seconds over which a rate was taken.").pointer(),
  value: field(5, quantity, "How much.").required(),
});
export interface ExternalMetricValue extends TypeOf<typeof externalMetricValue> {}

export const externalMetricValueList = kind(
  "ExternalMetricValueList",
  "All series of a metric that match.",
  {
    metadata: field(1, listMeta, "Metadata of the list."),
    items: field(2, listOf(externalMetricValue), "The series.").required(),
  },
);
export interface ExternalMetricValueList extends TypeOf<typeof externalMetricValueList> {}
