import {
  atomicListOf,
  field,
  mapOf,
  quantity,
  standardVerbs,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const limitRangeItem = type(
  "LimitRangeItem",
  "Bounds and defaults for objects of one type.",
  {
    type: field(1, string, "Pod, Container or PersistentVolumeClaim.").required(),
    max: field(2, mapOf(quantity), "The most that may be asked for."),
    min: field(3, mapOf(quantity), "The least that must be asked for."),
    default: field(4, mapOf(quantity), "Limits of containers that state none."),
    defaultRequest: field(5, mapOf(quantity), "Requests of containers that state none."),
    maxLimitRequestRatio: field(
      6,
      mapOf(quantity),
      "The most that a limit may exceed its request, as a factor.",
    ),
  },
);
export interface LimitRangeItem extends TypeOf<typeof limitRangeItem> {}

export const limitRangeSpec = type("LimitRangeSpec", "The bounds of a LimitRange.", {
  limits: field(1, atomicListOf(limitRangeItem), "Bounds, by the type of object.").required(),
});
export interface LimitRangeSpec extends TypeOf<typeof limitRangeSpec> {}

export const limitRange = kind(
  "LimitRange",
  "Bounds and defaults for the resources of each object in a namespace.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, limitRangeSpec, "The desired state."),
  },
  {
    name: "limitranges",
    singular: "limitrange",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["limits"],
  },
);
export interface LimitRange extends TypeOf<typeof limitRange> {}
