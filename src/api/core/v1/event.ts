import {
  field,
  int32,
  microTime,
  standardVerbs,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { objectReference } from "./reference.ts";
import { kind, type } from "./package.ts";

export const eventSeries = type("EventSeries", "", {
  count: field(1, int32, ""),
  lastObservedTime: field(2, microTime, ""),
});
export interface EventSeries extends TypeOf<typeof eventSeries> {}

export const eventSource = type("EventSource", "", {
  component: field(1, string, ""),
  host: field(2, string, ""),
});
export interface EventSource extends TypeOf<typeof eventSource> {}

export const event = kind(
  "Event",
  "",
  {
    metadata: field(1, objectMeta, "").required(),
    involvedObject: field(2, objectReference, "").required(),
    reason: field(3, string, ""),
    message: field(4, string, ""),
    source: field(5, eventSource, ""),
    firstTimestamp: field(6, time, ""),
    lastTimestamp: field(7, time, ""),
    count: field(8, int32, ""),
    type: field(9, string, ""),
    eventTime: field(10, microTime, ""),
    series: field(11, eventSeries, "").pointer(),
    action: field(12, string, ""),
    related: field(13, objectReference, "").pointer(),
    reportingComponent: field(14, string, "").always(),
    reportingInstance: field(15, string, "").always(),
  },
  { name: "events", singular: "event", namespaced: true, verbs: standardVerbs, shortNames: ["ev"] },
);
export interface Event extends TypeOf<typeof event> {}
