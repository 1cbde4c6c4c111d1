/** Families of what keeps pods running. */
import { type Live, scaleIntOrPercent, ValueError } from "#api";
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from "#api/apps/v1";
import type { ReplicationController } from "#api/core/v1";
import { type Family, figure, gauge, type KindFamilies } from "./family.ts";
import {
  bit,
  created,
  deleted,
  fact,
  generation,
  namespaced,
  owner,
  statusSamples,
} from "./samples.ts";

/** Reasons that may become values of a label; others would make endlessly many series. */
const progressReasons = [
  "ReplicaSetUpdated",
  "ReplicaSetCreateError",
  "NewReplicaSetCreated",
  "FoundNewReplicaSet",
  "NewReplicaSetAvailable",
  "ProgressDeadlineExceeded",
  "DeploymentPaused",
  "DeploymentResumed",
  "MinimumReplicasAvailable",
  "MinimumReplicasUnavailable",
  "",
];

export const deploymentFamilies: KindFamilies<Deployment> = {
  identify: namespaced("deployment"),
  families: [
    gauge("kube_deployment_owner", "Information about the Deployment's owner.", ({ metadata }) => {
      const { ownerReferences = [] } = metadata;
      if (ownerReferences.length === 0) return fact({ owner_kind: "", owner_name: "" });
      return ownerReferences.flatMap(({ kind, name }) =>
        fact({ owner_kind: kind, owner_name: name }),
      );
    }),
    created("kube_deployment_created"),
    deleted("kube_deployment_deletion_timestamp"),
    generation("kube_deployment_metadata_generation"),
    ...deploymentStatusFamilies(),
    figure(
      "kube_deployment_spec_replicas",
      "Number of desired pods for a deployment.",
      ({ spec }) => spec.replicas,
    ),
    figure(
      "kube_deployment_spec_paused",
      "Whether the deployment is paused and will not be processed by the deployment controller.",
      ({ spec }) => bit(spec.paused),
    ),
    figure(
      "kube_deployment_spec_strategy_rollingupdate_max_unavailable",
      "Maximum number of unavailable replicas during a rolling update of a deployment.",
      (deployment) => rollingLimit(deployment, "maxUnavailable"),
    ),
    figure(
      "kube_deployment_spec_strategy_rollingupdate_max_surge",
      "Maximum number of replicas that can be scheduled above the desired number of replicas during a rolling update of a deployment.",
      (deployment) => rollingLimit(deployment, "maxSurge"),
    ),
  ],
};

function deploymentStatusFamilies(): readonly Family<Deployment>[] {
  return [
    figure(
      "kube_deployment_status_replicas",
      "The number of replicas per deployment.",
      ({ status }) => status.replicas ?? 0,
    ),
    figure(
      "kube_deployment_status_replicas_ready",
      "The number of ready replicas per deployment.",
      ({ status }) => status.readyReplicas ?? 0,
    ),
    figure(
      "kube_deployment_status_replicas_available",
      "The number of available replicas per deployment.",
      ({ status }) => status.availableReplicas ?? 0,
    ),
    figure(
      "kube_deployment_status_replicas_unavailable",
      "The number of unavailable replicas per deployment.",
      ({ status }) => status.unavailableReplicas ?? 0,
    ),
    figure(
      "kube_deployment_status_replicas_updated",
      "The number of updated replicas per deployment.",
      ({ status }) => status.updatedReplicas ?? 0,
    ),
    figure(
      "kube_deployment_status_terminating_replicas",
      "The number of terminating replicas per deployment.",
      ({ status }) => status.terminatingReplicas,
    ),
    figure(
      "kube_deployment_status_observed_generation",
      "The generation observed by the deployment controller.",
      ({ status }) => status.observedGeneration ?? 0,
    ),
    gauge(
      "kube_deployment_status_condition",
      "The current status conditions of a deployment.",
      ({ status }) =>
        (status.conditions ?? []).flatMap(({ type, status: is, reason = "" }) => {
          const shown = progressReasons.includes(reason) ? reason : "unknown";
          return statusSamples("status", is, { reason: shown, condition: type });
        }),
    ),
  ];
}

