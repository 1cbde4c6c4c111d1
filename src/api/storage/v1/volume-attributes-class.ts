import { field, mapOf, standardVerbs, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind } from "./package.ts";

export const volumeAttributesClass = kind(
  "VolumeAttributesClass",
  "",
  {
    metadata: field(1, objectMeta, ""),
    driverName: field(2, string, "").required(),
    parameters: field(3, mapOf(string), ""),
  },
  {
    name: "volumeattributesclasses",
    singular: "volumeattributesclass",
    namespaced: false,
    verbs: standardVerbs,
    shortNames: ["vac"],
  },
);
export interface VolumeAttributesClass extends TypeOf<typeof volumeAttributesClass> {}
