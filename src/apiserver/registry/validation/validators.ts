/** Which rules the objects of which kind obey. */

import { asJsonObject, customKinds } from "#api";
import { daemonSet, deployment, replicaSet, statefulSet } from "#api/apps/v1";
import { horizontalPodAutoscaler } from "#api/autoscaling/v2";
import { cronJob, job } from "#api/batch/v1";
import { certificateSigningRequest } from "#api/certificates/v1";
import { lease } from "#api/coordination/v1";
import {
  configMap,
  endpoints,
  event,
  limitRange,
  node,
  persistentVolume,
  persistentVolumeClaim,
  pod,
  podTemplate,
  replicationController,
  resourceQuota,
  secret,
  service,
} from "#api/core/v1";
import { endpointSlice } from "#api/discovery/v1";
import { ingress, ingressClass, networkPolicy } from "#api/networking/v1";
import { runtimeClass } from "#api/node/v1";
import { podDisruptionBudget } from "#api/policy/v1";
import { clusterRole, clusterRoleBinding, role, roleBinding } from "#api/rbac/v1";
import { priorityClass } from "#api/scheduling/v1";
import {
  csiDriver,
  csiNode,
  storageClass,
  volumeAttachment,
  volumeAttributesClass,
} from "#api/storage/v1";
import { verticalPodAutoscaler } from "#api/verticalautoscaling/v1";
import { type BehaviorEntry, defineBehavior } from "../behavior.ts";
import {
  clusterRoleBindingChangeProblems,
  clusterRoleBindingProblems,
  clusterRoleProblems,
  roleBindingChangeProblems,
  roleBindingProblems,
  roleProblems,
} from "./access/roles.ts";
import {
  certificateConditionsProblems,
  certificateRequestProblems,
  leaseProblems,
  priorityClassChangeProblems,
  priorityClassProblems,
  runtimeClassChangeProblems,
  runtimeClassProblems,
} from "./cluster/classes.ts";
import { eventProblems } from "./cluster/event.ts";
import {
  limitRangeProblems,
  resourceQuotaChangeProblems,
  resourceQuotaProblems,
} from "./cluster/limits.ts";
import { nodeChangeProblems, nodeProblems } from "./cluster/node.ts";
import {
  configMapChangeProblems,
  configMapProblems,
  secretChangeProblems,
  secretProblems,
} from "./config/config-map.ts";
import {
  endpointsProblems,
  endpointSliceChangeProblems,
  endpointSliceProblems,
} from "./network/endpoints.ts";
import {
  ingressClassChangeProblems,
  ingressClassProblems,
  ingressProblems,
  newIngressProblems,
} from "./network/ingress.ts";
import { networkPolicyProblems } from "./network/network-policy.ts";
import { serviceChangeProblems, serviceProblems } from "./network/service.ts";
import { podPartChangeProblems } from "./pod/pod-part.ts";
import { newPodProblems, podChangeProblems, podStatusChangeProblems } from "./pod/pod.ts";
import { templateProblems } from "./pod/template.ts";
import { structureProblems } from "./custom-resource/structure.ts";
import type { Problems } from "./problems.ts";
import {
  attributesClassChangeProblems,
  attributesClassProblems,
  csiDriverChangeProblems,
  csiDriverProblems,
  csiNodeProblems,
  volumeAttachmentChangeProblems,
  volumeAttachmentProblems,
} from "./storage/driver.ts";
import {
  claimChangeProblems,
  claimProblems,
  persistentVolumeChangeProblems,
  persistentVolumeProblems,
} from "./storage/persistent-volume.ts";
import { storageClassChangeProblems, storageClassProblems } from "./storage/storage-class.ts";
import { cronJobProblems, newCronJobProblems } from "./workload/cron-job.ts";
import { daemonSetChangeProblems, daemonSetProblems } from "./workload/daemon-set.ts";
import { deploymentChangeProblems, deploymentProblems } from "./workload/deployment.ts";
import { disruptionBudgetProblems } from "./workload/disruption-budget.ts";
import {
  autoscalerChangeProblems,
  newAutoscalerProblems,
} from "./workload/horizontal-pod-autoscaler.ts";
import { jobChangeProblems, jobProblems } from "./workload/job.ts";
import {
  replicaSetChangeProblems,
  replicaSetProblems,
  replicationControllerProblems,
} from "./workload/replica-set.ts";
import { newStatefulSetProblems, statefulSetChangeProblems } from "./workload/stateful-set.ts";
import { verticalAutoscalerProblems } from "./workload/vertical-pod-autoscaler.ts";

