import {
  atomicListOf,
  boolean,
  field,
  int32,
  int64,
  setOf,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { podTemplateSpec } from "../../core/v1/pod-spec.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { type } from "./package.ts";

export const podFailurePolicyOnExitCodesRequirement = type(
  "PodFailurePolicyOnExitCodesRequirement",
  "",
  {
    containerName: field(1, string, "").pointer(),
    operator: field(2, string, "").required(),
    values: field(3, setOf(int32), "").required(),
  },
);
export interface PodFailurePolicyOnExitCodesRequirement
  extends TypeOf<typeof podFailurePolicyOnExitCodesRequirement> {}

export const podFailurePolicyOnPodConditionsPattern = type(
  "PodFailurePolicyOnPodConditionsPattern",
  "",
  {
    type: field(1, string, "").required(),
    status: field(2, string, "").always(),
  },
);
export interface PodFailurePolicyOnPodConditionsPattern
  extends TypeOf<typeof podFailurePolicyOnPodConditionsPattern> {}

export const podFailurePolicyRule = type("PodFailurePolicyRule", "", {
  action: field(1, string, "").required(),
  onExitCodes: field(2, podFailurePolicyOnExitCodesRequirement, "").pointer(),
  onPodConditions: field(3, atomicListOf(podFailurePolicyOnPodConditionsPattern), ""),
});
export interface PodFailurePolicyRule extends TypeOf<typeof podFailurePolicyRule> {}

export const podFailurePolicy = type("PodFailurePolicy", "", {
  rules: field(1, atomicListOf(podFailurePolicyRule), "").required(),
});
export interface PodFailurePolicy extends TypeOf<typeof podFailurePolicy> {}

export const successPolicyRule = type("SuccessPolicyRule", "", {
  succeededIndexes: field(1, string, "").pointer(),
  succeededCount: field(2, int32, "").pointer(),
});
export interface SuccessPolicyRule extends TypeOf<typeof successPolicyRule> {}

export const successPolicy = type("SuccessPolicy", "", {
  rules: field(1, atomicListOf(successPolicyRule), "").required(),
});
export interface SuccessPolicy extends TypeOf<typeof successPolicy> {}

export const jobSpec = type("JobSpec", "", {
  parallelism: field(1, int32, "").pointer(),
  completions: field(2, int32, "").pointer(),
  activeDeadlineSeconds: field(3, int64, "").pointer(),
  selector: field(4, labelSelector, "").pointer(),
  manualSelector: field(5, boolean, "").pointer(),
  template: field(6, podTemplateSpec, "").required(),
  backoffLimit: field(7, int32, "").pointer(),
  ttlSecondsAfterFinished: field(8, int32, "").pointer(),
  completionMode: field(9, string, "").pointer(),
  suspend: field(10, boolean, "").pointer(),
  podFailurePolicy: field(11, podFailurePolicy, "").pointer(),
  backoffLimitPerIndex: field(12, int32, "").pointer(),
  maxFailedIndexes: field(13, int32, "").pointer(),
  podReplacementPolicy: field(14, string, "").pointer(),
  managedBy: field(15, string, "").pointer(),
  successPolicy: field(16, successPolicy, "").pointer(),
});
export interface JobSpec extends TypeOf<typeof jobSpec> {}
