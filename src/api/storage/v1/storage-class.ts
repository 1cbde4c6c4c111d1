import {
  atomicListOf,
  boolean,
  field,
  mapOf,
  standardVerbs,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { topologySelectorTerm } from "../../core/v1/scheduling.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind } from "./package.ts";

export const storageClass = kind(
  "StorageClass",
  "",
  {
    metadata: field(1, objectMeta, ""),
    provisioner: field(2, string, "").required(),
    parameters: field(3, mapOf(string), ""),
    reclaimPolicy: field(4, string, "").pointer(),
    mountOptions: field(5, atomicListOf(string), ""),
    allowVolumeExpansion: field(6, boolean, "").pointer(),
    volumeBindingMode: field(7, string, "").pointer(),
    allowedTopologies: field(8, atomicListOf(topologySelectorTerm), ""),
  },
  {
    name: "storageclasses",
    singular: "storageclass",
    namespaced: false,
    verbs: standardVerbs,
    shortNames: ["sc"],
  },
);
export interface StorageClass extends TypeOf<typeof storageClass> {}
