/**
 * What sets kinds apart in a word or two, by upstream's strategies. Whatever needs more has a folder of
 * its own beside this file; what no line mentions is as in `genericBehavior`.
 */

import { customKinds } from "#api";
import { deployment, daemonSet, replicaSet, statefulSet } from "#api/apps/v1";
import { cronJob, job } from "#api/batch/v1";
import { certificateSigningRequest } from "#api/certificates/v1";
import { lease } from "#api/coordination/v1";
import {
  endpoints,
  event as coreEvent,
  limitRange,
  node,
  persistentVolume,
  persistentVolumeClaim,
  podTemplate,
  replicationController,
  resourceQuota,
  secret,
  service,
  serviceAccount,
} from "#api/core/v1";
import { endpointSlice } from "#api/discovery/v1";
import { event } from "#api/events/v1";
import { ingress, ingressClass, networkPolicy } from "#api/networking/v1";
import { runtimeClass } from "#api/node/v1";
import { podDisruptionBudget } from "#api/policy/v1";
import { clusterRole, clusterRoleBinding, role, roleBinding } from "#api/rbac/v1";
import { deviceClass, resourceClaim, resourceClaimTemplate, resourceSlice } from "#api/resource/v1";
import { priorityClass } from "#api/scheduling/v1";
import {
  csiDriver,
  csiNode,
  csiStorageCapacity,
  storageClass,
  volumeAttachment,
  volumeAttributesClass,
} from "#api/storage/v1";
import { type BehaviorEntry, defineBehavior } from "./behavior.ts";

const shown = { deleteAnswer: "object" } as const;
const counted = { generation: "counted" } as const;
const creatable = { putToAbsent: "creates" } as const;
const versioned = { putWithoutVersion: "refused" } as const;

const rbac = { ...creatable, names: "path-segment" } as const;

const coreTraits: readonly BehaviorEntry[] = [
  defineBehavior(endpoints, creatable),
  defineBehavior(limitRange, creatable),
  defineBehavior(podTemplate, { ...shown, ...counted }),
  defineBehavior(resourceQuota, shown),
  defineBehavior(serviceAccount, shown),
  defineBehavior(coreEvent, {
    ...creatable,
    defaultPropagation: "none",
    selectableFields: {
      "involvedObject.kind": (object) => object.involvedObject.kind ?? "",
      "involvedObject.namespace": (object) => object.involvedObject.namespace ?? "",
      "involvedObject.name": (object) => object.involvedObject.name ?? "",
      "involvedObject.uid": (object) => object.involvedObject.uid ?? "",
      "involvedObject.apiVersion": (object) => object.involvedObject.apiVersion ?? "",
      "involvedObject.resourceVersion": (object) => object.involvedObject.resourceVersion ?? "",
      "involvedObject.fieldPath": (object) => object.involvedObject.fieldPath ?? "",
      reason: (object) => object.reason ?? "",
      reportingComponent: (object) => object.reportingComponent ?? "",
      source: (object) => object.source?.component || object.reportingComponent || "",
      type: (object) => object.type ?? "",
    },
  }),
  defineBehavior(node, {
    statusAtCreation: "kept",
    selectableFields: {
      "spec.unschedulable": (object) => String(object.spec?.unschedulable ?? false),
    },
  }),
  defineBehavior(persistentVolume, {
    ...shown,
    prepareForCreate: (object) => ({ ...object, status: { phase: "Pending" } }),
  }),
  defineBehavior(persistentVolumeClaim, {
    ...shown,
    prepareForCreate: (object) => ({ ...object, status: { phase: "Pending" } }),
  }),
  defineBehavior(replicationController, {
    ...counted,
    defaultPropagation: "Orphan",
    selectableFields: {
      "status.replicas": (object) => String(object.status?.replicas ?? 0),
    },
  }),
  defineBehavior(secret, { selectableFields: { type: (object) => object.type ?? "" } }),
  defineBehavior(service, {
    ...shown,
    ...creatable,
    // Since 1.36 names may start with a digit (KEP-5311).
    names: "dns-label",
    selectableFields: {
      "spec.clusterIP": (object) => object.spec?.clusterIP ?? "",
      "spec.type": (object) => object.spec?.type ?? "",
    },
  }),
];

const workloadTraits: readonly BehaviorEntry[] = [
  defineBehavior(daemonSet, counted),
  defineBehavior(deployment, counted),
  defineBehavior(replicaSet, {
    ...counted,
    selectableFields: {
      "status.replicas": (object) => String(object.status?.replicas ?? 0),
    },
  }),
  defineBehavior(statefulSet, { ...counted, names: "dns-label" }),
  defineBehavior(cronJob, counted),
  defineBehavior(job, {
    ...counted,
    defaultPropagation: "Orphan",
    selectableFields: {
      "status.successful": (object) => String(object.status?.succeeded ?? 0),
    },
  }),
  defineBehavior(podDisruptionBudget, { ...counted, ...versioned }),
];

const clusterTraits: readonly BehaviorEntry[] = [
  defineBehavior(certificateSigningRequest, {
    names: "path-segment",
    // Who asks is what the server knows, not what the request says.
    prepareForCreate: (object, { name, uid, groups, extra }) => ({
      ...object,
      spec: { ...object.spec, username: name, uid, groups, extra: Object.fromEntries(extra) },
    }),
    selectableFields: { "spec.signerName": (object) => object.spec.signerName },
  }),
  defineBehavior(lease, { ...creatable, ...versioned }),
  defineBehavior(endpointSlice, counted),
  defineBehavior(event, {
    ...creatable,
    defaultPropagation: "none",
    selectableFields: {
      "regarding.kind": (object) => object.regarding?.kind ?? "",
      "regarding.namespace": (object) => object.regarding?.namespace ?? "",
      "regarding.name": (object) => object.regarding?.name ?? "",
      "regarding.uid": (object) => object.regarding?.uid ?? "",
      reason: (object) => object.reason ?? "",
      reportingController: (object) => object.reportingController ?? "",
      type: (object) => object.type ?? "",
    },
  }),
  defineBehavior(ingress, counted),
  defineBehavior(ingressClass, counted),
  defineBehavior(networkPolicy, counted),
  defineBehavior(runtimeClass, { ...creatable, ...versioned }),
  defineBehavior(clusterRole, rbac),
  defineBehavior(clusterRoleBinding, rbac),
  defineBehavior(role, rbac),
  defineBehavior(roleBinding, rbac),
  defineBehavior(deviceClass, { ...shown, ...counted }),
  defineBehavior(resourceClaim, shown),
  defineBehavior(resourceClaimTemplate, shown),
  defineBehavior(resourceSlice, {
    ...shown,
    ...counted,
    selectableFields: {
      "spec.nodeName": (object) => object.spec.nodeName ?? "",
      "spec.driver": (object) => object.spec.driver,
    },
  }),
  defineBehavior(priorityClass, counted),
  defineBehavior(csiDriver, { ...shown, ...counted, ...versioned }),
  defineBehavior(csiNode, { ...shown, ...versioned }),
  defineBehavior(csiStorageCapacity, { ...shown, ...versioned }),
  defineBehavior(storageClass, shown),
  defineBehavior(volumeAttachment, { ...shown, ...versioned }),
  defineBehavior(volumeAttributesClass, shown),
];

/** Custom resources are all alike. */
const customTraits: readonly BehaviorEntry[] = customKinds.map((kind) => ({
  kind,
  behavior: { ...counted, ...versioned },
}));

export const kindTraits: readonly BehaviorEntry[] = [
  ...coreTraits,
  ...workloadTraits,
  ...clusterTraits,
  ...customTraits,
];
