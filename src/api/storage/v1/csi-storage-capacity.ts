import { field, quantity, standardVerbs, string, type TypeOf } from "../../schema/schema.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind } from "./package.ts";

export const csiStorageCapacity = kind(
  "CSIStorageCapacity",
  "How much storage of a class is left in a place.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    nodeTopology: field(2, labelSelector, "The place, by labels of nodes.").pointer(),
    storageClassName: field(3, string, "The class.").required(),
    capacity: field(4, quantity, "How much is left.").pointer(),
    maximumVolumeSize: field(5, quantity, "The largest volume that can be made.").pointer(),
  },
  {
    name: "csistoragecapacities",
    singular: "csistoragecapacity",
    namespaced: true,
    verbs: standardVerbs,
  },
);
export interface CSIStorageCapacity extends TypeOf<typeof csiStorageCapacity> {}
