import { field, setOf, standardVerbs, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { matchResources, paramRef } from "./parts.ts";
import { kind, type } from "./package.ts";

export const validatingAdmissionPolicyBindingSpec = type(
  "ValidatingAdmissionPolicyBindingSpec",
  "Which policy is in effect where, and how.",
  {
    policyName: field(1, string, "The policy.").required().implicit(),
    paramRef: field(2, paramRef, "Object with parameters.").pointer(),
    matchResources: field(
      3,
      matchResources,
      "Requests it is in effect for; those of the policy by default.",
    ).pointer(),
    validationActions: field(4, setOf(string), "What a failure causes: Deny, Warn or Audit.")
      .required()
      .implicit(),
  },
);
export interface ValidatingAdmissionPolicyBindingSpec
  extends TypeOf<typeof validatingAdmissionPolicyBindingSpec> {}

export const validatingAdmissionPolicyBinding = kind(
  "ValidatingAdmissionPolicyBinding",
  "Puts a policy into effect.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, validatingAdmissionPolicyBindingSpec, "The desired state.")
      .required()
      .implicit(),
  },
  {
    name: "validatingadmissionpolicybindings",
    singular: "validatingadmissionpolicybinding",
    namespaced: false,
    verbs: standardVerbs,
    categories: ["api-extensions"],
  },
);
export interface ValidatingAdmissionPolicyBinding
  extends TypeOf<typeof validatingAdmissionPolicyBinding> {}
