import {
  atomicListOf,
  field,
  int32,
  int64,
  intOrString,
  keyedListOf,
  scaleSubresource,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { persistentVolumeClaim } from "../../core/v1/persistent-volume-claim.ts";
import { podTemplateSpec } from "../../core/v1/pod-spec.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const rollingUpdateStatefulSetStrategy = type(
  "RollingUpdateStatefulSetStrategy",
  "Settings of a StatefulSet's rolling update.",
  {
    partition: field(
      1,
      int32,
      "Pods with a lower ordinal than this keep the old template; 0 by default.",
    ).pointer(),
    maxUnavailable: field(
      2,
      intOrString,
      "How many pods may be missing during the update, as number or percentage; 1 by default.",
    ).pointer(),
  },
);
export interface RollingUpdateStatefulSetStrategy
  extends TypeOf<typeof rollingUpdateStatefulSetStrategy> {}

export const statefulSetOrdinals = type("StatefulSetOrdinals", "How the pods are numbered.", {
  start: field(1, int32, "Number of the first pod; 0 by default.").always(),
});
export interface StatefulSetOrdinals extends TypeOf<typeof statefulSetOrdinals> {}

export const statefulSetPersistentVolumeClaimRetentionPolicy = type(
  "StatefulSetPersistentVolumeClaimRetentionPolicy",
  "What becomes of the claims made from volumeClaimTemplates.",
  {
    whenDeleted: field(
      1,
      string,
      "When the StatefulSet is deleted: Retain (the default) or Delete.",
    ),
    whenScaled: field(2, string, "When a pod is scaled away: Retain (the default) or Delete."),
  },
);
export interface StatefulSetPersistentVolumeClaimRetentionPolicy
  extends TypeOf<typeof statefulSetPersistentVolumeClaimRetentionPolicy> {}

export const statefulSetUpdateStrategy = type(
  "StatefulSetUpdateStrategy",
  "How a StatefulSet replaces its pods.",
  {
    type: field(
      1,
      string,
      "RollingUpdate (the default), or OnDelete: only when somebody deletes the old pod.",
    ),
    rollingUpdate: field(
      2,
      rollingUpdateStatefulSetStrategy,
      "Settings of RollingUpdate.",
    ).pointer(),
  },
);
export interface StatefulSetUpdateStrategy extends TypeOf<typeof statefulSetUpdateStrategy> {}

export const statefulSetSpec = type("StatefulSetSpec", "What a StatefulSet shall run.", {
  replicas: field(1, int32, "Number of pods; 1 by default.").pointer(),
  selector: field(
    2,
    labelSelector,
    "Selects the StatefulSet's pods; must match the labels of the template. It cannot be changed.",
  )
    .pointer()
    .required(),
  template: field(
    3,
    podTemplateSpec,
    "The pods to run; each is named after the StatefulSet and its ordinal.",
  ).required(),
  volumeClaimTemplates: field(
    4,
    atomicListOf(persistentVolumeClaim),
    "Claims that are made for each pod and keep its data when it is replaced.",
  ),
  serviceName: field(5, string, "Headless Service that gives the pods their DNS names.").always(),
  podManagementPolicy: field(
    6,
    string,
    "OrderedReady (the default): one pod after the other; Parallel: all at once.",
  ),
  updateStrategy: field(
    7,
    statefulSetUpdateStrategy,
    "How pods are replaced when the template changes.",
  ),
  revisionHistoryLimit: field(
    8,
    int32,
    "How many old revisions are kept for rollbacks; 10 by default.",
  ).pointer(),
  minReadySeconds: field(
    9,
    int32,
    "Seconds that a new pod must be ready without a crash before it counts as available; 0 by default.",
  ),
  persistentVolumeClaimRetentionPolicy: field(
    10,
    statefulSetPersistentVolumeClaimRetentionPolicy,
    "What becomes of the claims when they are no longer needed.",
  ).pointer(),
  ordinals: field(11, statefulSetOrdinals, "How the pods are numbered.").pointer(),
});
export interface StatefulSetSpec extends TypeOf<typeof statefulSetSpec> {}

export const statefulSetCondition = type(
  "StatefulSetCondition",
  "One aspect of a StatefulSet's state.",
  {
    type: field(1, string, "Name of the aspect, in CamelCase.").required(),
    status: field(2, string, "Whether the condition holds: True, False or Unknown.").required(),
    lastTransitionTime: field(3, time, "When the status last changed."),
    reason: field(4, string, "Why, as one CamelCase word for programs."),
    message: field(5, string, "Why, in a sentence for people."),
  },
);
export interface StatefulSetCondition extends TypeOf<typeof statefulSetCondition> {}

export const statefulSetStatus = type("StatefulSetStatus", "How a StatefulSet's pods are doing.", {
  observedGeneration: field(1, int64, "Generation of the spec that this status was computed from."),
  replicas: field(2, int32, "Pods that exist.").required(),
  readyReplicas: field(3, int32, "Pods that are ready."),
  currentReplicas: field(4, int32, "Pods of the revision currentRevision."),
  updatedReplicas: field(5, int32, "Pods of the revision updateRevision."),
  currentRevision: field(6, string, "Revision of the pods that are not updated yet."),
  updateRevision: field(7, string, "Revision of the pods that are updated."),
  collisionCount: field(
    9,
    int32,
    "How often a generated name was already taken; it goes into the hash of the next one.",
  ).pointer(),
  conditions: field(
    10,
    keyedListOf(statefulSetCondition, "type"),
    "Latest observations of single aspects of the state.",
  ).patchMerged("type"),
  availableReplicas: field(
    11,
    int32,
    "Pods that have been ready for at least minReadySeconds.",
  ).always(),
});
export interface StatefulSetStatus extends TypeOf<typeof statefulSetStatus> {}

export const statefulSet = kind(
  "StatefulSet",
  "Runs pods with lasting identities: stable names, and volumes that stay theirs.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, statefulSetSpec, "The desired state."),
    status: field(3, statefulSetStatus, "The observed state, written by the system."),
  },
  {
    name: "statefulsets",
    singular: "statefulset",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["sts"],
    categories: ["all"],
    subresources: { scale: scaleSubresource, status: statusSubresource("StatefulSet") },
  },
);
export interface StatefulSet extends TypeOf<typeof statefulSet> {}