const workloadRules: readonly BehaviorEntry[] = [
  defineBehavior(pod, {
    ...checked(newPodProblems, podChangeProblems),
    validateStatusUpdate: (object, current) => [...podStatusChangeProblems(object, current)],
    validatePartUpdate: (object, current, target) => [
      ...podPartChangeProblems(object, current, target),
    ],
  }),
  defineBehavior(
    podTemplate,
    checked(({ template = {} }) => templateProblems("template", template)),
  ),
  defineBehavior(deployment, checked(deploymentProblems, deploymentChangeProblems)),
  defineBehavior(replicaSet, checked(replicaSetProblems, replicaSetChangeProblems)),
  defineBehavior(replicationController, checked(replicationControllerProblems)),
  defineBehavior(statefulSet, checked(newStatefulSetProblems, statefulSetChangeProblems)),
  defineBehavior(daemonSet, checked(daemonSetProblems, daemonSetChangeProblems)),
  defineBehavior(job, checked(jobProblems, jobChangeProblems)),
  defineBehavior(cronJob, checked(newCronJobProblems, cronJobProblems)),
  defineBehavior(podDisruptionBudget, checked(disruptionBudgetProblems)),
  defineBehavior(horizontalPodAutoscaler, checked(newAutoscalerProblems, autoscalerChangeProblems)),
];

/** What custom resources are held to beside their declarations. */
const customWorkloadRules: readonly BehaviorEntry[] = [
  defineBehavior(verticalPodAutoscaler, checked(verticalAutoscalerProblems)),
];

const networkRules: readonly BehaviorEntry[] = [
  defineBehavior(service, checked(serviceProblems, serviceChangeProblems)),
  defineBehavior(endpoints, checked(endpointsProblems)),
  defineBehavior(endpointSlice, checked(endpointSliceProblems, endpointSliceChangeProblems)),
  defineBehavior(ingress, checked(newIngressProblems, ingressProblems)),
  defineBehavior(ingressClass, checked(ingressClassProblems, ingressClassChangeProblems)),
  defineBehavior(networkPolicy, checked(networkPolicyProblems)),
];

const storageRules: readonly BehaviorEntry[] = [
  defineBehavior(configMap, checked(configMapProblems, configMapChangeProblems)),
  defineBehavior(secret, checked(secretProblems, secretChangeProblems)),
  defineBehavior(
    persistentVolume,
    checked(persistentVolumeProblems, persistentVolumeChangeProblems),
  ),
  defineBehavior(persistentVolumeClaim, checked(claimProblems, claimChangeProblems)),
  defineBehavior(storageClass, checked(storageClassProblems, storageClassChangeProblems)),
  defineBehavior(csiDriver, checked(csiDriverProblems, csiDriverChangeProblems)),
  defineBehavior(csiNode, checked(csiNodeProblems)),
  defineBehavior(
    volumeAttachment,
    checked(volumeAttachmentProblems, volumeAttachmentChangeProblems),
  ),
  defineBehavior(
    volumeAttributesClass,
    checked(attributesClassProblems, attributesClassChangeProblems),
  ),
];

const clusterRules: readonly BehaviorEntry[] = [
  defineBehavior(node, checked(nodeProblems, nodeChangeProblems)),
  defineBehavior(event, checked(eventProblems)),
  defineBehavior(resourceQuota, checked(resourceQuotaProblems, resourceQuotaChangeProblems)),
  defineBehavior(limitRange, checked(limitRangeProblems)),
  defineBehavior(priorityClass, checked(priorityClassProblems, priorityClassChangeProblems)),
  defineBehavior(runtimeClass, checked(runtimeClassProblems, runtimeClassChangeProblems)),
  defineBehavior(lease, checked(leaseProblems)),
  defineBehavior(certificateSigningRequest, {
    ...checked(certificateRequestProblems),
    validatePartUpdate: (object) => [...certificateConditionsProblems(object)],
  }),
  defineBehavior(role, checked(roleProblems)),
  defineBehavior(clusterRole, checked(clusterRoleProblems)),
  defineBehavior(roleBinding, checked(roleBindingProblems, roleBindingChangeProblems)),
  defineBehavior(
    clusterRoleBinding,
    checked(clusterRoleBindingProblems, clusterRoleBindingChangeProblems),
  ),
];

/** Custom resources are held to what their declarations say, whichever part of them changes. */
const customRules: readonly BehaviorEntry[] = customKinds.map((kind) => {
  const problemsOf = (object: object) => [...structureProblems(kind, "", asJsonObject(object))];
  return {
    kind,
    behavior: {
      validateCreate: problemsOf,
      validateUpdate: problemsOf,
      validateStatusUpdate: problemsOf,
    },
  };
});

/** The rules of all kinds that have some beside those of metadata. */
export const validators: readonly BehaviorEntry[] = [
  ...workloadRules,
  ...networkRules,
  ...storageRules,
  ...clusterRules,
  ...customRules,
  ...customWorkloadRules,
];

/** Rules for a new object and for a change; without the latter, both must hold as new ones. */
function checked<T>(
  ofNew: (object: T) => Problems,
  ofChange: (object: T, current: T) => Problems = ofNew,
) {
  return {
    validateCreate: (object: T) => [...ofNew(object)],
    validateUpdate: (object: T, current: T) => [...ofChange(object, current)],
  };
}
