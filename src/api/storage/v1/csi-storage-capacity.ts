import { field, quantity, standardVerbs, string, type TypeOf } from "../../schema/schema.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind } from "./package.ts";

export const csiStorageCapacity = kind(
  "CSIStorageCapacity",
  "",
  {
    metadata: field(1, objectMeta, ""),
    nodeTopology: field(2, labelSelector, "").pointer(),
    storageClassName: field(3, string, "").required(),
    capacity: field(4, quantity, "").pointer(),
    maximumVolumeSize: field(5, quantity, "").pointer(),
  },
  {
    name: "csistoragecapacities",
    singular: "csistoragecapacity",
    namespaced: true,
    verbs: standardVerbs,
  },
);
export interface CSIStorageCapacity extends TypeOf<typeof csiStorageCapacity> {}
