/** Rules about workloads: whether pods run, rollouts end, jobs succeed and scaling has room. */
import { kubeState } from "./jobs.ts";
import { alert, type GroupSource } from "./rule-source.ts";

const pod = "Pod {{ $labels.namespace }}/{{ $labels.pod }}";
const deployment = "Deployment {{ $labels.namespace }}/{{ $labels.deployment }}";
const statefulSet = "StatefulSet {{ $labels.namespace }}/{{ $labels.statefulset }}";
const daemonSet = "DaemonSet {{ $labels.namespace }}/{{ $labels.daemonset }}";
const job = "Job {{ $labels.namespace }}/{{ $labels.job_name }}";
const autoscaler =
  "HorizontalPodAutoscaler {{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }}";

const podRules = [
  alert(
    "KubePodCrashLooping",
    `max_over_time(kube_pod_container_status_waiting_reason{${kubeState}, reason="CrashLoopBackOff"}[5m]) >= 1`,
    {
      severity: "warning",
      for: "15m",
      summary: "A container crashes again and again.",
      description: `${pod}: container {{ $labels.container }} waits to be started again after it crashed.`,
    },
  ),
  alert(
    "KubePodNotReady",
    `max by (namespace, pod) (kube_pod_status_phase{${kubeState}, phase=~"Failed|Pending|Unknown"}) > 0
      unless on (namespace, pod) kube_pod_owner{${kubeState}, owner_kind="Job"}`,
    {
      severity: "warning",
      for: "15m",
      summary: "A pod does not get ready.",
      description: `${pod} has not been running for 15 minutes.`,
    },
  ),
  alert(
    "KubeContainerWaiting",
    `kube_pod_container_status_waiting_reason{${kubeState}, reason!="CrashLoopBackOff"} > 0`,
    {
      severity: "warning",
      for: "1h",
      summary: "A container waits for too long.",
      description: `${pod}: container {{ $labels.container }} has been waiting for an hour ({{ $labels.reason }}).`,
    },
  ),
];

const deploymentRules = [
  alert(
    "KubeDeploymentGenerationMismatch",
    `kube_deployment_status_observed_generation{${kubeState}}
      != kube_deployment_metadata_generation{${kubeState}}`,
    {
      severity: "warning",
      for: "15m",
      summary: "A deployment's last change has not been taken up.",
      description: `${deployment} is still at an older generation: the change may have failed without having been rolled back.`,
    },
  ),
  alert(
    "KubeDeploymentReplicasMismatch",
    `kube_deployment_spec_replicas{${kubeState}} > kube_deployment_status_replicas_available{${kubeState}}
      and changes(kube_deployment_status_replicas_updated{${kubeState}}[10m]) == 0`,
    {
      severity: "warning",
      for: "15m",
      summary: "A deployment has fewer pods than it should.",
      description: `${deployment} has not had the wanted number of available pods for 15 minutes, and no rollout is under way.`,
    },
  ),
  alert(
    "KubeDeploymentRolloutStuck",
    `kube_deployment_status_condition{${kubeState}, condition="Progressing", status="false"} != 0`,
    {
      severity: "warning",
      for: "15m",
      summary: "A deployment's rollout does not get on.",
      description: `The rollout of ${deployment} has made no progress for 15 minutes.`,
    },
  ),
];

const statefulSetRules = [
  alert(
    "KubeStatefulSetReplicasMismatch",
    `kube_statefulset_status_replicas_ready{${kubeState}} != kube_statefulset_replicas{${kubeState}}
      and changes(kube_statefulset_status_replicas_updated{${kubeState}}[10m]) == 0`,
    {
      severity: "warning",
      for: "15m",
      summary: "A stateful set has not as many pods as it should.",
      description: `${statefulSet} has not had the wanted number of ready pods for 15 minutes.`,
    },
  ),
  alert(
    "KubeStatefulSetGenerationMismatch",
    `kube_statefulset_status_observed_generation{${kubeState}}
      != kube_statefulset_metadata_generation{${kubeState}}`,
    {
      severity: "warning",
      for: "15m",
      summary: "A stateful set's last change has not been taken up.",
      description: `${statefulSet} is still at an older generation.`,
    },
  ),
  alert(
    "KubeStatefulSetUpdateNotRolledOut",
    `max by (namespace, statefulset) (
        kube_statefulset_status_current_revision{${kubeState}}
          unless kube_statefulset_status_update_revision{${kubeState}})
      and on (namespace, statefulset)
        kube_statefulset_replicas{${kubeState}} != kube_statefulset_status_replicas_updated{${kubeState}}
      and on (namespace, statefulset)
        changes(kube_statefulset_status_replicas_updated{${kubeState}}[5m]) == 0`,
    {
      severity: "warning",
      for: "15m",
      summary: "A stateful set's update is not rolled out.",
      description: `The update of ${statefulSet} has made no progress for 15 minutes.`,
    },
  ),
];

