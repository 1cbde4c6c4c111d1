import { field, standardVerbs, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const parentReference = type("ParentReference", "An object that has an address.", {
  group: field(1, string, "API group of the object."),
  resource: field(2, string, "Resource of the object.").required().implicit(),
  namespace: field(3, string, "Namespace of the object."),
  name: field(4, string, "Name of the object.").required().implicit(),
});
export interface ParentReference extends TypeOf<typeof parentReference> {}

export const ipAddressSpec = type("IPAddressSpec", "Who has the address.", {
  parentRef: field(1, parentReference, "The object that has it.").pointer().required(),
});
export interface IPAddressSpec extends TypeOf<typeof ipAddressSpec> {}

export const ipAddress = kind(
  "IPAddress",
  "An address that is taken; its name is the address.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, ipAddressSpec, "The desired state.").required().implicit(),
  },
  {
    name: "ipaddresses",
    singular: "ipaddress",
    namespaced: false,
    verbs: standardVerbs,
    shortNames: ["ip"],
  },
);
export interface IPAddress extends TypeOf<typeof ipAddress> {}
