/** Rules about what the cluster has and what is asked of it: processors, memory, quotas, volumes. */
import { cadvisor, kubelet, kubeState } from "./jobs.ts";
import { alert, type GroupSource, type Severity } from "./rule-source.ts";

function overcommit(name: string, resource: "cpu" | "memory") {
  const allocatable = `kube_node_status_allocatable{${kubeState}, resource="${resource}"}`;
  const withoutLargest = `(sum(${allocatable}) - max(${allocatable}))`;
  return alert(
    name,
    `sum(namespace_${resource}:kube_pod_container_resource_requests:sum) - ${withoutLargest} > 0
      and ${withoutLargest} > 0`,
    {
      severity: "warning",
      for: "10m",
      summary: `Pods request more ${resource} than would be left without the largest node.`,
      description: `If a node fails, requests for {{ $value | humanize }} ${resource === "cpu" ? "CPU cores" : "bytes of memory"} find no place.`,
    },
  );
}

function quotaOvercommit(name: string, resource: "cpu" | "memory") {
  return alert(
    name,
    `sum(min without (resource)
        (kube_resourcequota{${kubeState}, type="hard", resource=~"${resource}|requests.${resource}"}))
      / sum(kube_node_status_allocatable{${kubeState}, resource="${resource}"}) > 1.5`,
    {
      severity: "warning",
      for: "5m",
      summary: `Quotas promise more ${resource} than there is.`,
      description: `Namespaces may request {{ $value | humanizePercentage }} of the ${resource} that all nodes have.`,
    },
  );
}

function quotaUse(name: string, condition: string, facts: { severity: Severity; what: string }) {
  return alert(
    name,
    `max without (instance, job, type) (kube_resourcequota{${kubeState}, type="used"})
      / max without (instance, job, type) (kube_resourcequota{${kubeState}, type="hard"} > 0) ${condition}`,
    {
      severity: facts.severity,
      for: "15m",
      summary: `A quota is ${facts.what}.`,
      description:
        "Namespace {{ $labels.namespace }} uses {{ $value | humanizePercentage }} of its quota for {{ $labels.resource }}.",
    },
  );
}

const claim = "{{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }}";
const isWritable = `unless on (namespace, persistentvolumeclaim)
  kube_persistentvolumeclaim_access_mode{${kubeState}, access_mode="ReadOnlyMany"} == 1`;

function fillingUp(
  name: string,
  metric: { free: string; size: string; used: string; what: string },
) {
  const free = `kubelet_volume_stats_${metric.free}{${kubelet}, namespace!=""}`;
  const share = `${free} / kubelet_volume_stats_${metric.size}{${kubelet}, namespace!=""}`;
  const isUsed = `kubelet_volume_stats_${metric.used}{${kubelet}, namespace!=""} > 0`;
  return [
    alert(name, `${share} < 0.03 and ${isUsed} ${isWritable}`, {
      severity: "critical",
      for: "1m",
      summary: "A volume is nearly full.",
      description: `The volume of claim ${claim} has {{ $value | humanizePercentage }} of its ${metric.what} left.`,
    }),
    alert(
      name,
      `${share} < 0.15 and ${isUsed} and predict_linear(${free}[6h], 4 * 24 * 3600) < 0 ${isWritable}`,
      {
        severity: "warning",
        for: "1h",
        summary: "A volume will soon be full.",
        description: `The volume of claim ${claim} has {{ $value | humanizePercentage }} of its ${metric.what} left, and at this rate none within four days.`,
      },
    ),
  ];
}

export const resourceGroups: readonly GroupSource[] = [
  {
    name: "kubernetes-resources",
    rules: [
      overcommit("KubeCPUOvercommit", "cpu"),
      overcommit("KubeMemoryOvercommit", "memory"),
      quotaOvercommit("KubeCPUQuotaOvercommit", "cpu"),
      quotaOvercommit("KubeMemoryQuotaOvercommit", "memory"),
      quotaUse("KubeQuotaAlmostFull", "> 0.9 < 1", { severity: "info", what: "nearly used up" }),
      quotaUse("KubeQuotaFullyUsed", "== 1", { severity: "info", what: "used up" }),
      quotaUse("KubeQuotaExceeded", "> 1", { severity: "warning", what: "exceeded" }),
      alert(
        "CPUThrottlingHigh",
        `sum by (namespace, pod, container)
            (increase(container_cpu_cfs_throttled_periods_total{${cadvisor}, container!=""}[5m]))
          / sum by (namespace, pod, container)
            (increase(container_cpu_cfs_periods_total{${cadvisor}, container!=""}[5m])) > 0.25`,
        {
          severity: "info",
          for: "15m",
          summary: "A container is held back by its CPU limit.",
          description:
            "Container {{ $labels.container }} of pod {{ $labels.namespace }}/{{ $labels.pod }} was throttled in {{ $value | humanizePercentage }} of its periods.",
        },
      ),
    ],
  },
  {
    name: "kubernetes-storage",
    rules: [
      ...fillingUp("KubePersistentVolumeFillingUp", {
        free: "available_bytes",
        size: "capacity_bytes",
        used: "used_bytes",
        what: "space",
      }),
      ...fillingUp("KubePersistentVolumeInodesFillingUp", {
        free: "inodes_free",
        size: "inodes",
        used: "inodes_used",
        what: "inodes",
      }),
      alert(
        "KubePersistentVolumeErrors",
        `kube_persistentvolume_status_phase{${kubeState}, phase=~"Failed|Pending"} > 0`,
        {
          severity: "critical",
          for: "5m",
          summary: "A volume cannot be provided.",
          description: "PersistentVolume {{ $labels.persistentvolume }} is {{ $labels.phase }}.",
        },
      ),
    ],
  },
];
