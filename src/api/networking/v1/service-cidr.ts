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

export const serviceCIDRSpec = type("ServiceCIDRSpec", "The ranges.", {
  cidrs: field(1, atomicListOf(string), "The ranges, at most one for each IP family."),
});
export interface ServiceCIDRSpec extends TypeOf<typeof serviceCIDRSpec> {}

export const serviceCIDRStatus = type("ServiceCIDRStatus", "The state of the ranges.", {
  conditions: field(
    1,
    keyedListOf(condition, "type"),
    "Latest observations of single aspects of the state.",
  ).patchMerged("type"),
});
export interface ServiceCIDRStatus extends TypeOf<typeof serviceCIDRStatus> {}

export const serviceCIDR = kind(
  "ServiceCIDR",
  "Ranges that Services get their addresses from.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, serviceCIDRSpec, "The desired state."),
    status: field(3, serviceCIDRStatus, "The observed state, written by the system."),
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
