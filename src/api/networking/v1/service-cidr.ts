import {
  atomicListOf,
  field,
  keyedListOf,
  standardVerbs,
  statusSubresource,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { condition } from "../../meta/v1/condition.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const serviceCIDRSpec = type("ServiceCIDRSpec", "", {
  cidrs: field(1, atomicListOf(string), ""),
});
export interface ServiceCIDRSpec extends TypeOf<typeof serviceCIDRSpec> {}

export const serviceCIDRStatus = type("ServiceCIDRStatus", "", {
  conditions: field(1, keyedListOf(condition, "type"), "").patchMerged("type"),
});
export interface ServiceCIDRStatus extends TypeOf<typeof serviceCIDRStatus> {}

export const serviceCIDR = kind(
  "ServiceCIDR",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, serviceCIDRSpec, ""),
    status: field(3, serviceCIDRStatus, ""),
  },
  {
    name: "servicecidrs",
    singular: "servicecidr",
    namespaced: false,
    verbs: standardVerbs,
    subresources: { status: statusSubresource("ServiceCIDR") },
  },
);
export interface ServiceCIDR extends TypeOf<typeof serviceCIDR> {}
