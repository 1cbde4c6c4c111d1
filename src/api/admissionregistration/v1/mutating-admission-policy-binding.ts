import { field, standardVerbs, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { matchResources, paramRef } from "./parts.ts";
import { kind, type } from "./package.ts";

export const mutatingAdmissionPolicyBindingSpec = type(
  "MutatingAdmissionPolicyBindingSpec",
  "Which policy is in effect where.",
  {
    policyName: field(1, string, "The policy."),
    paramRef: field(2, paramRef, "Object with parameters.").pointer(),
    matchResources: field(
      3,
      matchResources,
      "Requests it is in effect for; those of the policy by default.",
    ).pointer(),
  },
);
export interface MutatingAdmissionPolicyBindingSpec
  extends TypeOf<typeof mutatingAdmissionPolicyBindingSpec> {}

export const mutatingAdmissionPolicyBinding = kind(
  "MutatingAdmissionPolicyBinding",
  "Puts a policy into effect.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, mutatingAdmissionPolicyBindingSpec, "The desired state."),
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
