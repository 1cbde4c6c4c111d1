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

export const jobCondition = type("JobCondition", "", {
  type: field(1, string, "").required(),
  status: field(2, string, "").required(),
  lastProbeTime: field(3, time, ""),
  lastTransitionTime: field(4, time, ""),
  reason: field(5, string, ""),
  message: field(6, string, ""),
});
export interface JobCondition extends TypeOf<typeof jobCondition> {}

export const uncountedTerminatedPods = type("UncountedTerminatedPods", "", {
  succeeded: field(1, setOf(string), ""),
  failed: field(2, setOf(string), ""),
});
export interface UncountedTerminatedPods extends TypeOf<typeof uncountedTerminatedPods> {}

export const jobStatus = type("JobStatus", "", {
  conditions: field(1, atomicListOf(jobCondition), "").patchMerged("type"),
  startTime: field(2, time, "").pointer(),
  completionTime: field(3, time, "").pointer(),
  active: field(4, int32, ""),
  succeeded: field(5, int32, ""),
  failed: field(6, int32, ""),
  completedIndexes: field(7, string, ""),
  uncountedTerminatedPods: field(8, uncountedTerminatedPods, "").pointer(),
  ready: field(9, int32, "").pointer(),
  failedIndexes: field(10, string, "").pointer(),
  terminating: field(11, int32, "").pointer(),
});
export interface JobStatus extends TypeOf<typeof jobStatus> {}

export const job = kind(
  "Job",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, jobSpec, ""),
    status: field(3, jobStatus, ""),
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
