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

export const eventSeries = type("EventSeries", "Occurrences of an event that repeats.", {
  count: field(1, int32, "How often it happened up to the last heartbeat.").required(),
  lastObservedTime: field(2, microTime, "When it happened last.").required(),
});
export interface EventSeries extends TypeOf<typeof eventSeries> {}

export const event = kind(
  "Event",
  "Something that happened to an object.",
  {
    metadata: field(
      1,
      objectMeta,
      "Standard object metadata: name, namespace, labels and more.",
    ).always(),
    eventTime: field(2, microTime, "When it was noticed.").required(),
    series: field(3, eventSeries, "Further occurrences, for events that repeat.").pointer(),
    reportingController: field(4, string, "Name of the controller that reported it."),
    reportingInstance: field(5, string, "Instance of the controller."),
    action: field(6, string, "What was done about it, or why it failed."),
    reason: field(7, string, "What happened, as one CamelCase word."),
    regarding: field(8, objectReference, "The object."),
    related: field(9, objectReference, "Another object that is concerned.").pointer(),
    note: field(10, string, "What happened, for people."),
    type: field(11, string, "Normal or Warning."),
    deprecatedSource: field(
      12,
      eventSource,
      "For events of the core group: the component that noticed it.",
    ),
    deprecatedFirstTimestamp: field(
      13,
      time,
      "For events of the core group: when it happened first.",
    ),
    deprecatedLastTimestamp: field(
      14,
      time,
      "For events of the core group: when it happened last.",
    ),
    deprecatedCount: field(15, int32, "For events of the core group: how often it happened."),
  },
  { name: "events", singular: "event", namespaced: true, verbs: standardVerbs, shortNames: ["ev"] },
);
export interface Event extends TypeOf<typeof event> {}