function rollingLimit(
  { spec }: Live<Deployment>,
  which: "maxSurge" | "maxUnavailable",
): number | undefined {
  const limit = spec.strategy?.rollingUpdate?.[which];
  if (limit === undefined || spec.replicas === undefined) return undefined;
  try {
    return scaleIntOrPercent(limit, spec.replicas, which === "maxSurge" ? "up" : "down");
  } catch (error) {
    // Stored before it was validated: the one sample is missing, all others are told.
    if (error instanceof ValueError) return undefined;
    throw error;
  }
}

export const statefulSetFamilies: KindFamilies<StatefulSet> = {
  identify: namespaced("statefulset"),
  families: [
    created("kube_statefulset_created"),
    deleted("kube_statefulset_deletion_timestamp"),
    generation(
      "kube_statefulset_metadata_generation",
      "Sequence number representing a specific generation of the desired state for the StatefulSet.",
    ),
    ...statefulSetStatusFamilies(),
    figure(
      "kube_statefulset_replicas",
      "Number of desired pods for a StatefulSet.",
      ({ spec }) => spec.replicas,
    ),
    figure(
      "kube_statefulset_ordinals_start",
      "Start ordinal of the StatefulSet.",
      ({ spec: { ordinals } }) => (ordinals === undefined ? undefined : (ordinals.start ?? 0)),
    ),
    gauge(
      "kube_statefulset_persistentvolumeclaim_retention_policy",
      "Count of retention policy for StatefulSet template PVCs",
      ({ spec: { persistentVolumeClaimRetentionPolicy: policy } }) =>
        policy === undefined
          ? []
          : fact({ when_deleted: policy.whenDeleted, when_scaled: policy.whenScaled }),
    ),
  ],
};

function statefulSetStatusFamilies(): readonly Family<StatefulSet>[] {
  return [
    figure(
      "kube_statefulset_status_replicas",
      "The number of replicas per StatefulSet.",
      ({ status }) => status.replicas,
    ),
    figure(
      "kube_statefulset_status_replicas_available",
      "The number of available replicas per StatefulSet.",
      ({ status }) => status.availableReplicas ?? 0,
    ),
    figure(
      "kube_statefulset_status_replicas_current",
      "The number of current replicas per StatefulSet.",
      ({ status }) => status.currentReplicas ?? 0,
    ),
    figure(
      "kube_statefulset_status_replicas_ready",
      "The number of ready replicas per StatefulSet.",
      ({ status }) => status.readyReplicas ?? 0,
    ),
    figure(
      "kube_statefulset_status_replicas_updated",
      "The number of updated replicas per StatefulSet.",
      ({ status }) => status.updatedReplicas ?? 0,
    ),
    figure(
      "kube_statefulset_status_observed_generation",
      "The generation observed by the StatefulSet controller.",
      ({ status }) => status.observedGeneration ?? 0,
    ),
    gauge(
      "kube_statefulset_status_current_revision",
      "Indicates the version of the StatefulSet used to generate Pods in the sequence [0,currentReplicas).",
      ({ status }) => fact({ revision: status.currentRevision }),
    ),
    gauge(
      "kube_statefulset_status_update_revision",
      "Indicates the version of the StatefulSet used to generate Pods in the sequence [replicas-updatedReplicas,replicas)",
      ({ status }) => fact({ revision: status.updateRevision }),
    ),
  ];
}

