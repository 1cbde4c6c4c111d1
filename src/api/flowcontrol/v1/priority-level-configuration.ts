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

export const exemptPriorityLevelConfiguration = type("ExemptPriorityLevelConfiguration", "", {
  nominalConcurrencyShares: field(1, int32, "").pointer(),
  lendablePercent: field(2, int32, "").pointer(),
});
export interface ExemptPriorityLevelConfiguration
  extends TypeOf<typeof exemptPriorityLevelConfiguration> {}

export const queuingConfiguration = type("QueuingConfiguration", "", {
  queues: field(1, int32, "").always(),
  handSize: field(2, int32, "").always(),
  queueLengthLimit: field(3, int32, "").always(),
});
export interface QueuingConfiguration extends TypeOf<typeof queuingConfiguration> {}

export const limitResponse = type(
  "LimitResponse",
  "",
  {
    type: field(1, string, "").required(),
    queuing: field(2, queuingConfiguration, "").pointer(),
  },
  { unions: [{ discriminator: "type", "fields-to-discriminateBy": { queuing: "Queuing" } }] },
);
export interface LimitResponse extends TypeOf<typeof limitResponse> {}

export const limitedPriorityLevelConfiguration = type("LimitedPriorityLevelConfiguration", "", {
  nominalConcurrencyShares: field(1, int32, "").pointer(),
  limitResponse: field(2, limitResponse, ""),
  lendablePercent: field(3, int32, "").pointer(),
  borrowingLimitPercent: field(4, int32, "").pointer(),
});
export interface LimitedPriorityLevelConfiguration
  extends TypeOf<typeof limitedPriorityLevelConfiguration> {}

export const priorityLevelConfigurationSpec = type(
  "PriorityLevelConfigurationSpec",
  "",
  {
    type: field(1, string, "").required(),
    limited: field(2, limitedPriorityLevelConfiguration, "").pointer(),
    exempt: field(3, exemptPriorityLevelConfiguration, "").pointer(),
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

export const priorityLevelConfigurationCondition = type("PriorityLevelConfigurationCondition", "", {
  type: field(1, string, ""),
  status: field(2, string, ""),
  lastTransitionTime: field(3, time, ""),
  reason: field(4, string, ""),
  message: field(5, string, ""),
});
export interface PriorityLevelConfigurationCondition
  extends TypeOf<typeof priorityLevelConfigurationCondition> {}

export const priorityLevelConfigurationStatus = type("PriorityLevelConfigurationStatus", "", {
  conditions: field(1, keyedListOf(priorityLevelConfigurationCondition, "type"), "").patchMerged(
    "type",
  ),
});
export interface PriorityLevelConfigurationStatus
  extends TypeOf<typeof priorityLevelConfigurationStatus> {}

export const priorityLevelConfiguration = kind(
  "PriorityLevelConfiguration",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, priorityLevelConfigurationSpec, ""),
    status: field(3, priorityLevelConfigurationStatus, ""),
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
