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

test("status says where the pages are", { skip }, async () => {
  const { stdout } = await cluster.wherry("status");
  assert.ok(stdout.includes(`monitoring at ${url}`), stdout);
});

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
