/** What containers use and request, by node, namespace and workload; dashboards are drawn from it. */
import { cadvisor, kubeState, nodeExporter, scheduler } from "./jobs.ts";
import { type GroupSource, record, type RuleSource } from "./rule-source.ts";

/** One series per pod that says on which node it is. */
const podNode = `topk by (namespace, pod) (1, max by (namespace, pod, node) (kube_pod_info{node!=""}))`;
const isContainer = `${cadvisor}, image!=""`;

const cpuName = "node_namespace_pod_container:container_cpu_usage_seconds_total";

function cpuUsage(suffix: string, rate: string): RuleSource {
  return record(
    `${cpuName}:${suffix}`,
    `sum by (namespace, pod, container)
        (${rate}(container_cpu_usage_seconds_total{${isContainer}}[5m]))
      * on (namespace, pod) group_left (node) ${podNode}`,
  );
}

function memoryGroup(metric: string): GroupSource {
  return {
    name: `k8s.rules.${metric}`,
    rules: [
      record(
        `node_namespace_pod_container:${metric}`,
        `${metric}{${isContainer}} * on (namespace, pod) group_left (node) ${podNode}`,
      ),
    ],
  };
}

/** Only pods that wait or run hold what they have requested. */
const isActive = `group_left () max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running"} == 1)`;

function requestGroup(resource: "cpu" | "memory", kind: "requests" | "limits"): GroupSource {
  const metric = `kube_pod_container_resource_${kind}`;
  const selected = `${metric}{${kubeState}, resource="${resource}"}`;
  return {
    name: `k8s.rules.container_${resource}_${kind}`,
    rules: [
      record(
        `cluster:namespace:pod_${resource}:active:${metric}`,
        `${selected} * on (namespace, pod) ${isActive}`,
      ),
      record(
        `namespace_${resource}:${metric}:sum`,
        `sum by (namespace) (
          sum by (namespace, pod) (max by (namespace, pod, container) (${selected}))
          * on (namespace, pod) ${isActive})`,
      ),
    ],
  };
}

/** Whose pods a kind of owner has; replica sets are looked through to what owns them. */
function ownedDirectly(kind: string, type: string): RuleSource {
  return record(
    "namespace_workload_pod:kube_pod_owner:relabel",
    `max by (namespace, workload, pod) (label_replace(
      kube_pod_owner{${kubeState}, owner_kind="${kind}"}, "workload", "$1", "owner_name", "(.+)"))`,
    { workload_type: type },
  );
}

const replicaSetOf = `label_replace(
  kube_pod_owner{${kubeState}, owner_kind="ReplicaSet"}, "replicaset", "$1", "owner_name", "(.+)")`;
const jobOf = `label_replace(
  kube_pod_owner{${kubeState}, owner_kind="Job"}, "job_name", "$1", "owner_name", "(.+)")`;

const ownerRules: readonly RuleSource[] = [
  record(
    "namespace_workload_pod:kube_pod_owner:relabel",
    `max by (namespace, workload, pod) (label_replace(
      ${replicaSetOf} * on (namespace, replicaset) group_left (owner_name)
        topk by (namespace, replicaset) (1, max by (namespace, replicaset, owner_name)
          (kube_replicaset_owner{${kubeState}, owner_kind="Deployment"})),
      "workload", "$1", "owner_name", "(.+)"))`,
    { workload_type: "deployment" },
  ),
  record(
    "namespace_workload_pod:kube_pod_owner:relabel",
    `max by (namespace, workload, pod) (label_replace(
      ${replicaSetOf} * on (namespace, replicaset) group_left ()
        group by (namespace, replicaset)
          (kube_replicaset_owner{${kubeState}, owner_kind=~"<none>|"}),
      "workload", "$1", "replicaset", "(.+)"))`,
    { workload_type: "replicaset" },
  ),
  ownedDirectly("DaemonSet", "daemonset"),
  ownedDirectly("StatefulSet", "statefulset"),
  record(
    "namespace_workload_pod:kube_pod_owner:relabel",
    `max by (namespace, workload, pod) (label_replace(
      ${jobOf} * on (namespace, job_name) group_left ()
        group by (namespace, job_name) (kube_job_owner{${kubeState}, owner_kind=~"<none>|"}),
      "workload", "$1", "job_name", "(.+)"))`,
    { workload_type: "job" },
  ),
  record(
    "namespace_workload_pod:kube_pod_owner:relabel",
    `max by (namespace, workload, pod) (label_replace(
      ${jobOf} * on (namespace, job_name) group_left (owner_name)
        topk by (namespace, job_name) (1, max by (namespace, job_name, owner_name)
          (kube_job_owner{${kubeState}, owner_kind="CronJob"})),
      "workload", "$1", "owner_name", "(.+)"))`,
    { workload_type: "cronjob" },
  ),
  record(
    "namespace_workload_pod:kube_pod_owner:relabel",
    `max by (namespace, workload, pod) (label_replace(
      kube_pod_owner{${kubeState}, owner_kind=~"<none>|"}, "workload", "$1", "pod", "(.+)"))`,
    { workload_type: "barepod" },
  ),
  record(
    "namespace_workload_pod:kube_pod_owner:relabel",
    `max by (namespace, workload, pod) (label_replace(
      kube_pod_owner{${kubeState}, owner_kind="Node"}, "workload", "$1", "pod", "(.+)"))`,
    { workload_type: "staticpod" },
  ),
];

