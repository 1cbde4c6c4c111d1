/** A cluster is watched from its start: by its own monitoring engine, whose pages are on loopback. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { json } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { bringUpCluster, loadExamples, missingForContainers, type TestCluster } from "./cluster.ts";

const missing = missingForContainers();
const skip = missing === undefined ? false : missing;
const patienceMs = 90_000;

let cluster: TestCluster;
let url = "";

before(async () => {
  if (missing !== undefined) return;
  cluster = await bringUpCluster("--nodes", "2", "--monitor-port", "0");
  await loadExamples(cluster, ["hello"]);
  const config = JSON.parse(readFileSync(`${cluster.directory}/cluster.json`, "utf8")) as {
    readonly monitorPort: number;
  };
  url = `http://127.0.0.1:${config.monitorPort}`;
});

after(async () => {
  if (missing === undefined) await cluster[Symbol.asyncDispose]();
});

test("all parts of the cluster are scraped", { skip }, async () => {
  const shown = await untilEqual(
    "sum by (job, metrics_path) (up)",
    ({ labels, value }) => `${labels["job"]} ${labels["metrics_path"] ?? ""} ${value}`,
    [
      "alertmanager  1",
      "apiserver  1",
      "containerd  2",
      "coredns  2",
      "kube-controller-manager  1",
      "kube-proxy  2",
      "kube-scheduler  1",
      "kube-state-metrics  1",
      "kubelet /metrics 2",
      "kubelet /metrics/cadvisor 2",
      "kubelet /metrics/probes 2",
      "kubelet /metrics/resource 2",
      "node-exporter  2",
      "prometheus  1",
    ],
  );
  assert.ok(shown);
});

test("an annotated pod is scraped, and everybody tells about it", { skip }, async () => {
  await cluster.kubectlWith(annotatedPod, "apply", "-f", "-");
  await untilEqual(
    'up{job="kubernetes-pods"}',
    ({ labels, value }) => `${labels["pod"]} ${value}`,
    ["watched 1"],
  );
  for (const query of [
    'hello_requests_total{namespace="default",pod="watched"}',
    'kube_pod_info{namespace="default",pod="watched"}',
    'kube_pod_status_phase{pod="watched",phase="Running"} == 1',
    'container_cpu_usage_seconds_total{metrics_path="/metrics/cadvisor",pod="watched",container="app"}',
    'container_memory_working_set_bytes{metrics_path="/metrics/cadvisor",pod="watched",container="app"}',
    'container_network_receive_bytes_total{pod="watched",interface="eth0"}',
  ]) {
    await untilEqual(`count(${query})`, ({ value }) => value, ["1"]);
  }
  for (const query of [
    'node_cpu_seconds_total{mode="idle",cpu="0"}',
    "node_load1",
    "kube_node_info",
  ]) {
    await untilEqual(`count(${query})`, ({ value }) => value, ["2"]);
  }
  await untilEqual("count(apiserver_request_total) > bool 0", ({ value }) => value, ["1"]);
});

test("rules are evaluated, and a healthy cluster has nothing critical to say", {
  skip,
}, async () => {
  await untilEqual(
    'ALERTS{alertname="Watchdog",alertstate="firing"}',
    ({ labels }) => labels["alertname"] ?? "",
    ["Watchdog"],
  );
  const alerts = await query('ALERTS{alertstate="firing",severity!="none"}');
  // How busy the machine is is not the cluster's to say.
  const names = alerts
    .map(({ labels }) => labels["alertname"] ?? "")
    .filter((name) => !name.startsWith("Node"));
  assert.deepEqual(names, []);
});

test("every metric that the rules ask for is there, but for a known few", { skip }, async () => {
  await cluster.kubectlWith(workloads, "apply", "-f", "-");
  const rules = JSON.parse(readFileSync(`${cluster.directory}/rules.yml`, "utf8")) as RuleFile;
  const all = rules.groups.flatMap((group) => group.rules);
  assert.ok(all.length >= 216, `${all.length} rules`);
  const recorded = new Set(all.map(({ record }) => record));
  const asked = new Set((await Promise.all(all.map(({ expr }) => namesIn(expr)))).flat());
  const names = [...asked].filter((name) => !recorded.has(name)).toSorted();
  const endMs = performance.now() + patienceMs;
  const wanted = Object.keys(absentOnPurpose);
  while (true) {
    const stored = new Set(await storedNames());
    const absent = names.filter((name) => !stored.has(name));
    if (JSON.stringify(absent) === JSON.stringify(wanted)) return;
    if (performance.now() > endMs) assert.deepEqual(absent, wanted);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
});

test("status says where the pages are", { skip }, async () => {
  const { stdout } = await cluster.wherry("status");
  assert.ok(stdout.includes(`monitoring at ${url}`), stdout);
});

const reasons = {
  aggregation: "no API is aggregated: the server answers for all of its groups itself",
  alone: "the cluster has one Alertmanager, which needs no others",
  happened: "told from the first time that it happens, as upstream's",
  device: "told where there is such a device, or such a program is asked",
  clock: "asks for a system call that Node has not",
  remoteWrite: "nothing is sent on",
  discovery: "what is discovered here is watched, not looked up again and again",
} as const;

/** Metrics that the rules ask for and nobody in a healthy cluster has, and why. May only shrink. */
const absentOnPurpose: Readonly<Record<string, keyof typeof reasons>> = {
  aggregator_unavailable_apiservice: "aggregation",
  aggregator_unavailable_apiservice_total: "aggregation",
  alertmanager_cluster_failed_peers: "alone",
  alertmanager_cluster_members: "alone",
  apiserver_request_terminations_total: "happened",
  kube_node_spec_taint: "happened",
  node_bonding_active: "device",
  node_bonding_slaves: "device",
  node_md_disks: "device",
  node_md_disks_required: "device",
  node_systemd_service_restart_total: "device",
  node_systemd_unit_state: "device",
  node_textfile_scrape_error: "device",
  node_timex_maxerror_seconds: "clock",
  node_timex_offset_seconds: "clock",
  node_timex_sync_status: "clock",
  prometheus_remote_storage_queue_highest_sent_timestamp_seconds: "remoteWrite",
  prometheus_remote_storage_samples_failed_total: "remoteWrite",
  prometheus_remote_storage_samples_total: "remoteWrite",
  prometheus_remote_storage_shards_desired: "remoteWrite",
  prometheus_remote_storage_shards_max: "remoteWrite",
  prometheus_sd_refresh_failures_total: "discovery",
};

