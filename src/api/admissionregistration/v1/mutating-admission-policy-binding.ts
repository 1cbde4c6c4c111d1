import { field, standardVerbs, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { matchResources, paramRef } from "./parts.ts";
import { kind, type } from "./package.ts";

export const mutatingAdmissionPolicyBindingSpec = type("MutatingAdmissionPolicyBindingSpec", "", {
  policyName: field(1, string, ""),
  paramRef: field(2, paramRef, "").pointer(),
  matchResources: field(3, matchResources, "").pointer(),
});
export interface MutatingAdmissionPolicyBindingSpec
  extends TypeOf<typeof mutatingAdmissionPolicyBindingSpec> {}

export const mutatingAdmissionPolicyBinding = kind(
  "MutatingAdmissionPolicyBinding",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, mutatingAdmissionPolicyBindingSpec, ""),
  },
  {
    name: "mutatingadmissionpolicybindings",
    singular: "mutatingadmissionpolicybinding",
    namespaced: false,
    verbs: standardVerbs,
    categories: ["api-extensions"],
  },
);
export interface MutatingAdmissionPolicyBinding
  extends TypeOf<typeof mutatingAdmissionPolicyBinding> {}
