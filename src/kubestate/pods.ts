import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import { containerFamilies, initContainerFamilies } from "./containers.ts";
import { type Family, figure, gauge, type KindFamilies, type Sample } from "./family.ts";
import {
  amountOf,
  bit,
  choice,
  created,
  deleted,
  epochSeconds,
  fact,
  owner,
  statusSamples,
  transitionTime,
} from "./samples.ts";

export const podFamilies: KindFamilies<Pod> = {
  identify: ({ namespace, name, uid }) => ({ namespace, pod: name, uid }),
  families: [
    ...containerFamilies(),
    ...initContainerFamilies(),
    ...specFamilies(),
    ...timeFamilies(),
    ...statusFamilies(),
    ...schedulingFamilies(),
  ],
};

function specFamilies(): readonly Family<Pod>[] {
  return [
    gauge("kube_pod_info", "Information about pod.", infoSamples),
    owner("kube_pod_owner", "Information about the Pod's owner."),
    gauge(
      "kube_pod_restart_policy",
      "Describes the restart policy in use by this pod.",
      ({ spec }) => fact({ type: spec.restartPolicy }),
    ),
    gauge(
      "kube_pod_runtimeclass_name_info",
      "The runtimeclass associated with the pod.",
      ({ spec: { runtimeClassName } }) =>
        runtimeClassName === undefined ? [] : fact({ runtimeclass_name: runtimeClassName }),
    ),
    gauge("kube_pod_scheduler", "The scheduler for a pod.", ({ spec }) =>
      fact({ name: spec.schedulerName }),
    ),
    gauge("kube_pod_service_account", "The service account for a pod.", ({ spec }) =>
      fact({ service_account: spec.serviceAccountName }),
    ),
    figure(
      "kube_pod_overhead_cpu_cores",
      "The pod overhead in regards to cpu cores associated with running a pod.",
      ({ spec }) => amountOf(spec.overhead, "cpu"),
    ),
    figure(
      "kube_pod_overhead_memory_bytes",
      "The pod overhead in regards to memory associated with running a pod.",
      ({ spec }) => amountOf(spec.overhead, "memory"),
    ),
    gauge(
      "kube_pod_spec_volumes_persistentvolumeclaims_info",
      "Information about persistentvolumeclaim and ephemeral volumes in a pod.",
      (pod) => claimSamples(pod, () => 1),
    ),
    gauge(
      "kube_pod_spec_volumes_persistentvolumeclaims_readonly",
      "Describes whether a persistentvolumeclaim is mounted read only.",
      (pod) => claimSamples(pod, bit),
    ),
    gauge("kube_pod_tolerations", "Information about the pod tolerations", tolerationSamples),
  ];
}

function infoSamples({ metadata, spec, status }: Live<Pod>) {
  const creator = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return fact({
    host_ip: status.hostIP,
    pod_ip: status.podIP,
    node: spec.nodeName,
    created_by_kind: creator?.kind,
    created_by_name: creator?.name,
    priority_class: spec.priorityClassName,
    host_network: spec.hostNetwork === true,
  });
}

/** One sample per volume that a claim stands for; ephemeral ones are never read only. */
function claimSamples(
  { metadata, spec }: Live<Pod>,
  valueOf: (isReadOnly: boolean | undefined) => number,
): readonly Sample[] {
  return (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim: claim, ephemeral }) => {
    if (claim === undefined && ephemeral === undefined) return [];
    const claimName = claim?.claimName ?? `${metadata.name}-${name}`;
    const isEphemeral = String(claim === undefined);
    const labels = { volume: name, persistentvolumeclaim: claimName, ephemeral: isEphemeral };
    return [{ labels, value: valueOf(claim?.readOnly) }];
  });
}

function tolerationSamples({ spec }: Live<Pod>) {
  const seen = new Set<string>();
  return (spec.tolerations ?? []).flatMap((one) => {
    const labels = {
      key: one.key,
      operator: one.operator,
      value: one.value,
      effect: one.effect,
      toleration_seconds: one.tolerationSeconds,
    };
    const key = JSON.stringify(labels);
    if (seen.has(key)) return [];
    seen.add(key);
    return fact({ ...labels });
  });
}

