import { field, mapOf, standardVerbs, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind } from "./package.ts";

export const volumeAttributesClass = kind(
  "VolumeAttributesClass",
  "Changeable attributes that claims can ask for.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    driverName: field(2, string, "Driver of the class.").required(),
    parameters: field(3, mapOf(string), "Settings for the driver."),
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
