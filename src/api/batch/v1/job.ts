import {
  atomicListOf,
  field,
  int32,
  setOf,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { jobSpec } from "./parts.ts";
import { kind, type } from "./package.ts";

export const jobCondition = type(
  "JobCondition",
  "One aspect of a Job's state, such as Complete or Failed.",
  {
    type: field(1, string, "Name of the aspect, in CamelCase.").required(),
    status: field(2, string, "Whether the condition holds: True, False or Unknown.").required(),
    lastProbeTime: field(3, time, "When the condition was last checked."),
    lastTransitionTime: field(4, time, "When the status last changed."),
    reason: field(5, string, "Why, as one CamelCase word for programs."),
    message: field(6, string, "Why, in a sentence for people."),
  },
);
export interface JobCondition extends TypeOf<typeof jobCondition> {}

export const uncountedTerminatedPods = type(
  "UncountedTerminatedPods",
  "Pods that have ended and are not counted yet.",
  {
    succeeded: field(1, setOf(string), "UIDs of those that succeeded."),
    failed: field(2, setOf(string), "UIDs of those that failed."),
  },
);
export interface UncountedTerminatedPods extends TypeOf<typeof uncountedTerminatedPods> {}

export const jobStatus = type("JobStatus", "How a Job is doing.", {
  conditions: field(
    1,
    atomicListOf(jobCondition),
    "Latest observations of single aspects of the state.",
  ).patchMerged("type"),
  startTime: field(2, time, "When the Job began, or was last resumed.").pointer(),
  completionTime: field(3, time, "When the Job succeeded.").pointer(),
  active: field(4, int32, "Pods that are running or pending."),
  succeeded: field(5, int32, "Pods that have succeeded."),
  failed: field(6, int32, "Pods that have failed."),
  completedIndexes: field(7, string, "Indexes that have succeeded, such as 1,3-5."),
  uncountedTerminatedPods: field(
    8,
    uncountedTerminatedPods,
    "Pods that have ended and are not counted yet.",
  ).pointer(),
  ready: field(9, int32, "Pods that are ready.").pointer(),
  failedIndexes: field(10, string, "Indexes that have failed, such as 1,3-5.").pointer(),
  terminating: field(11, int32, "Pods that are being deleted.").pointer(),
});
export interface JobStatus extends TypeOf<typeof jobStatus> {}

export const job = kind(
  "Job",
  "Runs pods until a number of them has succeeded.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, jobSpec, "The desired state."),
    status: field(3, jobStatus, "The observed state, written by the system."),
  },
  {
    name: "jobs",
    singular: "job",
    namespaced: true,
    verbs: standardVerbs,
    categories: ["all"],
    subresources: { status: statusSubresource("Job") },
  },
);
export interface Job extends TypeOf<typeof job> {}
