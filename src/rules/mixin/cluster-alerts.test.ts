import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryDisk, VirtualClock } from "#base/testing";
import { defaultEngineOptions, defaultParserOptions } from "#promql";
import { parseRuleFile } from "../file/rule-file.ts";
import { AlertTemplate, TemplateEvaluation } from "../template/alert-template.ts";
import { runRuleTests } from "../unit-test/run-tests.ts";
import { formatClusterRules } from "./cluster-rules.ts";

const ksm = 'job="kube-state-metrics"';
const pod = 'namespace="n", pod="p"';

interface Case {
  readonly groups: readonly string[];
  /** Series and their values, one a minute; rules are evaluated every five minutes. */
  readonly series: readonly string[];
  /** At which minute an expression gives which samples; `firing NAME` is for short. */
  readonly checks: readonly (readonly [minute: number, expr: string, ...samples: string[]])[];
}

const cases: Readonly<Record<string, Case>> = {
  "a job with too many targets down": {
    groups: ["general.rules", "kube-prometheus-general.rules"],
    series: [
      'up{job="a", instance="1"} 0x30',
      'up{job="a", instance="2"} 1x30',
      'up{job="b", instance="1"} 1x30',
    ],
    checks: [
      [9, "firing TargetDown"],
      [10, "firing TargetDown", '{alertname="TargetDown", job="a", severity="warning"} 1'],
      [0, "firing Watchdog", '{alertname="Watchdog", severity="none"} 1'],
      [1, "count:up1", 'count:up1{job="a"} 1', 'count:up1{job="b"} 1'],
      [1, "count:up0", 'count:up0{job="a"} 1'],
    ],
  },
  "a container that crashes again and again": {
    groups: ["kubernetes-apps"],
    series: [
      `kube_pod_container_status_waiting_reason{${ksm}, ${pod}, container="c", reason="CrashLoopBackOff"} 1 0 0 0 1 0 0 0 1 0 0 0 1 0 0 0 1x20`,
    ],
    checks: [
      [14, "firing KubePodCrashLooping"],
      [
        15,
        "firing KubePodCrashLooping",
        `{alertname="KubePodCrashLooping", ${ksm}, ${pod}, container="c", reason="CrashLoopBackOff", severity="warning"} 1`,
      ],
    ],
  },
  "a pod that does not get ready, unless it is of a job": {
    groups: ["kubernetes-apps"],
    series: [
      `kube_pod_status_phase{${ksm}, ${pod}, phase="Pending"} 1x20`,
      `kube_pod_owner{${ksm}, ${pod}, owner_kind="ReplicaSet"} 1x20`,
      `kube_pod_status_phase{${ksm}, namespace="n", pod="j", phase="Failed"} 1x20`,
      `kube_pod_owner{${ksm}, namespace="n", pod="j", owner_kind="Job"} 1x20`,
      `kube_pod_status_phase{${ksm}, namespace="n", pod="r", phase="Running"} 1x20`,
    ],
    checks: [
      [15, "firing KubePodNotReady", `{alertname="KubePodNotReady", ${pod}, severity="warning"} 1`],
    ],
  },
  "a deployment that lacks pods, unless a rollout is under way": {
    groups: ["kubernetes-apps"],
    series: ["still", "moving"].flatMap((name) => [
      `kube_deployment_spec_replicas{${ksm}, namespace="n", deployment="${name}"} 4x40`,
      `kube_deployment_status_replicas_available{${ksm}, namespace="n", deployment="${name}"} 3x40`,
      `kube_deployment_status_replicas_updated{${ksm}, namespace="n", deployment="${name}"} ${name === "still" ? "4x40" : "0+1x40"}`,
    ]),
    checks: [
      [
        15,
        "firing KubeDeploymentReplicasMismatch",
        `{alertname="KubeDeploymentReplicasMismatch", ${ksm}, namespace="n", deployment="still", severity="warning"} 1`,
      ],
    ],
  },
  "a stateful set whose update stands still": {
    groups: ["kubernetes-apps"],
    series: [
      `kube_statefulset_status_current_revision{${ksm}, namespace="n", statefulset="s", revision="1"} 1x40`,
      `kube_statefulset_status_update_revision{${ksm}, namespace="n", statefulset="s", revision="2"} 1x40`,
      `kube_statefulset_replicas{${ksm}, namespace="n", statefulset="s"} 3x40`,
      `kube_statefulset_status_replicas_updated{${ksm}, namespace="n", statefulset="s"} 1x40`,
    ],
    checks: [
      [
        15,
        "firing KubeStatefulSetUpdateNotRolledOut",
        '{alertname="KubeStatefulSetUpdateNotRolledOut", namespace="n", statefulset="s", severity="warning"} 1',
      ],
    ],
  },
  "a job that runs for more than twelve hours": {
    groups: ["kubernetes-apps"],
    series: [
      `kube_job_status_start_time{${ksm}, namespace="n", job_name="j"} -43000x20`,
      `kube_job_status_active{${ksm}, namespace="n", job_name="j"} 1x20`,
    ],
    checks: [
      [4, "firing KubeJobNotCompleted"],
      [
        5,
        "firing KubeJobNotCompleted",
        '{alertname="KubeJobNotCompleted", namespace="n", job_name="j", severity="warning"} 1',
      ],
    ],
  },
  "a node that is not ready, unless it was taken out of service": {
    groups: ["kubernetes-system-kubelet"],
    series: ["a", "b"].flatMap((node) => [
      `kube_node_status_condition{${ksm}, node="${node}", condition="Ready", status="true"} 0x20`,
      `kube_node_spec_unschedulable{${ksm}, node="${node}"} ${node === "a" ? 0 : 1}x20`,
    ]),
    checks: [
      [
        15,
        "firing KubeNodeNotReady",
        `{alertname="KubeNodeNotReady", ${ksm}, node="a", condition="Ready", status="true", severity="warning"} 1`,
      ],
    ],
  },
  "a node that is full of pods": {
    groups: ["kubernetes-system-kubelet"],
    series: [
      `kube_node_status_capacity{${ksm}, node="a", resource="pods"} 3x20`,
      ...["1", "2", "3"].flatMap((name) => [
        `kube_pod_info{${ksm}, namespace="n", pod="${name}", node="a"} 1x20`,
        `kube_pod_status_phase{${ksm}, namespace="n", pod="${name}", phase="Running"} 1x20`,
      ]),
    ],
    checks: [
      [
        15,
        "firing KubeletTooManyPods",
        '{alertname="KubeletTooManyPods", node="a", severity="info"} 1',
      ],
    ],
  },
  "agents that are there, and agents that are not": {
    groups: ["kubernetes-system-kubelet"],
    series: ['kubelet_certificate_manager_client_ttl_seconds{job="kubelet", instance="a"} 3600x20'],
    checks: [
      [15, "firing KubeletDown", '{alertname="KubeletDown", job="kubelet", severity="critical"} 1'],
      [
        0,
        "firing KubeletClientCertificateExpiration",
        '{alertname="KubeletClientCertificateExpiration", job="kubelet", instance="a", severity="critical"} 1',
        '{alertname="KubeletClientCertificateExpiration", job="kubelet", instance="a", severity="warning"} 1',
      ],
    ],
  },
  "what pods request, of those that wait or run": {
    groups: ["k8s.rules.container_cpu_requests", "k8s.rules.container_memory_requests"],
    series: [
      `kube_pod_container_resource_requests{${ksm}, ${pod}, container="a", resource="cpu"} 0.5x5`,
      `kube_pod_container_resource_requests{${ksm}, ${pod}, container="b", resource="cpu"} 0.25x5`,
      `kube_pod_container_resource_requests{${ksm}, ${pod}, container="a", resource="memory"} 1024x5`,
      `kube_pod_container_resource_requests{${ksm}, namespace="n", pod="done", container="a", resource="cpu"} 8x5`,
      `kube_pod_status_phase{${ksm}, ${pod}, phase="Running"} 1x5`,
      `kube_pod_status_phase{${ksm}, namespace="n", pod="done", phase="Succeeded"} 1x5`,
    ],
    checks: [
      [
        1,
        "namespace_cpu:kube_pod_container_resource_requests:sum",
        'namespace_cpu:kube_pod_container_resource_requests:sum{namespace="n"} 0.75',
      ],
      [
        1,
        "namespace_memory:kube_pod_container_resource_requests:sum",
        'namespace_memory:kube_pod_container_resource_requests:sum{namespace="n"} 1024',
      ],
      [1, "sum(cluster:namespace:pod_cpu:active:kube_pod_container_resource_requests)", "{} 0.75"],
    ],
  },
  "more requested than fits when a node fails": {
    groups: ["k8s.rules.container_cpu_requests", "kubernetes-resources"],
    series: [
      `kube_node_status_allocatable{${ksm}, node="a", resource="cpu"} 2x15`,
      `kube_node_status_allocatable{${ksm}, node="b", resource="cpu"} 2x15`,
      `kube_pod_container_resource_requests{${ksm}, ${pod}, container="a", resource="cpu"} 3x15`,
      `kube_pod_status_phase{${ksm}, ${pod}, phase="Running"} 1x15`,
    ],
    checks: [
      [10, "firing KubeCPUOvercommit", '{alertname="KubeCPUOvercommit", severity="warning"} 1'],
    ],
  },
  "quotas that are nearly used up, used up and exceeded": {
    groups: ["kubernetes-resources"],
    series: ["95", "100", "101"].flatMap((used) => [
      `kube_resourcequota{${ksm}, namespace="n${used}", resource="pods", type="used"} ${used}x20`,
      `kube_resourcequota{${ksm}, namespace="n${used}", resource="pods", type="hard"} 100x20`,
    ]),
    checks: [
      [
        15,
        'ALERTS{alertname=~"KubeQuota.*", alertstate="firing"}',
        'ALERTS{alertname="KubeQuotaAlmostFull", alertstate="firing", namespace="n95", resource="pods", severity="info"} 1',
        'ALERTS{alertname="KubeQuotaExceeded", alertstate="firing", namespace="n101", resource="pods", severity="warning"} 1',
        'ALERTS{alertname="KubeQuotaFullyUsed", alertstate="firing", namespace="n100", resource="pods", severity="info"} 1',
      ],
    ],
  },
  "a volume that is nearly full": {
    groups: ["kubernetes-storage"],
    series: ["available_bytes 2", "capacity_bytes 100", "used_bytes 98"].map(
      (metric) =>
        `kubelet_volume_stats_${metric.replace(" ", `{job="kubelet", namespace="n", persistentvolumeclaim="v"} `)}x10`,
    ),
    checks: [
      [
        5,
        "firing KubePersistentVolumeFillingUp",
        '{alertname="KubePersistentVolumeFillingUp", job="kubelet", namespace="n", persistentvolumeclaim="v", severity="critical"} 1',
      ],
    ],
  },
  "how busy machines are": {
    groups: ["node-exporter.rules", "node.rules", "kube-prometheus-node-recording.rules"],
    series: [
      ...["0", "1"].flatMap((cpu) => [
        `node_cpu_seconds_total{job="node-exporter", instance="a", cpu="${cpu}", mode="idle"} 0+45x20`,
        `node_cpu_seconds_total{job="node-exporter", instance="a", cpu="${cpu}", mode="user"} 0+15x20`,
      ]),
      'node_memory_MemTotal_bytes{job="node-exporter", instance="a"} 1000x20',
      'node_memory_MemAvailable_bytes{job="node-exporter", instance="a"} 250x20',
      'node_load1{job="node-exporter", instance="a"} 3x20',
      'node_network_receive_bytes_total{job="node-exporter", instance="a", device="lo"} 0+600x20',
      'node_network_receive_bytes_total{job="node-exporter", instance="a", device="eth0"} 0+60x20',
    ],
    checks: [
      [
        10,
        "round(1000 * instance:node_cpu_utilisation:rate5m) / 1000",
        '{job="node-exporter", instance="a"} 0.25',
      ],
      [10, "round(1000 * node:node_cpu_utilization:ratio_rate5m) / 1000", '{node="a"} 0.25'],
      [10, "round(1000 * cluster:node_cpu:ratio) / 1000", "{} 0.25"],
      [10, "round(1000 * cluster:node_cpu:ratio_rate5m) / 1000", "{} 0.25"],
      [10, "node:node_num_cpu:sum", 'node:node_num_cpu:sum{node="a"} 2'],
      [
        10,
        "instance:node_memory_utilisation:ratio + 0",
        '{job="node-exporter", instance="a"} 0.75',
      ],
      [10, "instance:node_load1_per_cpu:ratio + 0", '{job="node-exporter", instance="a"} 1.5'],
      [
        10,
        "round(1000 * instance:node_network_receive_bytes_excluding_lo:rate5m) / 1000",
        '{job="node-exporter", instance="a"} 1',
      ],
    ],
  },
  "a file system that fills up": {
    groups: ["node-exporter"],
    series: ["avail_bytes 30-0.2", "size_bytes 100", "readonly 0"].map(
      (metric) =>
        `node_filesystem_${metric.replace(" ", `{job="node-exporter", instance="a", device="d", fstype="ext4", mountpoint="/"} `)}x130`,
    ),
    checks: [
      [
        65,
        'count by (alertname, severity) (ALERTS{alertname=~"NodeFilesystem.*", alertstate="firing"})',
        '{alertname="NodeFilesystemSpaceFillingUp", severity="warning"} 1',
      ],
    ],
  },
  "whose pod it is": {
    groups: ["k8s.rules.pod_owner"],
    series: [
      `kube_pod_owner{${ksm}, ${pod}, owner_kind="ReplicaSet", owner_name="web-1"} 1x5`,
      `kube_replicaset_owner{${ksm}, namespace="n", replicaset="web-1", owner_kind="Deployment", owner_name="web"} 1x5`,
      `kube_pod_owner{${ksm}, namespace="n", pod="j", owner_kind="Job", owner_name="night-1"} 1x5`,
      `kube_job_owner{${ksm}, namespace="n", job_name="night-1", owner_kind="CronJob", owner_name="night"} 1x5`,
      `kube_pod_owner{${ksm}, namespace="n", pod="d", owner_kind="DaemonSet", owner_name="agent"} 1x5`,
      `kube_pod_owner{${ksm}, namespace="n", pod="alone", owner_kind="<none>", owner_name="<none>"} 1x5`,
    ],
    checks: [
      [
        1,
        "sum by (workload_type, workload, pod) (namespace_workload_pod:kube_pod_owner:relabel)",
        '{workload_type="barepod", workload="alone", pod="alone"} 1',
        '{workload_type="cronjob", workload="night", pod="j"} 1',
        '{workload_type="daemonset", workload="agent", pod="d"} 1',
        '{workload_type="deployment", workload="web", pod="p"} 1',
      ],
    ],
  },
  "what containers use, with their node": {
    groups: ["k8s.rules.container_cpu_usage_seconds_total"],
    series: [
      `container_cpu_usage_seconds_total{job="kubelet", metrics_path="/metrics/cadvisor", ${pod}, container="c", image="i", cpu="total"} 0+30x20`,
      `kube_pod_info{${ksm}, ${pod}, node="a"} 1x20`,
    ],
    checks: [
      [
        10,
        "node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate",
        `node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate{${pod}, container="c", node="a"} 0.5`,
      ],
    ],
  },
  "an API server that answers with errors": {
    groups: ["kube-apiserver-burnrate.rules", "kube-apiserver-slos"],
    series: [
      'apiserver_request_total{job="apiserver", verb="GET", code="200"} 0+80x90',
      'apiserver_request_total{job="apiserver", verb="GET", code="500"} 0+20x90',
      'apiserver_request_sli_duration_seconds_count{job="apiserver", verb="GET", scope="resource"} 0+100x90',
      'apiserver_request_sli_duration_seconds_bucket{job="apiserver", verb="GET", scope="resource", le="1.0"} 0+100x90',
    ],
    checks: [
      [80, 'round(1000 * apiserver_request:burnrate5m{verb="read"}) / 1000', '{verb="read"} 0.2'],
      [
        80,
        'ALERTS{alertname="KubeAPIErrorBudgetBurn", alertstate="firing", severity="critical"}',
        'ALERTS{alertname="KubeAPIErrorBudgetBurn", alertstate="firing", long="1h", short="5m", severity="critical"} 1',
        'ALERTS{alertname="KubeAPIErrorBudgetBurn", alertstate="firing", long="6h", short="30m", severity="critical"} 1',
      ],
    ],
  },
  "rules that fail, and an engine that tells nobody": {
    groups: ["prometheus"],
    series: [
      'prometheus_rule_evaluation_failures_total{job="prometheus", instance="a", rule_group="f;g"} 0+1x30',
      'prometheus_notifications_alertmanagers_discovered{job="prometheus", instance="a"} 1 0x30',
    ],
    checks: [
      [
        20,
        "firing PrometheusRuleFailures",
        '{alertname="PrometheusRuleFailures", job="prometheus", instance="a", rule_group="f;g", severity="critical"} 1',
      ],
      [
        20,
        "firing PrometheusNotConnectedToAlertmanagers",
        '{alertname="PrometheusNotConnectedToAlertmanagers", job="prometheus", instance="a", severity="warning"} 1',
      ],
    ],
  },
};

