import { field, standardVerbs, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const parentReference = type("ParentReference", "", {
  group: field(1, string, ""),
  resource: field(2, string, "").required().implicit(),
  namespace: field(3, string, ""),
  name: field(4, string, "").required().implicit(),
});
export interface ParentReference extends TypeOf<typeof parentReference> {}

export const ipAddressSpec = type("IPAddressSpec", "", {
  parentRef: field(1, parentReference, "").pointer().required(),
});
export interface IPAddressSpec extends TypeOf<typeof ipAddressSpec> {}

export const ipAddress = kind(
  "IPAddress",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, ipAddressSpec, "").required().implicit(),
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
