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

export const endpointConditions = type("EndpointConditions", "Whether a backend can be used.", {
  ready: field(1, boolean, "Whether it takes new connections; absent means yes.").pointer(),
  serving: field(2, boolean, "Whether it could, even while it is terminating.").pointer(),
  terminating: field(3, boolean, "Whether it is terminating.").pointer(),
});
export interface EndpointConditions extends TypeOf<typeof endpointConditions> {}

export const forNode = type("ForNode", "A node whose clients should use a backend.", {
  name: field(1, string, "Name of the node.").required(),
});
export interface ForNode extends TypeOf<typeof forNode> {}

export const forZone = type("ForZone", "A zone whose clients should use a backend.", {
  name: field(1, string, "Name of the zone.").required(),
});
export interface ForZone extends TypeOf<typeof forZone> {}

export const endpointHints = type("EndpointHints", "Who should use a backend.", {
  forZones: field(1, atomicListOf(forZone), "Clients in these zones."),
  forNodes: field(2, atomicListOf(forNode), "Clients on these nodes."),
});
export interface EndpointHints extends TypeOf<typeof endpointHints> {}

export const endpoint = type("Endpoint", "One backend of a Service.", {
  addresses: field(
    1,
    setOf(string),
    "Addresses of the backend; all are the same backend, only the first is used.",
  ).required(),
  conditions: field(2, endpointConditions, "Whether it can be used."),
  hostname: field(3, string, "Host name of the backend.").pointer(),
  targetRef: field(4, objectReference, "Object behind it, usually a pod.").pointer(),
  deprecatedTopology: field(5, mapOf(string), "Labels that the first version of slices had."),
  nodeName: field(6, string, "Node that it is on.").pointer(),
  zone: field(7, string, "Zone that it is in.").pointer(),
  hints: field(8, endpointHints, "Who should use it.").pointer(),
});
export interface Endpoint extends TypeOf<typeof endpoint> {}

export const endpointPort = type(
  "EndpointPort",
  "A port of the backends.",
  {
    name: field(1, string, "Name of the port, as in the Service.").pointer(),
    protocol: field(2, string, "TCP (the default), UDP or SCTP.").pointer(),
    port: field(3, int32, "Number of the port.").pointer(),
    appProtocol: field(
      4,
      string,
      "Protocol spoken on the port, such as kubernetes.io/h2c.",
    ).pointer(),
  },
  { mapType: "atomic" },
);
export interface EndpointPort extends TypeOf<typeof endpointPort> {}

export const endpointSlice = kind(
  "EndpointSlice",
  "Some of the backends of a Service.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    endpoints: field(2, atomicListOf(endpoint), "The backends, at most 1000.").always(),
    ports: field(3, atomicListOf(endpointPort), "Ports that all of them have.").always(),
    addressType: field(4, string, "IPv4, IPv6 or FQDN. It cannot be changed.").required(),
  },
  { name: "endpointslices", singular: "endpointslice", namespaced: true, verbs: standardVerbs },
);
export interface EndpointSlice extends TypeOf<typeof endpointSlice> {}
