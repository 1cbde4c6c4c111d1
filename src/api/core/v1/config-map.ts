import {
  boolean,
  bytes,
  field,
  mapOf,
  standardVerbs,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind } from "./package.ts";

export const configMap = kind(
  "ConfigMap",
  "Configuration for pods, as keys and values.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    data: field(2, mapOf(string), "Values that are text."),
    binaryData: field(3, mapOf(bytes), "Values that are not UTF-8 text."),
    immutable: field(4, boolean, "Whether the data cannot be changed any more.").pointer(),
  },
  {
    name: "configmaps",
    singular: "configmap",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["cm"],
  },
);
export interface ConfigMap extends TypeOf<typeof configMap> {}
