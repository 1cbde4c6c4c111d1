/** What nodes and pods use right now. The objects are worked out when asked for and never stored. */
import {
  duration,
  field,
  listOf,
  mapOf,
  quantity,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

const readVerbs = ["get", "list"];

export const containerMetrics = type("ContainerMetrics", "What one container uses.", {
  name: field(1, string, "Name of the container.").required(),
  usage: field(2, mapOf(quantity), "How much of each resource.").required(),
});
export interface ContainerMetrics extends TypeOf<typeof containerMetrics> {}

export const nodeMetrics = kind(
  "NodeMetrics",
  "What one node uses.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    timestamp: field(2, time, "When the window ended.").required(),
    window: field(3, duration, "The span over which processor time was counted.").required(),
    usage: field(4, mapOf(quantity), "How much of each resource.").required(),
  },
  { name: "nodes", singular: "", namespaced: false, verbs: readVerbs },
);
export interface NodeMetrics extends TypeOf<typeof nodeMetrics> {}

export const podMetrics = kind(
  "PodMetrics",
  "What the containers of one pod use.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    timestamp: field(2, time, "When the window ended.").required(),
    window: field(3, duration, "The span over which processor time was counted.").required(),
    containers: field(4, listOf(containerMetrics), "Each container that runs.").required(),
  },
  { name: "pods", singular: "", namespaced: true, verbs: readVerbs },
);
export interface PodMetrics extends TypeOf<typeof podMetrics> {}