/** The node exporter's target is the node itself. */
const asNode = `"node", "$1", "instance", "(.+)"`;

const nodeRules: readonly RuleSource[] = [
  record(
    "node_namespace_pod:kube_pod_info:",
    `topk by (namespace, pod) (1, max by (node, namespace, pod)
      (label_replace(kube_pod_info{${kubeState}, node!=""}, "pod", "$1", "pod", "(.*)")))`,
  ),
  record(
    "node:node_num_cpu:sum",
    `count by (node) (label_replace(node_cpu_seconds_total{${nodeExporter}, mode="idle"}, ${asNode}))`,
  ),
  record(
    ":node_memory_MemAvailable_bytes:sum",
    `sum(
      node_memory_MemAvailable_bytes{${nodeExporter}}
      or (
        node_memory_Buffers_bytes{${nodeExporter}}
        + node_memory_Cached_bytes{${nodeExporter}}
        + node_memory_MemFree_bytes{${nodeExporter}}
        + node_memory_Slab_bytes{${nodeExporter}}))`,
  ),
  record(
    "node:node_cpu_utilization:ratio_rate5m",
    `avg by (node) (sum without (mode) (label_replace(
      rate(node_cpu_seconds_total{${nodeExporter}, mode!="idle", mode!="iowait", mode!="steal"}[5m]),
      ${asNode})))`,
  ),
  record(
    "cluster:node_cpu:ratio_rate5m",
    "avg(node:node_cpu_utilization:ratio_rate5m * node:node_num_cpu:sum) / avg(node:node_num_cpu:sum)",
  ),
];

const schedulerRules: readonly RuleSource[] = [
  "scheduling_attempt_duration_seconds",
  "scheduling_algorithm_duration_seconds",
  "pod_scheduling_sli_duration_seconds",
].flatMap((metric) =>
  ["0.99", "0.9", "0.5"].map((quantile) =>
    record(
      `cluster_quantile:scheduler_${metric}:histogram_quantile`,
      `histogram_quantile(${quantile}, sum without (instance, pod)
        (rate(scheduler_${metric}_bucket{${scheduler}}[5m])))`,
      { quantile },
    ),
  ),
);

export const workloadRecordingGroups: readonly GroupSource[] = [
  {
    name: "k8s.rules.container_cpu_usage_seconds_total",
    rules: [cpuUsage("sum_rate5m", "rate"), cpuUsage("sum_irate", "irate")],
  },
  memoryGroup("container_memory_working_set_bytes"),
  memoryGroup("container_memory_rss"),
  memoryGroup("container_memory_cache"),
  memoryGroup("container_memory_swap"),
  requestGroup("memory", "requests"),
  requestGroup("cpu", "requests"),
  requestGroup("memory", "limits"),
  requestGroup("cpu", "limits"),
  { name: "k8s.rules.pod_owner", rules: ownerRules },
  { name: "kube-scheduler.rules", rules: schedulerRules },
  { name: "node.rules", rules: nodeRules },
];
