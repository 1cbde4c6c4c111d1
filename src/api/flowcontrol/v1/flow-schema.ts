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

export const flowDistinguisherMethod = type(
  "FlowDistinguisherMethod",
  "How requests of a schema are told apart.",
  {
    type: field(1, string, "ByUser or ByNamespace.").required(),
  },
);
export interface FlowDistinguisherMethod extends TypeOf<typeof flowDistinguisherMethod> {}

export const nonResourcePolicyRule = type(
  "NonResourcePolicyRule",
  "Requests for paths that are no resources.",
  {
    verbs: field(1, setOf(string), "The verbs; * means all.").required(),
    nonResourceURLs: field(
      6,
      setOf(string),
      "The paths; * at the end stands for anything.",
    ).required(),
  },
);
export interface NonResourcePolicyRule extends TypeOf<typeof nonResourcePolicyRule> {}

export const resourcePolicyRule = type("ResourcePolicyRule", "Requests for resources.", {
  verbs: field(1, setOf(string), "The verbs; * means all.").required(),
  apiGroups: field(2, setOf(string), "Groups of the resources; * means all.").required(),
  resources: field(3, setOf(string), "The resources; * means all.").required(),
  clusterScope: field(4, boolean, "Whether requests without a namespace match."),
  namespaces: field(5, setOf(string), "Namespaces of the requests; * means all.").always(),
});
export interface ResourcePolicyRule extends TypeOf<typeof resourcePolicyRule> {}

export const groupSubject = type("GroupSubject", "A group of users.", {
  name: field(1, string, "Name of the group; * means all.").required(),
});
export interface GroupSubject extends TypeOf<typeof groupSubject> {}

export const serviceAccountSubject = type("ServiceAccountSubject", "A ServiceAccount.", {
  namespace: field(1, string, "Namespace of the ServiceAccount.").required(),
  name: field(2, string, "Name of the ServiceAccount; * means all.").required(),
});
export interface ServiceAccountSubject extends TypeOf<typeof serviceAccountSubject> {}

export const userSubject = type("UserSubject", "A user.", {
  name: field(1, string, "Name of the user; * means all.").required(),
});
export interface UserSubject extends TypeOf<typeof userSubject> {}

export const subject = type(
  "Subject",
  "Who sends requests. The member that kind names is set.",
  {
    kind: field(1, string, "User, Group or ServiceAccount.").required(),
    user: field(2, userSubject, "A user.").pointer(),
    group: field(3, groupSubject, "A group of users.").pointer(),
    serviceAccount: field(4, serviceAccountSubject, "A ServiceAccount.").pointer(),
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

export const policyRulesWithSubjects = type(
  "PolicyRulesWithSubjects",
  "Requests, by who sends them and what they are for.",
  {
    subjects: field(1, atomicListOf(subject), "Who sends them.").required(),
    resourceRules: field(2, atomicListOf(resourcePolicyRule), "Resources that they are for."),
    nonResourceRules: field(
      3,
      atomicListOf(nonResourcePolicyRule),
      "Other paths that they are for.",
    ),
  },
);
export interface PolicyRulesWithSubjects extends TypeOf<typeof policyRulesWithSubjects> {}

export const priorityLevelConfigurationReference = type(
  "PriorityLevelConfigurationReference",
  "A level.",
  {
    name: field(1, string, "Name of the level.").required(),
  },
);
export interface PriorityLevelConfigurationReference
  extends TypeOf<typeof priorityLevelConfigurationReference> {}

export const flowSchemaSpec = type("FlowSchemaSpec", "Which requests go to which level.", {
  priorityLevelConfiguration: field(
    1,
    priorityLevelConfigurationReference,
    "The level.",
  ).required(),
  matchingPrecedence: field(
    2,
    int32,
    "Place among the schemas; the lowest that matches counts.",
  ).always(),
  distinguisherMethod: field(
    3,
    flowDistinguisherMethod,
    "How the requests are told apart.",
  ).pointer(),
  rules: field(4, atomicListOf(policyRulesWithSubjects), "The requests."),
});
export interface FlowSchemaSpec extends TypeOf<typeof flowSchemaSpec> {}

export const flowSchemaCondition = type("FlowSchemaCondition", "One aspect of a schema's state.", {
  type: field(1, string, "Name of the aspect, in CamelCase."),
  status: field(2, string, "Whether the condition holds: True, False or Unknown."),
  lastTransitionTime: field(3, time, "When the status last changed."),
  reason: field(4, string, "Why, as one CamelCase word for programs."),
  message: field(5, string, "Why, in a sentence for people."),
});
export interface FlowSchemaCondition extends TypeOf<typeof flowSchemaCondition> {}

export const flowSchemaStatus = type("FlowSchemaStatus", "The state of a schema.", {
  conditions: field(
    1,
    keyedListOf(flowSchemaCondition, "type"),
    "Latest observations of single aspects of the state.",
  ).patchMerged("type"),
});
export interface FlowSchemaStatus extends TypeOf<typeof flowSchemaStatus> {}

export const flowSchema = kind(
  "FlowSchema",
  "Assigns requests to a level.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, flowSchemaSpec, "The desired state."),
    status: field(3, flowSchemaStatus, "The observed state, written by the system."),
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
