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

export const overhead = type("Overhead", "", {
  podFixed: field(1, mapOf(quantity), ""),
});
export interface Overhead extends TypeOf<typeof overhead> {}

export const scheduling = type("Scheduling", "", {
  nodeSelector: field(1, mapOf(string, "atomic"), ""),
  tolerations: field(2, atomicListOf(toleration), ""),
});
export interface Scheduling extends TypeOf<typeof scheduling> {}

export const runtimeClass = kind(
  "RuntimeClass",
  "",
  {
    metadata: field(1, objectMeta, ""),
    handler: field(2, string, "").required(),
    overhead: field(3, overhead, "").pointer(),
    scheduling: field(4, scheduling, "").pointer(),
  },
  { name: "runtimeclasses", singular: "runtimeclass", namespaced: false, verbs: standardVerbs },
);
export interface RuntimeClass extends TypeOf<typeof runtimeClass> {}
