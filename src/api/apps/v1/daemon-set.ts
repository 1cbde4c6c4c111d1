import {
  field,
  int32,
  int64,
  intOrString,
  keyedListOf,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { podTemplateSpec } from "../../core/v1/pod-spec.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const rollingUpdateDaemonSet = type("RollingUpdateDaemonSet", "", {
  maxUnavailable: field(1, intOrString, "").pointer(),
  maxSurge: field(2, intOrString, "").pointer(),
});
export interface RollingUpdateDaemonSet extends TypeOf<typeof rollingUpdateDaemonSet> {}

export const daemonSetUpdateStrategy = type("DaemonSetUpdateStrategy", "", {
  type: field(1, string, ""),
  rollingUpdate: field(2, rollingUpdateDaemonSet, "").pointer(),
});
export interface DaemonSetUpdateStrategy extends TypeOf<typeof daemonSetUpdateStrategy> {}

export const daemonSetSpec = type("DaemonSetSpec", "", {
  selector: field(1, labelSelector, "").pointer().required(),
  template: field(2, podTemplateSpec, "").required(),
  updateStrategy: field(3, daemonSetUpdateStrategy, ""),
  minReadySeconds: field(4, int32, ""),
  revisionHistoryLimit: field(6, int32, "").pointer(),
});
export interface DaemonSetSpec extends TypeOf<typeof daemonSetSpec> {}

export const daemonSetCondition = type("DaemonSetCondition", "", {
  type: field(1, string, "").required(),
  status: field(2, string, "").required(),
  lastTransitionTime: field(3, time, ""),
  reason: field(4, string, ""),
  message: field(5, string, ""),
});
export interface DaemonSetCondition extends TypeOf<typeof daemonSetCondition> {}

export const daemonSetStatus = type("DaemonSetStatus", "", {
  currentNumberScheduled: field(1, int32, "").required(),
  numberMisscheduled: field(2, int32, "").required(),
  desiredNumberScheduled: field(3, int32, "").required(),
  numberReady: field(4, int32, "").required(),
  observedGeneration: field(5, int64, ""),
  updatedNumberScheduled: field(6, int32, ""),
  numberAvailable: field(7, int32, ""),
  numberUnavailable: field(8, int32, ""),
  collisionCount: field(9, int32, "").pointer(),
  conditions: field(10, keyedListOf(daemonSetCondition, "type"), "").patchMerged("type"),
});
export interface DaemonSetStatus extends TypeOf<typeof daemonSetStatus> {}

export const daemonSet = kind(
  "DaemonSet",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, daemonSetSpec, ""),
    status: field(3, daemonSetStatus, ""),
  },
  {
    name: "daemonsets",
    singular: "daemonset",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["ds"],
    categories: ["all"],
    subresources: { status: statusSubresource("DaemonSet") },
  },
);
export interface DaemonSet extends TypeOf<typeof daemonSet> {}
