import {
  atomicListOf,
  field,
  mapOf,
  quantity,
  standardVerbs,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { toleration } from "../../core/v1/scheduling.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const overhead = type("Overhead", "What a runtime itself takes.", {
  podFixed: field(1, mapOf(quantity), "Resources for each pod."),
});
export interface Overhead extends TypeOf<typeof overhead> {}

export const scheduling = type("Scheduling", "Nodes that have a runtime.", {
  nodeSelector: field(1, mapOf(string, "atomic"), "Labels of the nodes."),
  tolerations: field(2, atomicListOf(toleration), "Tolerations that the pods get."),
});
export interface Scheduling extends TypeOf<typeof scheduling> {}

export const runtimeClass = kind(
  "RuntimeClass",
  "A way to run pods.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    handler: field(2, string, "Name of the handler at the container runtime.").required(),
    overhead: field(3, overhead, "What the runtime itself takes.").pointer(),
    scheduling: field(4, scheduling, "Which nodes have the runtime.").pointer(),
  },
  { name: "runtimeclasses", singular: "runtimeclass", namespaced: false, verbs: standardVerbs },
);
export interface RuntimeClass extends TypeOf<typeof runtimeClass> {}
