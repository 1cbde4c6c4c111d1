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

export const rollingUpdateDaemonSet = type(
  "RollingUpdateDaemonSet",
  "Settings of a DaemonSet's rolling update.",
  {
    maxUnavailable: field(
      1,
      intOrString,
      "How many nodes may be without an available pod at a time, as number or percentage; 1 by default.",
    ).pointer(),
    maxSurge: field(
      2,
      intOrString,
      "On how many nodes a new pod may start before the old one stops, as number or percentage; 0 by default.",
    ).pointer(),
  },
);
export interface RollingUpdateDaemonSet extends TypeOf<typeof rollingUpdateDaemonSet> {}

export const daemonSetUpdateStrategy = type(
  "DaemonSetUpdateStrategy",
  "How a DaemonSet replaces its pods.",
  {
    type: field(
      1,
      string,
      "RollingUpdate (the default), or OnDelete: only when somebody deletes the old pod.",
    ),
    rollingUpdate: field(2, rollingUpdateDaemonSet, "Settings of RollingUpdate.").pointer(),
  },
);
export interface DaemonSetUpdateStrategy extends TypeOf<typeof daemonSetUpdateStrategy> {}

export const daemonSetSpec = type("DaemonSetSpec", "What a DaemonSet shall run, and where.", {
  selector: field(
    1,
    labelSelector,
    "Selects the DaemonSet's pods; must match the labels of the template.",
  )
    .pointer()
    .required(),
  template: field(2, podTemplateSpec, "The pod to run on each node.").required(),
  updateStrategy: field(
    3,
    daemonSetUpdateStrategy,
    "How pods are replaced when the template changes.",
  ),
  minReadySeconds: field(
    4,
    int32,
    "Seconds that a new pod must be ready without a crash before it counts as available; 0 by default.",
  ),
  revisionHistoryLimit: field(
    6,
    int32,
    "How many old revisions are kept for rollbacks; 10 by default.",
  ).pointer(),
});
export interface DaemonSetSpec extends TypeOf<typeof daemonSetSpec> {}

export const daemonSetCondition = type("DaemonSetCondition", "One aspect of a DaemonSet's state.", {
  type: field(1, string, "Name of the aspect, in CamelCase.").required(),
  status: field(2, string, "Whether the condition holds: True, False or Unknown.").required(),
  lastTransitionTime: field(3, time, "When the status last changed."),
  reason: field(4, string, "Why, as one CamelCase word for programs."),
  message: field(5, string, "Why, in a sentence for people."),
});
export interface DaemonSetCondition extends TypeOf<typeof daemonSetCondition> {}

export const daemonSetStatus = type("DaemonSetStatus", "How a DaemonSet's pods are doing.", {
  currentNumberScheduled: field(1, int32, "Nodes that run a pod and should.").required(),
  numberMisscheduled: field(2, int32, "Nodes that run a pod and should not.").required(),
  desiredNumberScheduled: field(3, int32, "Nodes that should run a pod.").required(),
  numberReady: field(4, int32, "Nodes with a pod that is ready.").required(),
  observedGeneration: field(5, int64, "Generation of the spec that this status was computed from."),
  updatedNumberScheduled: field(6, int32, "Nodes that run a pod of the newest template."),
  numberAvailable: field(7, int32, "Nodes with a pod that has been ready for long enough."),
  numberUnavailable: field(8, int32, "Nodes that should have an available pod and do not."),
  collisionCount: field(
    9,
    int32,
    "How often a generated name was already taken; it goes into the hash of the next one.",
  ).pointer(),
  conditions: field(
    10,
    keyedListOf(daemonSetCondition, "type"),
    "Latest observations of single aspects of the state.",
  ).patchMerged("type"),
});
export interface DaemonSetStatus extends TypeOf<typeof daemonSetStatus> {}

export const daemonSet = kind(
  "DaemonSet",
  "Runs one pod on every node that fits.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, daemonSetSpec, "The desired state."),
    status: field(3, daemonSetStatus, "The observed state, written by the system."),
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