for (const [name, each] of Object.entries(cases)) {
  test(`the cluster's rules notice ${name}`, async () => {
    assert.deepEqual(await failuresOf(each), []);
  });
}

test("all texts of alerts can be expanded", async () => {
  const parsed = parseRuleFile(formatClusterRules(), {
    parser: defaultParserOptions,
    nameScheme: "utf8",
    unknownFields: "refuse",
  });
  const evaluation = new TemplateEvaluation({
    counts: { expansions: 0, failures: 0 },
    evaluatedAtMs: 0,
    externalLabels: [],
    externalUrl: "",
    evaluate: async () => [],
  });
  const groups = parsed.kind === "valid" ? parsed.groups : [];
  for (const rule of groups.flatMap(({ rules }) => rules)) {
    if (rule.kind !== "alerting") continue;
    for (const [, text] of rule.annotations) {
      const subject = { labels: [], value: 0.5, histogram: undefined };
      const expanded = await new AlertTemplate(rule.name, text).expand(subject, evaluation);
      assert.doesNotMatch(expanded, /<error|<no value>|%!/);
    }
  }
});

async function failuresOf({ groups, series, checks }: Case): Promise<readonly string[]> {
  const all = JSON.parse(formatClusterRules()) as { groups: readonly { name: string }[] };
  const disk = new MemoryDisk();
  await disk.makeDirectory("/t");
  const chosen = all.groups.filter(({ name }) => groups.includes(name));
  assert.equal(chosen.length, groups.length);
  await disk.writeFile("/t/rules.json", JSON.stringify({ groups: chosen }));
  const tests = [
    {
      interval: "1m",
      input_series: series.map((line) => {
        const end = line.lastIndexOf("}") + 1;
        return { series: line.slice(0, end), values: line.slice(end + 1) };
      }),
      promql_expr_test: checks.map(([minute, expr, ...samples]) => ({
        eval_time: `${minute}m`,
        expr: expr.replace(
          /^firing (\w+)$/,
          'max without (alertstate) (ALERTS{alertname="$1", alertstate="firing"})',
        ),
        exp_samples: samples.map((sample) => {
          const [, labels, value] = /^(.*) (\S+)$/.exec(sample) ?? [];
          return { labels, value: Number(value) };
        }),
      })),
    },
  ];
  await disk.writeFile(
    "/t/test.json",
    JSON.stringify({ rule_files: ["rules.json"], evaluation_interval: "5m", tests }),
  );
  const outcome = await runRuleTests(
    "/t/test.json",
    { disk, clock: new VirtualClock() },
    {
      engine: defaultEngineOptions,
      nameScheme: "utf8",
      unknownFields: "refuse",
      only: undefined,
      alertFailures: "lists",
      debug: undefined,
    },
  );
  assert.equal(outcome.error, undefined);
  return outcome.cases.flatMap(({ failures }) => failures);
}