function timeFamilies(): readonly Family<Pod>[] {
  const since = (name: string, help: string, condition: string, status: "True" | "False") =>
    figure<Pod>(name, help, (pod) => transitionTime(pod.status.conditions, condition, status));
  return [
    created("kube_pod_created"),
    deleted("kube_pod_deletion_timestamp"),
    figure("kube_pod_start_time", "Start time in unix timestamp for a pod.", ({ status }) =>
      epochSeconds(status.startTime),
    ),
    figure(
      "kube_pod_completion_time",
      "Completion time in unix timestamp for a pod.",
      completionTime,
    ),
    since(
      "kube_pod_status_initialized_time",
      "Initialized time in unix timestamp for a pod.",
      "Initialized",
      "True",
    ),
    since(
      "kube_pod_status_container_ready_time",
      "Readiness achieved time in unix timestamp for a pod containers.",
      "ContainersReady",
      "True",
    ),
    since(
      "kube_pod_status_ready_time",
      "Readiness achieved time in unix timestamp for a pod.",
      "Ready",
      "True",
    ),
    since(
      "kube_pod_status_scheduled_time",
      "Unix timestamp when pod moved into scheduled status",
      "PodScheduled",
      "True",
    ),
    since(
      "kube_pod_status_unscheduled_time",
      "Unix timestamp when pod moved into unscheduled status",
      "PodScheduled",
      "False",
    ),
  ];
}

function completionTime({ status }: Live<Pod>): number | undefined {
  const ends = (status.containerStatuses ?? []).flatMap(
    ({ state }) => epochSeconds(state?.terminated?.finishedAt) ?? [],
  );
  return ends.length === 0 ? undefined : Math.max(...ends);
}

const phases = ["Pending", "Succeeded", "Failed", "Unknown", "Running"];
const qosClasses = ["BestEffort", "Burstable", "Guaranteed"];

const statusReasons = [
  "Evicted",
  "NodeAffinity",
  "NodeLost",
  "PreemptionByScheduler",
  "SchedulingGated",
  "Shutdown",
  "TerminationByKubelet",
  "UnexpectedAdmissionError",
];

const disruptionReasons = [
  "PreemptionByScheduler",
  "DeletionByTaintManager",
  "EvictionByEvictionAPI",
  "DeletionByPodGC",
  "TerminationByKubelet",
];

function statusFamilies(): readonly Family<Pod>[] {
  return [
    gauge("kube_pod_status_phase", "The pods current phase.", ({ status }) =>
      choice("phase", phases, status.phase),
    ),
    gauge("kube_pod_status_qos_class", "The pods current qosClass.", ({ status }) =>
      choice("qos_class", qosClasses, status.qosClass),
    ),
    gauge("kube_pod_status_ready", "Describes whether the pod is ready to serve requests.", (pod) =>
      condition(pod, "Ready"),
    ),
    gauge("kube_pod_status_reason", "The pod status reasons", reasonSamples),
    gauge(
      "kube_pod_status_disruption_reason",
      "The pod disruption condition reason",
      ({ status }) =>
        (status.conditions ?? [])
          .filter(({ type }) => type === "DisruptionTarget")
          .flatMap(({ reason = "" }) =>
            fact({ reason: disruptionReasons.includes(reason) ? reason : "Other" }),
          ),
    ),
    gauge("kube_pod_ips", "Pod IP addresses", ({ status }) =>
      (status.podIPs ?? []).flatMap(({ ip }) =>
        fact({ ip, ip_family: ip.includes(":") ? "6" : "4" }),
      ),
    ),
  ];
}

function condition({ status }: Live<Pod>, wanted: string) {
  return (status.conditions ?? [])
    .filter(({ type }) => type === wanted)
    .flatMap((one) => statusSamples("condition", one.status));
}

/** Why the pod is as it is: from its status, a condition or a container that has ended. */
function reasonSamples({ status }: Live<Pod>) {
  const told = new Set([
    status.reason,
    ...(status.conditions ?? []).map(({ reason }) => reason),
    ...(status.containerStatuses ?? []).map(({ state }) => state?.terminated?.reason),
  ]);
  const known = statusReasons.filter((reason) => told.has(reason));
  const { reason = "" } = status;
  const other = reason === "" || statusReasons.includes(reason) ? [] : ["Other"];
  return [...known, ...other].flatMap((one) => fact({ reason: one }));
}

function schedulingFamilies(): readonly Family<Pod>[] {
  return [
    gauge(
      "kube_pod_status_scheduled",
      "Describes the status of the scheduling process for the pod.",
      (pod) => condition(pod, "PodScheduled"),
    ),
    figure(
      "kube_pod_status_unschedulable",
      "Describes the unschedulable status for the pod.",
      ({ status }) => {
        const isRefused = status.conditions?.some(
          (one) => one.type === "PodScheduled" && one.status === "False",
        );
        return isRefused === true ? 1 : undefined;
      },
    ),
  ];
}
