import { field, setOf, standardVerbs, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { matchResources, paramRef } from "./parts.ts";
import { kind, type } from "./package.ts";

export const validatingAdmissionPolicyBindingSpec = type(
  "ValidatingAdmissionPolicyBindingSpec",
  "",
  {
    policyName: field(1, string, "").required().implicit(),
    paramRef: field(2, paramRef, "").pointer(),
    matchResources: field(3, matchResources, "").pointer(),
    validationActions: field(4, setOf(string), "").required().implicit(),
  },
);
export interface ValidatingAdmissionPolicyBindingSpec
  extends TypeOf<typeof validatingAdmissionPolicyBindingSpec> {}

export const validatingAdmissionPolicyBinding = kind(
  "ValidatingAdmissionPolicyBinding",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, validatingAdmissionPolicyBindingSpec, "").required().implicit(),
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
