import type { TimeZones } from "#base";
import type { Controller, ControllerDeps } from "./controller.ts";
import { cronJobController } from "./cron-job/reconcile.ts";
import { deploymentController } from "./deployment/reconcile.ts";
import { endpointSliceController } from "./endpoint-slice/reconcile.ts";
import { endpointsController } from "./endpoints/reconcile.ts";
import { garbageCollector } from "./garbage-collector/reconcile.ts";
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
import { rootCaController } from "./root-ca/reconcile.ts";
import { serviceAccountController } from "./service-account/reconcile.ts";
import { statefulSetController } from "./stateful-set/reconcile.ts";
import { taintEvictionController } from "./taint-eviction/reconcile.ts";
import { ttlAfterFinishedController } from "./ttl-after-finished/reconcile.ts";
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
}

/** Every controller of the control plane. Ask for them before the informers are run. */
export function allControllers(
  deps: ControllerDeps,
  options: ControllerOptions,
): readonly Controller[] {
  indexPodsByNode(deps.informers);
  return [
    deploymentController(deps),
    replicaSetController(deps),
    statefulSetController(deps),
    endpointSliceController(deps),
    endpointsController(deps),
    loadBalancerController(deps),
    cronJobController(deps, options.timeZones),
    jobController(deps),
    jobStrayController(deps),
    ttlAfterFinishedController(deps),
    garbageCollector(deps),
    localPathController(deps, options.directories),
    namespaceController(deps),
    nodeIpamController(deps, options.podRange),
    nodeLifecycleController(deps),
    podGcController(deps),
    rootCaController(deps, options.authority),
    serviceAccountController(deps),
    taintEvictionController(deps),
    volumeBinderController(deps),
  ];
}
