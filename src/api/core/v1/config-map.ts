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
  "",
  {
    metadata: field(1, objectMeta, ""),
    data: field(2, mapOf(string), ""),
    binaryData: field(3, mapOf(bytes), ""),
    immutable: field(4, boolean, "").pointer(),
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
