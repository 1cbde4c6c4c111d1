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

export const eventSeries = type("EventSeries", "Occurrences of an event that repeats.", {
  count: field(1, int32, "How often it happened up to the last heartbeat."),
  lastObservedTime: field(2, microTime, "When it happened last."),
});
export interface EventSeries extends TypeOf<typeof eventSeries> {}

export const eventSource = type("EventSource", "The component that reported an event.", {
  component: field(1, string, "Name of the component."),
  host: field(2, string, "Node that the component runs on."),
});
export interface EventSource extends TypeOf<typeof eventSource> {}

export const event = kind(
  "Event",
  "Something that happened to an object.",
  {
    metadata: field(
      1,
      objectMeta,
      "Standard object metadata: name, namespace, labels and more.",
    ).required(),
    involvedObject: field(2, objectReference, "The object.").required(),
    reason: field(3, string, "What happened, as one CamelCase word."),
    message: field(4, string, "What happened, for people."),
    source: field(5, eventSource, "Component that noticed it."),
    firstTimestamp: field(6, time, "When it happened first."),
    lastTimestamp: field(7, time, "When it happened last."),
    count: field(8, int32, "How often it happened."),
    type: field(9, string, "Normal or Warning."),
    eventTime: field(10, microTime, "When it was noticed."),
    series: field(11, eventSeries, "Further occurrences, for events that repeat.").pointer(),
    action: field(12, string, "What was done about it, or why it failed."),
    related: field(13, objectReference, "Another object that is concerned.").pointer(),
    reportingComponent: field(14, string, "Name of the controller that reported it.").always(),
    reportingInstance: field(15, string, "Instance of the controller.").always(),
  },
  { name: "events", singular: "event", namespaced: true, verbs: standardVerbs, shortNames: ["ev"] },
);
export interface Event extends TypeOf<typeof event> {}
