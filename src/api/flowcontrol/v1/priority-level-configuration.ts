import {
  field,
  int32,
  keyedListOf,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const exemptPriorityLevelConfiguration = type(
  "ExemptPriorityLevelConfiguration",
  "A level whose requests never wait.",
  {
    nominalConcurrencyShares: field(
      1,
      int32,
      "Share of the server's seats; 0 by default.",
    ).pointer(),
    lendablePercent: field(2, int32, "How much of it other levels may borrow.").pointer(),
  },
);
export interface ExemptPriorityLevelConfiguration
  extends TypeOf<typeof exemptPriorityLevelConfiguration> {}

export const queuingConfiguration = type("QueuingConfiguration", "How requests queue.", {
  queues: field(1, int32, "Number of queues; 64 by default.").always(),
  handSize: field(2, int32, "Among how many queues a flow chooses; 8 by default.").always(),
  queueLengthLimit: field(3, int32, "Most requests in a queue; 50 by default.").always(),
});
export interface QueuingConfiguration extends TypeOf<typeof queuingConfiguration> {}

export const limitResponse = type(
  "LimitResponse",
  "What becomes of requests that exceed a level.",
  {
    type: field(1, string, "Queue or Reject.").required(),
    queuing: field(2, queuingConfiguration, "How they queue.").pointer(),
  },
  { unions: [{ discriminator: "type", "fields-to-discriminateBy": { queuing: "Queuing" } }] },
);
export interface LimitResponse extends TypeOf<typeof limitResponse> {}

export const limitedPriorityLevelConfiguration = type(
  "LimitedPriorityLevelConfiguration",
  "A level with bounds.",
  {
    nominalConcurrencyShares: field(
      1,
      int32,
      "Share of the server's seats; 30 by default.",
    ).pointer(),
    limitResponse: field(2, limitResponse, "What becomes of requests that exceed it."),
    lendablePercent: field(3, int32, "How much of it other levels may borrow.").pointer(),
    borrowingLimitPercent: field(4, int32, "How much it may borrow from other levels.").pointer(),
  },
);
export interface LimitedPriorityLevelConfiguration
  extends TypeOf<typeof limitedPriorityLevelConfiguration> {}

export const priorityLevelConfigurationSpec = type(
  "PriorityLevelConfigurationSpec",
  "How a level treats its requests.",
  {
    type: field(1, string, "Limited or Exempt.").required(),
    limited: field(2, limitedPriorityLevelConfiguration, "Settings of Limited.").pointer(),
    exempt: field(3, exemptPriorityLevelConfiguration, "Settings of Exempt.").pointer(),
  },
  {
    unions: [
      {
        discriminator: "type",
        "fields-to-discriminateBy": { exempt: "Exempt", limited: "Limited" },
      },
    ],
  },
);
export interface PriorityLevelConfigurationSpec
  extends TypeOf<typeof priorityLevelConfigurationSpec> {}

export const priorityLevelConfigurationCondition = type(
  "PriorityLevelConfigurationCondition",
  "One aspect of a level's state.",
  {
    type: field(1, string, "Name of the aspect, in CamelCase."),
    status: field(2, string, "Whether the condition holds: True, False or Unknown."),
    lastTransitionTime: field(3, time, "When the status last changed."),
    reason: field(4, string, "Why, as one CamelCase word for programs."),
    message: field(5, string, "Why, in a sentence for people."),
  },
);
export interface PriorityLevelConfigurationCondition
  extends TypeOf<typeof priorityLevelConfigurationCondition> {}

export const priorityLevelConfigurationStatus = type(
  "PriorityLevelConfigurationStatus",
  "The state of a level.",
  {
    conditions: field(
      1,
      keyedListOf(priorityLevelConfigurationCondition, "type"),
      "Latest observations of single aspects of the state.",
    ).patchMerged("type"),
  },
);
export interface PriorityLevelConfigurationStatus
  extends TypeOf<typeof priorityLevelConfigurationStatus> {}

export const priorityLevelConfiguration = kind(
  "PriorityLevelConfiguration",
  "A level of importance for requests.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, priorityLevelConfigurationSpec, "The desired state."),
    status: field(
      3,
      priorityLevelConfigurationStatus,
      "The observed state, written by the system.",
    ),
  },
  {
    name: "prioritylevelconfigurations",
    singular: "prioritylevelconfiguration",
    namespaced: false,
    verbs: standardVerbs,
    subresources: { status: statusSubresource("PriorityLevelConfiguration") },
  },
);
export interface PriorityLevelConfiguration extends TypeOf<typeof priorityLevelConfiguration> {}
