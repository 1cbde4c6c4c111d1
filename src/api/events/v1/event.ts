import {
  field,
  int32,
  microTime,
  standardVerbs,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { eventSource } from "../../core/v1/event.ts";
import { objectReference } from "../../core/v1/reference.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const eventSeries = type("EventSeries", "", {
  count: field(1, int32, "").required(),
  lastObservedTime: field(2, microTime, "").required(),
});
export interface EventSeries extends TypeOf<typeof eventSeries> {}

export const event = kind(
  "Event",
  "",
  {
    metadata: field(1, objectMeta, "").always(),
    eventTime: field(2, microTime, "").required(),
    series: field(3, eventSeries, "").pointer(),
    reportingController: field(4, string, ""),
    reportingInstance: field(5, string, ""),
    action: field(6, string, ""),
    reason: field(7, string, ""),
    regarding: field(8, objectReference, ""),
    related: field(9, objectReference, "").pointer(),
    note: field(10, string, ""),
    type: field(11, string, ""),
    deprecatedSource: field(12, eventSource, ""),
    deprecatedFirstTimestamp: field(13, time, ""),
    deprecatedLastTimestamp: field(14, time, ""),
    deprecatedCount: field(15, int32, ""),
  },
  { name: "events", singular: "event", namespaced: true, verbs: standardVerbs, shortNames: ["ev"] },
);
export interface Event extends TypeOf<typeof event> {}
