import {
  atomicListOf,
  boolean,
  field,
  int32,
  keyedListOf,
  setOf,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const flowDistinguisherMethod = type("FlowDistinguisherMethod", "", {
  type: field(1, string, "").required(),
});
export interface FlowDistinguisherMethod extends TypeOf<typeof flowDistinguisherMethod> {}

export const nonResourcePolicyRule = type("NonResourcePolicyRule", "", {
  verbs: field(1, setOf(string), "").required(),
  nonResourceURLs: field(6, setOf(string), "").required(),
});
export interface NonResourcePolicyRule extends TypeOf<typeof nonResourcePolicyRule> {}

export const resourcePolicyRule = type("ResourcePolicyRule", "", {
  verbs: field(1, setOf(string), "").required(),
  apiGroups: field(2, setOf(string), "").required(),
  resources: field(3, setOf(string), "").required(),
  clusterScope: field(4, boolean, ""),
  namespaces: field(5, setOf(string), "").always(),
});
export interface ResourcePolicyRule extends TypeOf<typeof resourcePolicyRule> {}

export const groupSubject = type("GroupSubject", "", {
  name: field(1, string, "").required(),
});
export interface GroupSubject extends TypeOf<typeof groupSubject> {}

export const serviceAccountSubject = type("ServiceAccountSubject", "", {
  namespace: field(1, string, "").required(),
  name: field(2, string, "").required(),
});
export interface ServiceAccountSubject extends TypeOf<typeof serviceAccountSubject> {}

export const userSubject = type("UserSubject", "", {
  name: field(1, string, "").required(),
});
export interface UserSubject extends TypeOf<typeof userSubject> {}

export const subject = type(
  "Subject",
  "",
  {
    kind: field(1, string, "").required(),
    user: field(2, userSubject, "").pointer(),
    group: field(3, groupSubject, "").pointer(),
    serviceAccount: field(4, serviceAccountSubject, "").pointer(),
  },
  {
    unions: [
      {
        discriminator: "kind",
        "fields-to-discriminateBy": {
          group: "Group",
          serviceAccount: "ServiceAccount",
          user: "User",
        },
      },
    ],
  },
);
export interface Subject extends TypeOf<typeof subject> {}

export const policyRulesWithSubjects = type("PolicyRulesWithSubjects", "", {
  subjects: field(1, atomicListOf(subject), "").required(),
  resourceRules: field(2, atomicListOf(resourcePolicyRule), ""),
  nonResourceRules: field(3, atomicListOf(nonResourcePolicyRule), ""),
});
export interface PolicyRulesWithSubjects extends TypeOf<typeof policyRulesWithSubjects> {}

export const priorityLevelConfigurationReference = type("PriorityLevelConfigurationReference", "", {
  name: field(1, string, "").required(),
});
export interface PriorityLevelConfigurationReference
  extends TypeOf<typeof priorityLevelConfigurationReference> {}

export const flowSchemaSpec = type("FlowSchemaSpec", "", {
  priorityLevelConfiguration: field(1, priorityLevelConfigurationReference, "").required(),
  matchingPrecedence: field(2, int32, "").always(),
  distinguisherMethod: field(3, flowDistinguisherMethod, "").pointer(),
  rules: field(4, atomicListOf(policyRulesWithSubjects), ""),
});
export interface FlowSchemaSpec extends TypeOf<typeof flowSchemaSpec> {}

export const flowSchemaCondition = type("FlowSchemaCondition", "", {
  type: field(1, string, ""),
  status: field(2, string, ""),
  lastTransitionTime: field(3, time, ""),
  reason: field(4, string, ""),
  message: field(5, string, ""),
});
export interface FlowSchemaCondition extends TypeOf<typeof flowSchemaCondition> {}

export const flowSchemaStatus = type("FlowSchemaStatus", "", {
  conditions: field(1, keyedListOf(flowSchemaCondition, "type"), "").patchMerged("type"),
});
export interface FlowSchemaStatus extends TypeOf<typeof flowSchemaStatus> {}

export const flowSchema = kind(
  "FlowSchema",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, flowSchemaSpec, ""),
    status: field(3, flowSchemaStatus, ""),
  },
  {
    name: "flowschemas",
    singular: "flowschema",
    namespaced: false,
    verbs: standardVerbs,
    subresources: { status: statusSubresource("FlowSchema") },
  },
);
export interface FlowSchema extends TypeOf<typeof flowSchema> {}
