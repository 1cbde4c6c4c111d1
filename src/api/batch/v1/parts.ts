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
  "Exit codes of containers.",
  {
    containerName: field(1, string, "Name of the container; absent: any.").pointer(),
    operator: field(2, string, "In or NotIn.").required(),
    values: field(3, setOf(int32), "The exit codes; 0 is not allowed for In.").required(),
  },
);
export interface PodFailurePolicyOnExitCodesRequirement
  extends TypeOf<typeof podFailurePolicyOnExitCodesRequirement> {}

export const podFailurePolicyOnPodConditionsPattern = type(
  "PodFailurePolicyOnPodConditionsPattern",
  "A condition of a pod.",
  {
    type: field(1, string, "Type of the condition.").required(),
    status: field(2, string, "Status of the condition; True by default.").always(),
  },
);
export interface PodFailurePolicyOnPodConditionsPattern
  extends TypeOf<typeof podFailurePolicyOnPodConditionsPattern> {}

export const podFailurePolicyRule = type("PodFailurePolicyRule", "What a kind of failure means.", {
  action: field(
    1,
    string,
    "FailJob, FailIndex, Ignore (not counted) or Count (the usual way).",
  ).required(),
  onExitCodes: field(2, podFailurePolicyOnExitCodesRequirement, "Matches by exit codes.").pointer(),
  onPodConditions: field(
    3,
    atomicListOf(podFailurePolicyOnPodConditionsPattern),
    "Matches by conditions of the pod.",
  ),
});
export interface PodFailurePolicyRule extends TypeOf<typeof podFailurePolicyRule> {}

export const podFailurePolicy = type(
  "PodFailurePolicy",
  "What the failures of pods mean for a Job.",
  {
    rules: field(
      1,
      atomicListOf(podFailurePolicyRule),
      "The rules; the first that matches counts.",
    ).required(),
  },
);
export interface PodFailurePolicy extends TypeOf<typeof podFailurePolicy> {}

export const successPolicyRule = type("SuccessPolicyRule", "Indexes whose success is enough.", {
  succeededIndexes: field(1, string, "The indexes that must succeed, such as 1,3-5.").pointer(),
  succeededCount: field(2, int32, "How many of them must.").pointer(),
});
export interface SuccessPolicyRule extends TypeOf<typeof successPolicyRule> {}

export const successPolicy = type("SuccessPolicy", "When an indexed Job counts as a success.", {
  rules: field(1, atomicListOf(successPolicyRule), "The rules, of which one must hold.").required(),
});
export interface SuccessPolicy extends TypeOf<typeof successPolicy> {}

export const jobSpec = type("JobSpec", "What a Job shall run.", {
  parallelism: field(1, int32, "Most pods at a time; 1 by default.").pointer(),
  completions: field(
    2,
    int32,
    "How many pods must succeed; absent: any one success completes the Job.",
  ).pointer(),
  activeDeadlineSeconds: field(
    3,
    int64,
    "Seconds that the Job may run before it is ended.",
  ).pointer(),
  selector: field(4, labelSelector, "Selects the Job's pods; made by the server.").pointer(),
  manualSelector: field(
    5,
    boolean,
    "Whether selector is given by hand. Take care that it selects no other pods.",
  ).pointer(),
  template: field(
    6,
    podTemplateSpec,
    "The pods to run; their restartPolicy is OnFailure or Never.",
  ).required(),
  backoffLimit: field(7, int32, "How many failures are tolerated; 6 by default.").pointer(),
  ttlSecondsAfterFinished: field(
    8,
    int32,
    "Seconds after its end when the Job is deleted; absent: never.",
  ).pointer(),
  completionMode: field(
    9,
    string,
    "NonIndexed (the default), or Indexed: each pod has a number and each number must succeed.",
  ).pointer(),
  suspend: field(10, boolean, "Whether no pods run until this is false again.").pointer(),
  podFailurePolicy: field(
    11,
    podFailurePolicy,
    "What failures mean, by exit code or condition.",
  ).pointer(),
  backoffLimitPerIndex: field(12, int32, "How many failures of one index are tolerated.").pointer(),
  maxFailedIndexes: field(13, int32, "How many indexes may fail before the Job does.").pointer(),
  podReplacementPolicy: field(
    14,
    string,
    "When a pod is replaced: TerminatingOrFailed (the default) or Failed.",
  ).pointer(),
  managedBy: field(
    15,
    string,
    "Controller that runs the Job, if it is not the usual one.",
  ).pointer(),
  successPolicy: field(
    16,
    successPolicy,
    "When the Job counts as a success before all indexes have succeeded.",
  ).pointer(),
});
export interface JobSpec extends TypeOf<typeof jobSpec> {}
