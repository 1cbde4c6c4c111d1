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
  "An address of an endpoint.",
  {
    ip: field(1, string, "IP address.").required(),
    targetRef: field(2, objectReference, "Object behind the address, usually a pod.").pointer(),
    hostname: field(3, string, "Host name of the endpoint."),
    nodeName: field(4, string, "Node that the endpoint is on.").pointer(),
  },
  { mapType: "atomic" },
);
export interface EndpointAddress extends TypeOf<typeof endpointAddress> {}

export const endpointPort = type(
  "EndpointPort",
  "A port of an endpoint.",
  {
    name: field(1, string, "Name of the port, as in the Service."),
    port: field(2, int32, "Number of the port.").required(),
    protocol: field(3, string, "TCP (the default), UDP or SCTP."),
    appProtocol: field(4, string, "Protocol spoken on the port, such as http.").pointer(),
  },
  { mapType: "atomic" },
);
export interface EndpointPort extends TypeOf<typeof endpointPort> {}

export const endpointSubset = type("EndpointSubset", "Addresses that share the same ports.", {
  addresses: field(1, atomicListOf(endpointAddress), "Addresses that are ready."),
  notReadyAddresses: field(
    2,
    atomicListOf(endpointAddress),
    "Addresses that are not ready, or not any more.",
  ),
  ports: field(3, atomicListOf(endpointPort), "Ports of the addresses."),
});
export interface EndpointSubset extends TypeOf<typeof endpointSubset> {}

export const endpoints = kind(
  "Endpoints",
  "The addresses behind a Service. EndpointSlice has taken its place.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    subsets: field(2, atomicListOf(endpointSubset), "The addresses, grouped by their ports."),
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
