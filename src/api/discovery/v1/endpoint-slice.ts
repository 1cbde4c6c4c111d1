import {
  atomicListOf,
  boolean,
  field,
  int32,
  mapOf,
  setOf,
  standardVerbs,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectReference } from "../../core/v1/reference.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const endpointConditions = type("EndpointConditions", "", {
  ready: field(1, boolean, "").pointer(),
  serving: field(2, boolean, "").pointer(),
  terminating: field(3, boolean, "").pointer(),
});
export interface EndpointConditions extends TypeOf<typeof endpointConditions> {}

export const forNode = type("ForNode", "", {
  name: field(1, string, "").required(),
});
export interface ForNode extends TypeOf<typeof forNode> {}

export const forZone = type("ForZone", "", {
  name: field(1, string, "").required(),
});
export interface ForZone extends TypeOf<typeof forZone> {}

export const endpointHints = type("EndpointHints", "", {
  forZones: field(1, atomicListOf(forZone), ""),
  forNodes: field(2, atomicListOf(forNode), ""),
});
export interface EndpointHints extends TypeOf<typeof endpointHints> {}

export const endpoint = type("Endpoint", "", {
  addresses: field(1, setOf(string), "").required(),
  conditions: field(2, endpointConditions, ""),
  hostname: field(3, string, "").pointer(),
  targetRef: field(4, objectReference, "").pointer(),
  deprecatedTopology: field(5, mapOf(string), ""),
  nodeName: field(6, string, "").pointer(),
  zone: field(7, string, "").pointer(),
  hints: field(8, endpointHints, "").pointer(),
});
export interface Endpoint extends TypeOf<typeof endpoint> {}

export const endpointPort = type(
  "EndpointPort",
  "",
  {
    name: field(1, string, "").pointer(),
    protocol: field(2, string, "").pointer(),
    port: field(3, int32, "").pointer(),
    appProtocol: field(4, string, "").pointer(),
  },
  { mapType: "atomic" },
);
export interface EndpointPort extends TypeOf<typeof endpointPort> {}

export const endpointSlice = kind(
  "EndpointSlice",
  "",
  {
    metadata: field(1, objectMeta, ""),
    endpoints: field(2, atomicListOf(endpoint), "").always(),
    ports: field(3, atomicListOf(endpointPort), "").always(),
    addressType: field(4, string, "").required(),
  },
  { name: "endpointslices", singular: "endpointslice", namespaced: true, verbs: standardVerbs },
);
export interface EndpointSlice extends TypeOf<typeof endpointSlice> {}
