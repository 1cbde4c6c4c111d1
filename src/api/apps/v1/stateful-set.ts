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

export const rollingUpdateStatefulSetStrategy = type("RollingUpdateStatefulSetStrategy", "", {
  partition: field(1, int32, "").pointer(),
  maxUnavailable: field(2, intOrString, "").pointer(),
});
export interface RollingUpdateStatefulSetStrategy
  extends TypeOf<typeof rollingUpdateStatefulSetStrategy> {}

export const statefulSetOrdinals = type("StatefulSetOrdinals", "", {
  start: field(1, int32, "").always(),
});
export interface StatefulSetOrdinals extends TypeOf<typeof statefulSetOrdinals> {}

export const statefulSetPersistentVolumeClaimRetentionPolicy = type(
  "StatefulSetPersistentVolumeClaimRetentionPolicy",
  "",
  {
    whenDeleted: field(1, string, ""),
    whenScaled: field(2, string, ""),
  },
);
export interface StatefulSetPersistentVolumeClaimRetentionPolicy
  extends TypeOf<typeof statefulSetPersistentVolumeClaimRetentionPolicy> {}

export const statefulSetUpdateStrategy = type("StatefulSetUpdateStrategy", "", {
  type: field(1, string, ""),
  rollingUpdate: field(2, rollingUpdateStatefulSetStrategy, "").pointer(),
});
export interface StatefulSetUpdateStrategy extends TypeOf<typeof statefulSetUpdateStrategy> {}

export const statefulSetSpec = type("StatefulSetSpec", "", {
  replicas: field(1, int32, "").pointer(),
  selector: field(2, labelSelector, "").pointer().required(),
  template: field(3, podTemplateSpec, "").required(),
  volumeClaimTemplates: field(4, atomicListOf(persistentVolumeClaim), ""),
  serviceName: field(5, string, "").always(),
  podManagementPolicy: field(6, string, ""),
  updateStrategy: field(7, statefulSetUpdateStrategy, ""),
  revisionHistoryLimit: field(8, int32, "").pointer(),
  minReadySeconds: field(9, int32, ""),
  persistentVolumeClaimRetentionPolicy: field(
    10,
    statefulSetPersistentVolumeClaimRetentionPolicy,
    "",
  ).pointer(),
  ordinals: field(11, statefulSetOrdinals, "").pointer(),
});
export interface StatefulSetSpec extends TypeOf<typeof statefulSetSpec> {}

export const statefulSetCondition = type("StatefulSetCondition", "", {
  type: field(1, string, "").required(),
  status: field(2, string, "").required(),
  lastTransitionTime: field(3, time, ""),
  reason: field(4, string, ""),
  message: field(5, string, ""),
});
export interface StatefulSetCondition extends TypeOf<typeof statefulSetCondition> {}

export const statefulSetStatus = type("StatefulSetStatus", "", {
  observedGeneration: field(1, int64, ""),
  replicas: field(2, int32, "").required(),
  readyReplicas: field(3, int32, ""),
  currentReplicas: field(4, int32, ""),
  updatedReplicas: field(5, int32, ""),
  currentRevision: field(6, string, ""),
  updateRevision: field(7, string, ""),
  collisionCount: field(9, int32, "").pointer(),
  conditions: field(10, keyedListOf(statefulSetCondition, "type"), "").patchMerged("type"),
  availableReplicas: field(11, int32, "").always(),
});
export interface StatefulSetStatus extends TypeOf<typeof statefulSetStatus> {}

export const statefulSet = kind(
  "StatefulSet",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, statefulSetSpec, ""),
    status: field(3, statefulSetStatus, ""),
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
