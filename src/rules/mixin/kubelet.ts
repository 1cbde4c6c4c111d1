/** Rules about nodes, and the agent on each of them. */
import { presence } from "./control-plane.ts";
import { kubelet, kubeState } from "./jobs.ts";
import { alert, type GroupSource, record, type Severity } from "./rule-source.ts";

const node = "Node {{ $labels.node }}";
/** A node that was taken out of service on purpose is no news. */
const isInService = `and on (node) kube_node_spec_unschedulable{${kubeState}} == 0`;
const ready = `kube_node_status_condition{${kubeState}, condition="Ready", status="true"}`;

/** Certificates hold for a week and are renewed while more than a day of it is left. */
function certificateExpiration(side: "Client" | "Server", severity: Severity, seconds: number) {
  return alert(
    `Kubelet${side}CertificateExpiration`,
    `kubelet_certificate_manager_${side.toLowerCase()}_ttl_seconds{${kubelet}} < ${seconds}`,
    {
      severity,
      summary: `A node's ${side.toLowerCase()} certificate runs out soon.`,
      description: `The ${side.toLowerCase()} certificate of {{ $labels.instance }} holds for {{ $value | humanizeDuration }}.`,
    },
  );
}

function renewalErrors(side: "Client" | "Server", metric: string) {
  return alert(
    `Kubelet${side}CertificateRenewalErrors`,
    `increase(${metric}{${kubelet}}[5m]) > 0`,
    {
      severity: "warning",
      for: "15m",
      summary: `A node cannot renew its ${side.toLowerCase()} certificate.`,
      description: `{{ $labels.instance }} has failed to renew its ${side.toLowerCase()} certificate {{ $value | humanize }} times in 5 minutes.`,
    },
  );
}

const conditionRules = [
  alert("KubeNodeNotReady", `${ready} == 0 ${isInService}`, {
    severity: "warning",
    for: "15m",
    summary: "A node is not ready.",
    description: `${node} has not been ready for 15 minutes.`,
  }),
  alert(
    "KubeNodePressure",
    `kube_node_status_condition{${kubeState}, condition=~"DiskPressure|MemoryPressure|PIDPressure", status="true"} == 1
      ${isInService}`,
    {
      severity: "info",
      for: "10m",
      summary: "A node runs out of something.",
      description: `${node} reports {{ $labels.condition }}.`,
    },
  ),
  alert(
    "KubeNodeUnreachable",
    `kube_node_spec_taint{${kubeState}, key="node.kubernetes.io/unreachable", effect="NoSchedule"} == 1
      ${isInService}`,
    {
      severity: "warning",
      for: "15m",
      summary: "A node cannot be reached.",
      description: `${node} is unreachable, and some of its pods may be started elsewhere.`,
    },
  ),
  alert(
    "KubeletTooManyPods",
    `count by (node) (
        kube_pod_info{${kubeState}, node!=""}
          and on (namespace, pod) kube_pod_status_phase{${kubeState}, phase="Running"} == 1)
        / max by (node) (kube_node_status_capacity{${kubeState}, resource="pods"} != 1) > 0.95`,
    {
      severity: "info",
      for: "15m",
      summary: "A node has nearly as many pods as it may have.",
      description: `${node} runs {{ $value | humanizePercentage }} of its greatest number of pods.`,
    },
  ),
  alert("KubeNodeReadinessFlapping", `sum by (node) (changes(${ready}[15m])) > 2 ${isInService}`, {
    severity: "warning",
    for: "15m",
    summary: "A node gets ready and unready by turns.",
    description: `${node} has changed its readiness {{ $value }} times in 15 minutes.`,
  }),
];

const agentRules = [
  alert(
    "KubeNodeEviction",
    `sum by (instance, eviction_signal) (rate(kubelet_evictions{${kubelet}}[15m])) > 0`,
    {
      severity: "info",
      summary: "A node evicts pods.",
      description:
        "{{ $labels.instance }} evicts pods because of {{ $labels.eviction_signal }}: a resource is below its threshold.",
    },
  ),
  alert(
    "KubeletPlegDurationHigh",
    'node_quantile:kubelet_pleg_relist_duration_seconds:histogram_quantile{quantile="0.99"} >= 10',
    {
      severity: "warning",
      for: "5m",
      summary: "A node takes long to look at its containers.",
      description: `${node} needs {{ $value | humanizeDuration }} to list its containers (99th percentile).`,
    },
  ),
  alert(
    "KubeletPodStartUpLatencyHigh",
    `histogram_quantile(0.99, sum by (instance, le)
      (rate(kubelet_pod_worker_duration_seconds_bucket{${kubelet}}[5m]))) > 60`,
    {
      severity: "warning",
      for: "15m",
      summary: "A node takes long to start pods.",
      description:
        "At {{ $labels.instance }} starting a pod takes {{ $value | humanizeDuration }} (99th percentile).",
    },
  ),
  certificateExpiration("Client", "warning", 86_400),
  certificateExpiration("Client", "critical", 21_600),
  certificateExpiration("Server", "warning", 86_400),
  certificateExpiration("Server", "critical", 21_600),
  renewalErrors("Client", "kubelet_certificate_manager_client_expiration_renew_errors"),
  renewalErrors("Server", "kubelet_server_expiration_renew_errors"),
  ...presence(kubelet, {
    what: "kubelet",
    absent: "KubeletDown",
    unreachable: "KubeletInstanceUnreachable",
  }),
];

export const kubeletGroups: readonly GroupSource[] = [
  { name: "kubernetes-system-kubelet", rules: [...conditionRules, ...agentRules] },
  {
    name: "kubelet.rules",
    rules: ["0.99", "0.9", "0.5"].map((quantile) =>
      record(
        "node_quantile:kubelet_pleg_relist_duration_seconds:histogram_quantile",
        `histogram_quantile(${quantile}, sum by (instance, le)
            (rate(kubelet_pleg_relist_duration_seconds_bucket{${kubelet}}[5m])))
          * on (instance) group_left (node) max by (instance, node) (kubelet_node_name{${kubelet}})`,
        { quantile },
      ),
    ),
  },
];
