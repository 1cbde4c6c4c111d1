import {
  atomicListOf,
  field,
  int64,
  keyedListOf,
  standardVerbs,
  statusSubresource,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { condition } from "../../meta/v1/condition.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { matchCondition, matchResources, paramKind, variable } from "./parts.ts";
import { kind, type } from "./package.ts";

export const auditAnnotation = type("AuditAnnotation", "", {
  key: field(1, string, "").required(),
  valueExpression: field(2, string, "").required(),
});
export interface AuditAnnotation extends TypeOf<typeof auditAnnotation> {}

export const expressionWarning = type("ExpressionWarning", "", {
  fieldRef: field(2, string, "").required(),
  warning: field(3, string, "").required(),
});
export interface ExpressionWarning extends TypeOf<typeof expressionWarning> {}

export const typeChecking = type("TypeChecking", "", {
  expressionWarnings: field(1, atomicListOf(expressionWarning), ""),
});
export interface TypeChecking extends TypeOf<typeof typeChecking> {}

export const validation = type("Validation", "", {
  expression: field(1, string, "").required(),
  message: field(2, string, ""),
  reason: field(3, string, "").pointer(),
  messageExpression: field(4, string, ""),
});
export interface Validation extends TypeOf<typeof validation> {}

export const validatingAdmissionPolicySpec = type("ValidatingAdmissionPolicySpec", "", {
  paramKind: field(1, paramKind, "").pointer(),
  matchConstraints: field(2, matchResources, "").pointer(),
  validations: field(3, atomicListOf(validation), ""),
  failurePolicy: field(4, string, "").pointer(),
  auditAnnotations: field(5, atomicListOf(auditAnnotation), ""),
  matchConditions: field(6, keyedListOf(matchCondition, "name"), "").patchMerged("name"),
  variables: field(7, keyedListOf(variable, "name"), "").patchMerged("name"),
});
export interface ValidatingAdmissionPolicySpec
  extends TypeOf<typeof validatingAdmissionPolicySpec> {}

export const validatingAdmissionPolicyStatus = type("ValidatingAdmissionPolicyStatus", "", {
  observedGeneration: field(1, int64, ""),
  typeChecking: field(2, typeChecking, "").pointer(),
  conditions: field(3, keyedListOf(condition, "type"), ""),
});
export interface ValidatingAdmissionPolicyStatus
  extends TypeOf<typeof validatingAdmissionPolicyStatus> {}

export const validatingAdmissionPolicy = kind(
  "ValidatingAdmissionPolicy",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, validatingAdmissionPolicySpec, ""),
    status: field(3, validatingAdmissionPolicyStatus, ""),
  },
  {
    name: "validatingadmissionpolicies",
    singular: "validatingadmissionpolicy",
    namespaced: false,
    verbs: standardVerbs,
    categories: ["api-extensions"],
    subresources: { status: statusSubresource("ValidatingAdmissionPolicy") },
  },
);
export interface ValidatingAdmissionPolicy extends TypeOf<typeof validatingAdmissionPolicy> {}
