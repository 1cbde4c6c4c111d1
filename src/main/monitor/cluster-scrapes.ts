/** What the monitoring engine of a cluster scrapes: a configuration that people can read. */
import type { ClusterConfig } from "#cli";
import { metricsPaths } from "../metrics-page.ts";
import { operatedRules, operatedScrapes } from "./operated/translation.ts";

/** Where the engine serves the state of the cluster's objects to itself. */
export const kubeStatePath = "/metrics/kube-state";

/** `prometheus.yml`; paths in it are relative to the data directory. */
export function formatClusterScrapes({
  name,
  port,
  monitorPort,
  alertingPort,
}: ClusterConfig): string {
  return [
    heading(name, alertingPort),
    job("prometheus", staticTarget(`127.0.0.1:${monitorPort}`)),
    job(
      "kube-state-metrics",
      `    metrics_path: ${kubeStatePath}\n    honor_labels: true\n`,
      staticTarget(`127.0.0.1:${monitorPort}`),
    ),
    ...(alertingPort === "none"
      ? []
      : [job("alertmanager", staticTarget(`127.0.0.1:${alertingPort}`))]),
    job("apiserver", tls, staticTarget(`127.0.0.1:${port}`)),
    ...components.map(([component, path]) =>
      job(component, `    metrics_path: ${path}\n`, tls, staticTarget(`127.0.0.1:${port}`)),
    ),
    job("kubelet", honoring, tls, nodeTargets, withMetricsPath),
    ...kubeletPages.map(([page, path, times]) =>
      job(`kubelet/${page}`, path, honoring, times, tls, nodeTargets, withMetricsPath, asKubelet),
    ),
    ...nodePages.map(([page, path]) => job(page, path, tls, nodeTargets)),
    podJob,
    serviceJob,
  ].join("\n");
}

function heading(cluster: string, alertingPort: ClusterConfig["alertingPort"]): string {
  return `# What the cluster "${cluster}" is watched by. Written anew whenever the cluster starts:
# put further scrape_configs into prometheus.d/*.yml and further rules into rules.d/*.yml.
global:
  scrape_interval: 15s
  evaluation_interval: 30s
rule_files:
  - rules.yml
  - rules.d/*.yml
  # What PrometheusRules say.
  - ${operatedRules}/*.yaml
scrape_config_files:
  - prometheus.d/*.yml
  # What ServiceMonitors, PodMonitors, Probes and ScrapeConfigs say.
  - ${operatedScrapes}
${alertingSection(alertingPort)}# Four weeks are what a back-test of a SigmaPolicy looks at, and a seasonal baseline needs four more before.
storage:
  tsdb:
    retention:
      time: 60d
      percentage: 20 # of the disk
scrape_configs:`;
}

function alertingSection(port: ClusterConfig["alertingPort"]): string {
  if (port === "none") return "";
  return `alerting:
  alertmanagers:
    - static_configs:
        - targets: ["127.0.0.1:${port}"]
`;
}

function job(name: string, ...sections: readonly string[]): string {
  return `  - job_name: ${name}\n${sections.join("")}`;
}

function staticTarget(address: string): string {
  return `    static_configs:\n      - targets: ["${address}"]\n`;
}

/** As whom the engine asks the cluster's own parts. */
const tls = `    scheme: https
    tls_config:
      ca_file: pki/ca.crt
      cert_file: pki/monitor.crt
      key_file: pki/monitor.key
`;

/** Parts that run in the API server's process, each with a page of its own. */
const components = [
  ["kube-controller-manager", metricsPaths.controllers],
  ["kube-scheduler", metricsPaths.scheduler],
] as const;

/**
 * What every agent tells about its pods. All of it is the job `kubelet`, told apart by the label
 * `metrics_path`, which dashboards and rules for Kubernetes ask for.
 */
const kubeletPages = [
  ["cadvisor", "    metrics_path: /metrics/cadvisor\n", "    honor_timestamps: false\n"],
  ["probes", "    metrics_path: /metrics/probes\n", ""],
  ["resource", "    metrics_path: /metrics/resource\n", "    honor_timestamps: false\n"],
] as const;

/** Labels that say whom a series is about are not the target's. */
const honoring = "    honor_labels: true\n";

/** What else every node serves, and where. */
const nodePages = [
  ["kube-proxy", "    metrics_path: /metrics/proxy\n"],
  ["coredns", "    metrics_path: /metrics/dns\n"],
  ["containerd", "    metrics_path: /metrics/containerd\n"],
  ["node-exporter", "    metrics_path: /metrics/node\n"],
] as const;

const nodeTargets = `    kubernetes_sd_configs:
      - role: node
    relabel_configs:
      - source_labels: [__meta_kubernetes_node_name]
        target_label: node
      - source_labels: [__meta_kubernetes_node_name]
        target_label: instance
`;

const withMetricsPath = `      - source_labels: [__metrics_path__]
        target_label: metrics_path
`;

const asKubelet = `      - target_label: job
        replacement: kubelet
`;

const podJob = `  # Pods annotated prometheus.io/scrape: "true"; and /port, /path, /scheme where they differ.
  - job_name: kubernetes-pods
    kubernetes_sd_configs:
      - role: pod
    relabel_configs:
      - source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape]
        regex: "true"
        action: keep
      - source_labels: [__meta_kubernetes_pod_phase]
        regex: Pending|Succeeded|Failed|Completed
        action: drop
      - source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scheme]
        regex: (https?)
        target_label: __scheme__
      - source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_path]
        regex: (.+)
        target_label: __metrics_path__
      - source_labels: [__meta_kubernetes_pod_ip, __meta_kubernetes_pod_annotation_prometheus_io_port]
        regex: (.+);(\\d+)
        replacement: $1:$2
        target_label: __address__
      - source_labels: [__meta_kubernetes_namespace]
        target_label: namespace
      - source_labels: [__meta_kubernetes_pod_name]
        target_label: pod
      - source_labels: [__meta_kubernetes_pod_node_name]
        target_label: node
`;

const serviceJob = `  # What is behind services annotated likewise.
  - job_name: kubernetes-services
    kubernetes_sd_configs:
      - role: endpointslice
    relabel_configs:
      - source_labels: [__meta_kubernetes_service_annotation_prometheus_io_scrape]
        regex: "true"
        action: keep
      - source_labels: [__meta_kubernetes_service_annotation_prometheus_io_scheme]
        regex: (https?)
        target_label: __scheme__
      - source_labels: [__meta_kubernetes_service_annotation_prometheus_io_path]
        regex: (.+)
        target_label: __metrics_path__
      - source_labels: [__address__, __meta_kubernetes_service_annotation_prometheus_io_port]
        regex: (.+?)(?::\\d+)?;(\\d+)
        replacement: $1:$2
        target_label: __address__
      - source_labels: [__meta_kubernetes_namespace]
        target_label: namespace
      - source_labels: [__meta_kubernetes_service_name]
        target_label: service
      - source_labels: [__meta_kubernetes_pod_name]
        target_label: pod
      - source_labels: [__meta_kubernetes_pod_node_name]
        target_label: node
`;
