import {
  atomicListOf,
  field,
  int32,
  standardVerbs,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { objectReference } from "./reference.ts";
import { kind, type } from "./package.ts";

export const endpointAddress = type(
  "EndpointAddress",
  "",
  {
    ip: field(1, string, "").required(),
    targetRef: field(2, objectReference, "").pointer(),
    hostname: field(3, string, ""),
    nodeName: field(4, string, "").pointer(),
  },
  { mapType: "atomic" },
);
export interface EndpointAddress extends TypeOf<typeof endpointAddress> {}

export const endpointPort = type(
  "EndpointPort",
  "",
  {
    name: field(1, string, ""),
    port: field(2, int32, "").required(),
    protocol: field(3, string, ""),
    appProtocol: field(4, string, "").pointer(),
  },
  { mapType: "atomic" },
);
export interface EndpointPort extends TypeOf<typeof endpointPort> {}

export const endpointSubset = type("EndpointSubset", "", {
  addresses: field(1, atomicListOf(endpointAddress), ""),
  notReadyAddresses: field(2, atomicListOf(endpointAddress), ""),
  ports: field(3, atomicListOf(endpointPort), ""),
});
export interface EndpointSubset extends TypeOf<typeof endpointSubset> {}

export const endpoints = kind(
  "Endpoints",
  "",
  {
    metadata: field(1, objectMeta, ""),
    subsets: field(2, atomicListOf(endpointSubset), ""),
  },
  {
    name: "endpoints",
    singular: "endpoints",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["ep"],
  },
);
export interface Endpoints extends TypeOf<typeof endpoints> {}
