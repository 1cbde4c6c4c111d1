import {
  atomicListOf,
  field,
  keyedListOf,
  standardVerbs,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { matchCondition, matchResources, paramKind, variable } from "./parts.ts";
import { kind, type } from "./package.ts";

export const applyConfiguration = type("ApplyConfiguration", "", {
  expression: field(1, string, ""),
});
export interface ApplyConfiguration extends TypeOf<typeof applyConfiguration> {}

export const jsonPatch = type("JSONPatch", "", {
  expression: field(1, string, ""),
});
export interface JSONPatch extends TypeOf<typeof jsonPatch> {}

export const mutation = type("Mutation", "", {
  patchType: field(2, string, "").required(),
  applyConfiguration: field(3, applyConfiguration, "").pointer(),
  jsonPatch: field(4, jsonPatch, "").pointer(),
});
export interface Mutation extends TypeOf<typeof mutation> {}

export const mutatingAdmissionPolicySpec = type("MutatingAdmissionPolicySpec", "", {
  paramKind: field(1, paramKind, "").pointer(),
  matchConstraints: field(2, matchResources, "").pointer(),
  variables: field(3, atomicListOf(variable), ""),
  mutations: field(4, atomicListOf(mutation), ""),
  failurePolicy: field(5, string, "").pointer(),
  matchConditions: field(6, keyedListOf(matchCondition, "name"), "").patchMerged("name"),
  reinvocationPolicy: field(7, string, ""),
});
export interface MutatingAdmissionPolicySpec extends TypeOf<typeof mutatingAdmissionPolicySpec> {}

export const mutatingAdmissionPolicy = kind(
  "MutatingAdmissionPolicy",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, mutatingAdmissionPolicySpec, ""),
  },
  {
    name: "mutatingadmissionpolicies",
    singular: "mutatingadmissionpolicy",
    namespaced: false,
    verbs: standardVerbs,
    categories: ["api-extensions"],
  },
);
export interface MutatingAdmissionPolicy extends TypeOf<typeof mutatingAdmissionPolicy> {}
