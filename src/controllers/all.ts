import type { TimeZones } from "#base";
import type { Client } from "#client";
import type { Controller, ControllerDeps } from "./controller.ts";
import { clusterRoleAggregationController } from "./cluster-role-aggregation/reconcile.ts";
import { cronJobController } from "./cron-job/reconcile.ts";
import { daemonSetController } from "./daemon-set/reconcile.ts";
import { deploymentController } from "./deployment/reconcile.ts";
import { endpointSliceController } from "./endpoint-slice/reconcile.ts";
import { endpointsController } from "./endpoints/reconcile.ts";
import { ephemeralVolumeController } from "./ephemeral-volume/reconcile.ts";
import { garbageCollector } from "./garbage-collector/reconcile.ts";
import {
  type AutoscalerDeps,
  horizontalPodAutoscalerController,
} from "./horizontal-pod-autoscaler/reconcile.ts";
import { jobController } from "./job/reconcile.ts";
import { jobStrayController } from "./job/strays.ts";
import { localPathController, type VolumeDirectories } from "./local-path/reconcile.ts";
import { namespaceController } from "./namespace/reconcile.ts";
import { nodeLifecycleController } from "./node-lifecycle/reconcile.ts";
import type { PodRange } from "./node-ipam/plan.ts";
import { nodeIpamController } from "./node-ipam/reconcile.ts";
import { loadBalancerController } from "./load-balancer/reconcile.ts";
import { podGcController } from "./pod-gc/run.ts";
import { replicaSetController } from "./replica-set/reconcile.ts";
import { podDisruptionBudgetController } from "./pod-disruption-budget/reconcile.ts";
import { replicationControllerController } from "./replication-controller/reconcile.ts";
import { resourceQuotaController } from "./resource-quota/reconcile.ts";
import { rootCaController } from "./root-ca/reconcile.ts";
import type { ScaledObjectDeps } from "./scaled-object/pass.ts";
import { scaledObjectController } from "./scaled-object/reconcile.ts";
import { serviceAccountController } from "./service-account/reconcile.ts";
import { statefulSetController } from "./stateful-set/reconcile.ts";
import { claimProtectionController } from "./storage-protection/claims.ts";
import { volumeProtectionController } from "./storage-protection/volumes.ts";
import { taintEvictionController } from "./taint-eviction/reconcile.ts";
import { ttlAfterFinishedController } from "./ttl-after-finished/reconcile.ts";
import { verticalPodAutoscalerController } from "./vertical-pod-autoscaler/reconcile.ts";
import { volumeBinderController } from "./volume-binder/reconcile.ts";
import { indexPodsByNode } from "./pod-feed.ts";

export interface ControllerOptions {
  /** The range that nodes get their shares of. */
  readonly podRange: PodRange;
  /** The cluster's certificate authority, PEM. */
  readonly authority: string;
  /** Where the volumes of the cluster's own storage class lie. */
  readonly directories: VolumeDirectories;
  /** What the schedules of CronJobs go by. */
  readonly timeZones: TimeZones;
  readonly autoscaling: AutoscalerDeps;
  /** How triggers of ScaledObjects are read. */
  readonly triggers: Pick<ScaledObjectDeps, "prom" | "health">;
  /** A client with the permissions of a service account of `kube-system`. */
  clientOf(account: string): Client;
}

/** Every controller of the control plane; each of them is to be run once. */
export function allControllers(
  deps: ControllerDeps,
  options: ControllerOptions,
): readonly Controller[] {
  indexPodsByNode(deps.informers);
  // Each writes with the permissions that its role gives it; all read from the same caches.
  const as = (account: string) => ({ ...deps, client: options.clientOf(account) });
  return [
    deploymentController(as("deployment-controller")),
    replicaSetController(as("replicaset-controller")),
    replicationControllerController(as("replication-controller")),
    horizontalPodAutoscalerController(as("horizontal-pod-autoscaler"), options.autoscaling),
    scaledObjectController(as("keda-operator"), {
      ...options.triggers,
      timeZones: options.timeZones,
    }),
    verticalPodAutoscalerController(as("vertical-pod-autoscaler")),
    podDisruptionBudgetController(as("disruption-controller")),
    statefulSetController(as("statefulset-controller")),
    daemonSetController(as("daemon-set-controller")),
    endpointSliceController(as("endpointslice-controller")),
    endpointsController(as("endpoint-controller")),
    loadBalancerController(as("service-controller")),
    clusterRoleAggregationController(as("clusterrole-aggregation-controller")),
    cronJobController(as("cronjob-controller"), options.timeZones),
    jobController(as("job-controller")),
    jobStrayController(as("job-controller")),
    ttlAfterFinishedController(as("ttl-after-finished-controller")),
    ephemeralVolumeController(as("ephemeral-volume-controller")),
    garbageCollector(as("generic-garbage-collector")),
    localPathController(as("local-path-provisioner"), options.directories),
    namespaceController(as("namespace-controller")),
    nodeIpamController(as("node-controller"), options.podRange),
    nodeLifecycleController(as("node-controller")),
    podGcController(as("pod-garbage-collector")),
    resourceQuotaController(as("resourcequota-controller")),
    rootCaController(as("root-ca-cert-publisher"), options.authority),
    serviceAccountController(as("service-account-controller")),
    claimProtectionController(as("pvc-protection-controller")),
    volumeProtectionController(as("pv-protection-controller")),
    taintEvictionController(as("node-controller")),
    volumeBinderController(as("persistent-volume-binder")),
  ];
}

/** Those that decide how many pods there are of a workload, and make and remove them. */
export function scalingControllers(
  deps: ControllerDeps,
  autoscaling: AutoscalerDeps,
): readonly Controller[] {
  indexPodsByNode(deps.informers);
  return [
    deploymentController(deps),
    replicaSetController(deps),
    replicationControllerController(deps),
    statefulSetController(deps),
    horizontalPodAutoscalerController(deps, autoscaling),
  ];
}
