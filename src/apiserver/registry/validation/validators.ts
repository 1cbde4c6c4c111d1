/** Which rules the objects of which kind obey. */

import { daemonSet, deployment, replicaSet, statefulSet } from "#api/apps/v1";
import { job } from "#api/batch/v1";
import { endpoints, pod, podTemplate, replicationController, service } from "#api/core/v1";
import { endpointSlice } from "#api/discovery/v1";
import { ingress, ingressClass, networkPolicy } from "#api/networking/v1";
import { type BehaviorEntry, defineBehavior } from "../behavior.ts";
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
import { newPodProblems, podChangeProblems, podStatusChangeProblems } from "./pod/pod.ts";
import { templateProblems } from "./pod/template.ts";
import type { Problems } from "./problems.ts";
import { daemonSetChangeProblems, daemonSetProblems } from "./workload/daemon-set.ts";
import { deploymentChangeProblems, deploymentProblems } from "./workload/deployment.ts";
import { jobChangeProblems, jobProblems } from "./workload/job.ts";
import {
  replicaSetChangeProblems,
  replicaSetProblems,
  replicationControllerProblems,
} from "./workload/replica-set.ts";
import { newStatefulSetProblems, statefulSetChangeProblems } from "./workload/stateful-set.ts";

/** The rules of all kinds that have some beside those of metadata. */
export const validators: readonly BehaviorEntry[] = [
  defineBehavior(pod, {
    ...checked(newPodProblems, podChangeProblems),
    validateStatusUpdate: (object, current) => [...podStatusChangeProblems(object, current)],
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
  defineBehavior(service, checked(serviceProblems, serviceChangeProblems)),
  defineBehavior(endpoints, checked(endpointsProblems)),
  defineBehavior(endpointSlice, checked(endpointSliceProblems, endpointSliceChangeProblems)),
  defineBehavior(ingress, checked(newIngressProblems, ingressProblems)),
  defineBehavior(ingressClass, checked(ingressClassProblems, ingressClassChangeProblems)),
  defineBehavior(networkPolicy, checked(networkPolicyProblems)),
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
