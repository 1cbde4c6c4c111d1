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

export const limitRangeItem = type("LimitRangeItem", "", {
  type: field(1, string, "").required(),
  max: field(2, mapOf(quantity), ""),
  min: field(3, mapOf(quantity), ""),
  default: field(4, mapOf(quantity), ""),
  defaultRequest: field(5, mapOf(quantity), ""),
  maxLimitRequestRatio: field(6, mapOf(quantity), ""),
});
export interface LimitRangeItem extends TypeOf<typeof limitRangeItem> {}

export const limitRangeSpec = type("LimitRangeSpec", "", {
  limits: field(1, atomicListOf(limitRangeItem), "").required(),
});
export interface LimitRangeSpec extends TypeOf<typeof limitRangeSpec> {}

export const limitRange = kind(
  "LimitRange",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, limitRangeSpec, ""),
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
