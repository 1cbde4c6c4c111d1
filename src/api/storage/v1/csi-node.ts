import {
  atomicListOf,
  field,
  int32,
  keyedListOf,
  standardVerbs,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const volumeNodeResources = type("VolumeNodeResources", "", {
  count: field(1, int32, "").pointer(),
});
export interface VolumeNodeResources extends TypeOf<typeof volumeNodeResources> {}

export const csiNodeDriver = type("CSINodeDriver", "", {
  name: field(1, string, "").required(),
  nodeID: field(2, string, "").required(),
  topologyKeys: field(3, atomicListOf(string), "").always(),
  allocatable: field(4, volumeNodeResources, "").pointer(),
});
export interface CSINodeDriver extends TypeOf<typeof csiNodeDriver> {}

export const csiNodeSpec = type("CSINodeSpec", "", {
  drivers: field(1, keyedListOf(csiNodeDriver, "name"), "").required().patchMerged("name"),
});
export interface CSINodeSpec extends TypeOf<typeof csiNodeSpec> {}

export const csiNode = kind(
  "CSINode",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, csiNodeSpec, "").required(),
  },
  { name: "csinodes", singular: "csinode", namespaced: false, verbs: standardVerbs },
);
export interface CSINode extends TypeOf<typeof csiNode> {}