export const daemonSetFamilies: KindFamilies<DaemonSet> = {
  identify: namespaced("daemonset"),
  families: [
    created("kube_daemonset_created"),
    deleted("kube_daemonset_deletion_timestamp"),
    generation("kube_daemonset_metadata_generation"),
    figure(
      "kube_daemonset_status_current_number_scheduled",
      "The number of nodes running at least one daemon pod and are supposed to.",
      ({ status }) => status.currentNumberScheduled,
    ),
    figure(
      "kube_daemonset_status_desired_number_scheduled",
      "The number of nodes that should be running the daemon pod.",
      ({ status }) => status.desiredNumberScheduled,
    ),
    figure(
      "kube_daemonset_status_number_available",
      "The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and available",
      ({ status }) => status.numberAvailable ?? 0,
    ),
    figure(
      "kube_daemonset_status_number_misscheduled",
      "The number of nodes running a daemon pod but are not supposed to.",
      ({ status }) => status.numberMisscheduled,
    ),
    figure(
      "kube_daemonset_status_number_ready",
      "The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and ready.",
      ({ status }) => status.numberReady,
    ),
    figure(
      "kube_daemonset_status_number_unavailable",
      "The number of nodes that should be running the daemon pod and have none of the daemon pod running and available",
      ({ status }) => status.numberUnavailable ?? 0,
    ),
    figure(
      "kube_daemonset_status_observed_generation",
      "The most recent generation observed by the daemon set controller.",
      ({ status }) => status.observedGeneration ?? 0,
    ),
    figure(
      "kube_daemonset_status_updated_number_scheduled",
      "The total number of nodes that are running updated daemon pod",
      ({ status }) => status.updatedNumberScheduled ?? 0,
    ),
  ],
};

export const replicaSetFamilies: KindFamilies<ReplicaSet> = {
  identify: namespaced("replicaset"),
  families: [
    created("kube_replicaset_created"),
    generation("kube_replicaset_metadata_generation"),
    owner("kube_replicaset_owner", "Information about the ReplicaSet's owner."),
    figure(
      "kube_replicaset_status_replicas",
      "The number of replicas per ReplicaSet.",
      ({ status }) => status.replicas,
    ),
    figure(
      "kube_replicaset_status_fully_labeled_replicas",
      "The number of fully labeled replicas per ReplicaSet.",
      ({ status }) => status.fullyLabeledReplicas ?? 0,
    ),
    figure(
      "kube_replicaset_status_ready_replicas",
      "The number of ready replicas per ReplicaSet.",
      ({ status }) => status.readyReplicas ?? 0,
    ),
    figure(
      "kube_replicaset_status_terminating_replicas",
      "The number of terminating replicas per ReplicaSet.",
      ({ status }) => status.terminatingReplicas,
    ),
    figure(
      "kube_replicaset_status_observed_generation",
      "The generation observed by the ReplicaSet controller.",
      ({ status }) => status.observedGeneration ?? 0,
    ),
    figure(
      "kube_replicaset_spec_replicas",
      "Number of desired pods for a ReplicaSet.",
      ({ spec }) => spec.replicas,
    ),
  ],
};

export const replicationControllerFamilies: KindFamilies<ReplicationController> = {
  identify: namespaced("replicationcontroller"),
  families: [
    created("kube_replicationcontroller_created"),
    generation("kube_replicationcontroller_metadata_generation"),
    owner(
      "kube_replicationcontroller_owner",
      "Information about the ReplicationController's owner.",
    ),
    figure(
      "kube_replicationcontroller_status_replicas",
      "The number of replicas per ReplicationController.",
      ({ status }) => status.replicas,
    ),
    figure(
      "kube_replicationcontroller_status_fully_labeled_replicas",
      "The number of fully labeled replicas per ReplicationController.",
      ({ status }) => status.fullyLabeledReplicas ?? 0,
    ),
    figure(
      "kube_replicationcontroller_status_ready_replicas",
      "The number of ready replicas per ReplicationController.",
      ({ status }) => status.readyReplicas ?? 0,
    ),
    figure(
      "kube_replicationcontroller_status_available_replicas",
      "The number of available replicas per ReplicationController.",
      ({ status }) => status.availableReplicas ?? 0,
    ),
    figure(
      "kube_replicationcontroller_status_observed_generation",
      "The generation observed by the ReplicationController controller.",
      ({ status }) => status.observedGeneration ?? 0,
    ),
    figure(
      "kube_replicationcontroller_spec_replicas",
      "Number of desired pods for a ReplicationController.",
      ({ spec }) => spec.replicas,
    ),
  ],
};
