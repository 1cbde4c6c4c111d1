/** Which kinds are watched, and what each of them tells. */
import type { Fields, KindSchema, TypeOf } from "#api";
import { daemonSet, deployment, replicaSet, statefulSet } from "#api/apps/v1";
import { horizontalPodAutoscaler } from "#api/autoscaling/v2";
import { cronJob, job } from "#api/batch/v1";
import {
  configMap,
  limitRange,
  namespace,
  node,
  persistentVolume,
  persistentVolumeClaim,
  pod,
  replicationController,
  resourceQuota,
  service,
} from "#api/core/v1";
import { endpointSlice } from "#api/discovery/v1";
import { ingress, networkPolicy } from "#api/networking/v1";
import { podDisruptionBudget } from "#api/policy/v1";
import { storageClass } from "#api/storage/v1";
import { cronJobFamilies, jobFamilies } from "./batch.ts";
import {
  limitRangeFamilies,
  namespaceFamilies,
  nodeFamilies,
  resourceQuotaFamilies,
} from "./cluster.ts";
import type { KindFamilies } from "./family.ts";
import {
  configMapFamilies,
  endpointSliceFamilies,
  ingressFamilies,
  networkPolicyFamilies,
  serviceFamilies,
} from "./networking.ts";
import { podFamilies } from "./pods.ts";
import { autoscalerFamilies, disruptionBudgetFamilies } from "./scaling.ts";
import { persistentVolumeFamilies, storageClassFamilies, volumeClaimFamilies } from "./storage.ts";
import {
  daemonSetFamilies,
  deploymentFamilies,
  replicaSetFamilies,
  replicationControllerFamilies,
  statefulSetFamilies,
} from "./workloads.ts";

/** Calls `open` for every kind with its families; what it returns comes back in that order. */
export function watchedKinds<R>(
  open: <F extends Fields>(kind: KindSchema<F>, families: KindFamilies<TypeOf<KindSchema<F>>>) => R,
): readonly R[] {
  return [
    open(configMap, configMapFamilies),
    open(cronJob, cronJobFamilies),
    open(daemonSet, daemonSetFamilies),
    open(deployment, deploymentFamilies),
    open(endpointSlice, endpointSliceFamilies),
    open(horizontalPodAutoscaler, autoscalerFamilies),
    open(ingress, ingressFamilies),
    open(job, jobFamilies),
    open(limitRange, limitRangeFamilies),
    open(namespace, namespaceFamilies),
    open(networkPolicy, networkPolicyFamilies),
    open(node, nodeFamilies),
    open(persistentVolume, persistentVolumeFamilies),
    open(persistentVolumeClaim, volumeClaimFamilies),
    open(podDisruptionBudget, disruptionBudgetFamilies),
    open(pod, podFamilies),
    open(replicaSet, replicaSetFamilies),
    open(replicationController, replicationControllerFamilies),
    open(resourceQuota, resourceQuotaFamilies),
    open(service, serviceFamilies),
    open(statefulSet, statefulSetFamilies),
    open(storageClass, storageClassFamilies),
  ];
}
