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

export const auditAnnotation = type("AuditAnnotation", "A remark for the audit log.", {
  key: field(1, string, "Key of the annotation.").required(),
  valueExpression: field(
    2,
    string,
    "CEL expression whose value is the remark; null leaves it out.",
  ).required(),
});
export interface AuditAnnotation extends TypeOf<typeof auditAnnotation> {}

export const expressionWarning = type("ExpressionWarning", "A doubt about an expression.", {
  fieldRef: field(2, string, "Path of the expression.").required(),
  warning: field(3, string, "What the type checker found.").required(),
});
export interface ExpressionWarning extends TypeOf<typeof expressionWarning> {}

export const typeChecking = type("TypeChecking", "What the type checker thinks of a policy.", {
  expressionWarnings: field(1, atomicListOf(expressionWarning), "Doubts about its expressions."),
});
export interface TypeChecking extends TypeOf<typeof typeChecking> {}

export const validation = type("Validation", "Something that must hold.", {
  expression: field(1, string, "CEL expression that is true of what is allowed.").required(),
  message: field(2, string, "What to say when it is not."),
  reason: field(3, string, "Reason of the refusal, for programs.").pointer(),
  messageExpression: field(4, string, "CEL expression whose value is the message."),
});
export interface Validation extends TypeOf<typeof validation> {}

export const validatingAdmissionPolicySpec = type(
  "ValidatingAdmissionPolicySpec",
  "What a policy refuses.",
  {
    paramKind: field(1, paramKind, "Kind of the parameters.").pointer(),
    matchConstraints: field(2, matchResources, "Requests it is about.").pointer(),
    validations: field(3, atomicListOf(validation), "What must hold."),
    failurePolicy: field(
      4,
      string,
      "If an expression fails: Fail (the default) or Ignore.",
    ).pointer(),
    auditAnnotations: field(5, atomicListOf(auditAnnotation), "Remarks for the audit log."),
    matchConditions: field(
      6,
      keyedListOf(matchCondition, "name"),
      "Further conditions for a request.",
    ).patchMerged("name"),
    variables: field(7, keyedListOf(variable, "name"), "Expressions to use in others.").patchMerged(
      "name",
    ),
  },
);
export interface ValidatingAdmissionPolicySpec
  extends TypeOf<typeof validatingAdmissionPolicySpec> {}

export const validatingAdmissionPolicyStatus = type(
  "ValidatingAdmissionPolicyStatus",
  "The state of a policy.",
  {
    observedGeneration: field(
      1,
      int64,
      "Generation of the spec that this status was computed from.",
    ),
    typeChecking: field(2, typeChecking, "What the type checker thinks of it.").pointer(),
    conditions: field(
      3,
      keyedListOf(condition, "type"),
      "Latest observations of single aspects of the state.",
    ),
  },
);
export interface ValidatingAdmissionPolicyStatus
  extends TypeOf<typeof validatingAdmissionPolicyStatus> {}

export const validatingAdmissionPolicy = kind(
  "ValidatingAdmissionPolicy",
  "Refuses requests by CEL expressions.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, validatingAdmissionPolicySpec, "The desired state."),
    status: field(3, validatingAdmissionPolicyStatus, "The observed state, written by the system."),
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
