/** What objects measure, by metric. Worked out when asked for and never stored. */
import { objectReference } from "../../core/v1/reference.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { listMeta } from "../../meta/v1/list-meta.ts";
import { field, int64, listOf, quantity, string, time, type TypeOf } from "../../schema/schema.ts";
import { kind, type } from "./package.ts";

export const metricValue = type("MetricValue", "What one object measures.", {
  describedObject: field(1, objectReference, "The object.").required(),
  metricName: field(2, string, "Name of the metric.").required(),
  timestamp: field(3, time, "When it was measured.").required(),
  window: field(4, int64, "Seconds over which a rate was taken.").pointer(),
  value: field(5, quantity, "How much.").required(),
  selector: field(6, labelSelector, "Which of the metric's series were asked for.").pointer(),
});
export interface MetricValue extends TypeOf<typeof metricValue> {}

export const metricValueList = kind("MetricValueList", "What some objects measure.", {
  metadata: field(1, listMeta, "Metadata of the list."),
  items: field(2, listOf(metricValue), "One value for each object that has one.").required(),
});
export interface MetricValueList extends TypeOf<typeof metricValueList> {}
