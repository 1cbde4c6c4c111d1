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
  "A kind of storage that claims can ask for.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    provisioner: field(2, string, "Who makes the volumes.").required(),
    parameters: field(3, mapOf(string), "Settings for the provisioner."),
    reclaimPolicy: field(
      4,
      string,
      "What becomes of a volume when its claim is gone: Delete (the default) or Retain.",
    ).pointer(),
    mountOptions: field(5, atomicListOf(string), "Options for mounting the volumes."),
    allowVolumeExpansion: field(6, boolean, "Whether claims can grow.").pointer(),
    volumeBindingMode: field(
      7,
      string,
      "Immediate (the default), or WaitForFirstConsumer: make the volume where the pod will be.",
    ).pointer(),
    allowedTopologies: field(
      8,
      atomicListOf(topologySelectorTerm),
      "Places where volumes may be made.",
    ),
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