const scheduledCount = `kube_daemonset_status_desired_number_scheduled{${kubeState}}`;

const daemonSetRules = [
  alert(
    "KubeDaemonSetRolloutStuck",
    `(
        kube_daemonset_status_current_number_scheduled{${kubeState}} != ${scheduledCount}
        or kube_daemonset_status_number_misscheduled{${kubeState}} != 0
        or kube_daemonset_status_updated_number_scheduled{${kubeState}} != ${scheduledCount}
        or kube_daemonset_status_number_available{${kubeState}} != ${scheduledCount}
      )
      and changes(kube_daemonset_status_updated_number_scheduled{${kubeState}}[5m]) == 0`,
    {
      severity: "warning",
      for: "15m",
      summary: "A daemon set's rollout does not get on.",
      description: `${daemonSet} has neither finished its rollout nor made progress for 15 minutes.`,
    },
  ),
  alert(
    "KubeDaemonSetNotScheduled",
    `${scheduledCount} - kube_daemonset_status_current_number_scheduled{${kubeState}} > 0`,
    {
      severity: "warning",
      for: "10m",
      summary: "Nodes lack the pod of a daemon set.",
      description: `{{ $value }} pods of ${daemonSet} are not scheduled.`,
    },
  ),
  alert(
    "KubeDaemonSetMisScheduled",
    `kube_daemonset_status_number_misscheduled{${kubeState}} > 0`,
    {
      severity: "warning",
      for: "15m",
      summary: "Pods of a daemon set run where they should not.",
      description: `{{ $value }} pods of ${daemonSet} run on nodes that they are not meant for.`,
    },
  ),
];

const jobRules = [
  alert(
    "KubeJobNotCompleted",
    `time() - max by (namespace, job_name) (
        kube_job_status_start_time{${kubeState}} and kube_job_status_active{${kubeState}} > 0) > 43200`,
    {
      severity: "warning",
      summary: "A job takes very long.",
      description: `${job} has been running for {{ $value | humanizeDuration }}.`,
    },
  ),
  alert("KubeJobFailed", `kube_job_failed{${kubeState}} > 0`, {
    severity: "warning",
    for: "15m",
    summary: "A job has failed.",
    description: `${job} has failed. Delete it once the cause is known, and this alert ends.`,
  }),
];

const current = `kube_horizontalpodautoscaler_status_current_replicas{${kubeState}}`;
const least = `kube_horizontalpodautoscaler_spec_min_replicas{${kubeState}}`;
const most = `kube_horizontalpodautoscaler_spec_max_replicas{${kubeState}}`;

const scalingRules = [
  alert(
    "KubeHpaReplicasMismatch",
    `kube_horizontalpodautoscaler_status_desired_replicas{${kubeState}} != ${current}
      and ${current} > ${least}
      and ${current} < ${most}
      and changes(${current}[15m]) == 0`,
    {
      severity: "warning",
      for: "15m",
      summary: "An autoscaler does not reach the number of pods that it wants.",
      description: `${autoscaler} has not matched its desired number of replicas for 15 minutes.`,
    },
  ),
  alert("KubeHpaMaxedOut", `${current} == ${most} and ${most} != ${least}`, {
    severity: "warning",
    for: "15m",
    summary: "An autoscaler has no room left.",
    description: `${autoscaler} has been at its greatest number of replicas for 15 minutes.`,
  }),
  alert(
    "KubePdbNotEnoughHealthyPods",
    `kube_poddisruptionbudget_status_desired_healthy{${kubeState}}
      - kube_poddisruptionbudget_status_current_healthy{${kubeState}} > 0`,
    {
      severity: "warning",
      for: "15m",
      summary: "Fewer pods are healthy than a disruption budget demands.",
      description:
        "PodDisruptionBudget {{ $labels.namespace }}/{{ $labels.poddisruptionbudget }} lacks {{ $value }} healthy pods.",
    },
  ),
];

export const appGroups: readonly GroupSource[] = [
  {
    name: "kubernetes-apps",
    rules: [
      ...podRules,
      ...deploymentRules,
      ...statefulSetRules,
      ...daemonSetRules,
      ...jobRules,
      ...scalingRules,
    ],
  },
];
