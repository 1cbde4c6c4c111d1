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

export const volumeNodeResources = type(
  "VolumeNodeResources",
  "How many volumes a node can take.",
  {
    count: field(1, int32, "The number; absent: no bound.").pointer(),
  },
);
export interface VolumeNodeResources extends TypeOf<typeof volumeNodeResources> {}

export const csiNodeDriver = type("CSINodeDriver", "A driver on a node.", {
  name: field(1, string, "Name of the driver.").required(),
  nodeID: field(2, string, "What the driver calls the node.").required(),
  topologyKeys: field(
    3,
    atomicListOf(string),
    "Node labels by which the driver tells places apart.",
  ).always(),
  allocatable: field(4, volumeNodeResources, "How many volumes the node can take.").pointer(),
});
export interface CSINodeDriver extends TypeOf<typeof csiNodeDriver> {}

export const csiNodeSpec = type("CSINodeSpec", "The drivers of a node.", {
  drivers: field(1, keyedListOf(csiNodeDriver, "name"), "The drivers.")
    .required()
    .patchMerged("name"),
});
export interface CSINodeSpec extends TypeOf<typeof csiNodeSpec> {}

export const csiNode = kind(
  "CSINode",
  "The storage drivers of a node.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, csiNodeSpec, "The desired state.").required(),
  },
  { name: "csinodes", singular: "csinode", namespaced: false, verbs: standardVerbs },
);
export interface CSINode extends TypeOf<typeof csiNode> {}