interface RuleFile {
  readonly groups: readonly {
    readonly rules: readonly { readonly record?: string; readonly expr: string }[];
  }[];
}

/** Names of the metrics that an expression selects. */
async function namesIn(expression: string): Promise<readonly string[]> {
  const found: string[] = [];
  const visit = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    if ("type" in part && (part.type === "vectorSelector" || part.type === "matrixSelector")) {
      if ("name" in part && typeof part.name === "string") found.push(part.name);
    }
    for (const inner of Object.values(part)) visit(inner);
  };
  visit(await ask(`${url}/api/v1/parse_query?query=${encodeURIComponent(expression)}`));
  return found;
}

async function storedNames(): Promise<readonly string[]> {
  const body = await ask(`${url}/api/v1/label/__name__/values`);
  return (body as { readonly data: readonly string[] }).data;
}

/** One of each kind that the rules are about. */
const workloads = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: app
          image: "hello:1"
          imagePullPolicy: Never
          resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {cpu: 500m, memory: 64Mi}}
          readinessProbe: {httpGet: {path: /, port: 8080}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
        - name: app
          image: "hello:1"
          imagePullPolicy: Never
          volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: each}
spec:
  selector: {matchLabels: {app: each}}
  template:
    metadata: {labels: {app: each}}
    spec: {containers: [{name: app, image: "hello:1", imagePullPolicy: Never}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: never}
spec:
  backoffLimit: 0
  activeDeadlineSeconds: 5
  template:
    spec:
      restartPolicy: Never
      containers: [{name: app, image: "none:1", imagePullPolicy: Never}]
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: bounds}
spec: {hard: {pods: "100"}}
---
apiVersion: v1
kind: Pod
metadata: {name: waiting}
spec: {containers: [{name: app, image: "none:1", imagePullPolicy: Never}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  minReplicas: 1
  maxReplicas: 2
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 90}}}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
`;

const annotatedPod = `
apiVersion: v1
kind: Pod
metadata:
  name: watched
  annotations: {prometheus.io/scrape: "true", prometheus.io/port: "8080"}
spec:
  containers: [{name: app, image: "hello:1", imagePullPolicy: Never}]
`;

interface Answer {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
}

async function query(text: string): Promise<readonly Answer[]> {
  const body = (await ask(`${url}/api/v1/query?query=${encodeURIComponent(text)}`)) as {
    readonly data: {
      readonly result: readonly {
        readonly metric: Record<string, string>;
        readonly value: readonly [number, string];
      }[];
    };
  };
  return body.data.result.map(({ metric, value }) => ({ labels: metric, value: value[1] }));
}

function ask(address: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    get(address, (response) => void json(response).then(resolve, reject)).on("error", reject);
  });
}

/** Asks until the answer is the wanted one. */
async function untilEqual(
  text: string,
  show: (answer: Answer) => string,
  wanted: readonly string[],
): Promise<boolean> {
  const endMs = performance.now() + patienceMs;
  while (true) {
    const shown = (await query(text).catch(() => [])).map(show).toSorted();
    if (JSON.stringify(shown) === JSON.stringify(wanted)) return true;
    if (performance.now() > endMs) assert.deepEqual(shown, wanted, text);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
