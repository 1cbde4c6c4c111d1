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

export const applyConfiguration = type(
  "ApplyConfiguration",
  "A change in the form of an apply configuration.",
  {
    expression: field(1, string, "CEL expression whose value is the configuration."),
  },
);
export interface ApplyConfiguration extends TypeOf<typeof applyConfiguration> {}

export const jsonPatch = type("JSONPatch", "A change in the form of a JSON patch.", {
  expression: field(1, string, "CEL expression whose value is the patch."),
});
export interface JSONPatch extends TypeOf<typeof jsonPatch> {}

export const mutation = type("Mutation", "A change. The member that patchType names is set.", {
  patchType: field(2, string, "ApplyConfiguration or JSONPatch.").required(),
  applyConfiguration: field(
    3,
    applyConfiguration,
    "A change in the form of an apply configuration.",
  ).pointer(),
  jsonPatch: field(4, jsonPatch, "A change in the form of a JSON patch.").pointer(),
});
export interface Mutation extends TypeOf<typeof mutation> {}

export const mutatingAdmissionPolicySpec = type(
  "MutatingAdmissionPolicySpec",
  "What a policy changes, and when.",
  {
    paramKind: field(1, paramKind, "Kind of the parameters.").pointer(),
    matchConstraints: field(2, matchResources, "Requests it is about.").pointer(),
    variables: field(3, atomicListOf(variable), "Expressions to use in others."),
    mutations: field(4, atomicListOf(mutation), "The changes."),
    failurePolicy: field(
      5,
      string,
      "If an expression fails: Fail (the default) or Ignore.",
    ).pointer(),
    matchConditions: field(
      6,
      keyedListOf(matchCondition, "name"),
      "Further conditions for a request.",
    ).patchMerged("name"),
    reinvocationPolicy: field(
      7,
      string,
      "Never, or IfNeeded: again when others have changed the object.",
    ),
  },
);
export interface MutatingAdmissionPolicySpec extends TypeOf<typeof mutatingAdmissionPolicySpec> {}

export const mutatingAdmissionPolicy = kind(
  "MutatingAdmissionPolicy",
  "Changes objects on their way in, by CEL expressions.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, mutatingAdmissionPolicySpec, "The desired state."),
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
