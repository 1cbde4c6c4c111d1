/** Rules about scraping itself, and a few sums over all nodes. */
import { nodeExporter } from "./jobs.ts";
import { alert, type GroupSource, record } from "./rule-source.ts";

const busyModes = 'mode!~"idle|iowait|steal"';

export const generalGroups: readonly GroupSource[] = [
  {
    name: "general.rules",
    rules: [
      alert(
        "TargetDown",
        `100 * count by (job, namespace, service) (up == 0)
          / count by (job, namespace, service) (up) > 10`,
        {
          severity: "warning",
          for: "10m",
          summary: "Targets of a job cannot be scraped.",
          description:
            '{{ printf "%.4g" $value }}% of the targets of job {{ $labels.job }} are down{{ with $labels.namespace }} in namespace {{ . }}{{ end }}.',
        },
      ),
      alert("Watchdog", "vector(1)", {
        severity: "none",
        summary: "Alerting works.",
        description:
          "This alert always fires, so that its absence at the far end tells that alerts no longer get there.",
      }),
      alert(
        "InfoInhibitor",
        `count by (namespace) (ALERTS{alertstate="firing", severity="info"} == 1)
          unless count by (namespace)
            (ALERTS{alertname!="InfoInhibitor", alertstate="firing", severity=~"critical|warning"} == 1)`,
        {
          severity: "none",
          summary: "Alerts that only inform fire alone.",
          description:
            "In namespace {{ $labels.namespace }} nothing worse fires. Use this alert to hold back those that only inform.",
        },
      ),
    ],
  },
  {
    name: "node-network",
    rules: [
      alert(
        "NodeNetworkInterfaceFlapping",
        `changes(node_network_up{${nodeExporter}, device!~"veth.+|tunbr|cni.+"}[2m]) > 2`,
        {
          severity: "warning",
          for: "2m",
          summary: "A network interface goes up and down.",
          description:
            "Interface {{ $labels.device }} of {{ $labels.instance }} has changed its state {{ $value }} times in two minutes.",
        },
      ),
    ],
  },
  {
    name: "kube-prometheus-node-recording.rules",
    rules: [
      record(
        "instance:node_cpu:rate:sum",
        `sum by (instance) (rate(node_cpu_seconds_total{${busyModes}}[3m]))`,
      ),
      record(
        "instance:node_network_receive_bytes:rate:sum",
        "sum by (instance) (rate(node_network_receive_bytes_total[3m]))",
      ),
      record(
        "instance:node_network_transmit_bytes:rate:sum",
        "sum by (instance) (rate(node_network_transmit_bytes_total[3m]))",
      ),
      record(
        "instance:node_cpu:ratio",
        `sum by (instance) (rate(node_cpu_seconds_total{${busyModes}}[5m]))
          / count by (instance) (node_cpu_seconds_total{mode="idle"})`,
      ),
      record("cluster:node_cpu:sum_rate5m", `sum(rate(node_cpu_seconds_total{${busyModes}}[5m]))`),
      record(
        "cluster:node_cpu:ratio",
        'cluster:node_cpu:sum_rate5m / count(node_cpu_seconds_total{mode="idle"})',
      ),
    ],
  },
  {
    name: "kube-prometheus-general.rules",
    rules: [
      record("count:up1", "count without (instance, pod, node) (up == 1)"),
      record("count:up0", "count without (instance, pod, node) (up == 0)"),
    ],
  },
];
