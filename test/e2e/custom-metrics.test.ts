/** Scaling by what an application tells of itself, as the real kubectl sees it, on real containers. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bringUpCluster, loadExamples, missingForContainers, type TestCluster } from "./cluster.ts";

const missing = missingForContainers();
const skip = missing === undefined ? false : missing;

let cluster: TestCluster;

before(async () => {
  if (missing !== undefined) return;
  cluster = await bringUpCluster();
  await loadExamples(cluster, ["hello", "toolbox"]);
  await cluster.kubectl("create", "namespace", "monitoring");
  await cluster.kubectlWith(rules, "apply", "-f", "-");
  await cluster.kubectlWith(hello, "apply", "-f", "-");
  await cluster.kubectl("rollout", "status", "deployment/hello", "--timeout=60s");
});

after(async () => {
  if (missing === undefined) await cluster[Symbol.asyncDispose]();
});

const custom = "/apis/custom.metrics.k8s.io";
const external = "/apis/external.metrics.k8s.io/v1beta1";
const pods = "namespaces/default/pods/*/hello_requests?labelSelector=app%3Dhello";

test("what an application counts is a metric of its pods", { skip }, async () => {
  const list = await cluster.eventually(["get", "--raw", `${custom}/v1beta1/${pods}`], (text) =>
    text.includes('"metricName":"hello_requests"'),
  );
  assert.match(
    list,
    /^\{"kind":"MetricValueList","apiVersion":"custom\.metrics\.k8s\.io\/v1beta1","metadata":\{\},"items":\[\{"describedObject":\{"kind":"Pod","namespace":"default","name":"hello-[^"]+","apiVersion":"\/v1"\},"metricName":"hello_requests","timestamp":"[^"]+Z","value":"\d+m?","selector":null\}\]\}\s*$/,
  );
  const discovered = await cluster.kubectl("get", "--raw", `${custom}/v1beta2`);
  assert.match(discovered, /\{"name":"pods\/hello_requests","singularName":"","namespaced":true,/);
  const unknown = await cluster.tryKubectl(
    "get",
    "--raw",
    `${custom}/v1beta2/namespaces/default/pods/*/nothing`,
  );
  assert.match(unknown.stderr, /the server could not find the metric nothing for pods/);
});

test("a rule that is wrong is told of by an Event, and the others go on", { skip }, async () => {
  const words = ["get", "events", "-n", "monitoring", "-o", "jsonpath={.items[*].message}"];
  const told = await cluster.eventually(words, (text) => text.includes("rules[1]: "));
  assert.match(told, /unable to fetch metrics for query "up\{"/);
  assert.match(await cluster.kubectl("get", "--raw", external), /"name":"hello_rate"/);
});

test("an autoscaler goes by a metric of pods, by the formula", { skip }, async () => {
  await cluster.kubectlWith(autoscaler("Pods", podsMetric), "apply", "-f", "-");
  const status = await grown();
  const [metric] = status.currentMetrics ?? [];
  const average = amountOf(metric?.pods?.current.averageValue);
  const wanted = Math.ceil((status.currentReplicas * average) / 2);
  assert.equal(
    status.desiredReplicas,
    Math.min(wanted, 4, Math.max(4, 2 * status.currentReplicas)),
  );
  const described = await cluster.kubectl("describe", "hpa", "hello");
  assert.match(described, /"hello_requests" on pods: +\d+m? \/ 2/);
  assert.match(described, /ScalingActive +True +ValidMetricFound/);
  await startAnew();
});

test("an autoscaler goes by an external metric, by the formula", { skip }, async () => {
  await cluster.kubectlWith(autoscaler("External", externalMetric), "apply", "-f", "-");
  const status = await grown();
  const [metric] = status.currentMetrics ?? [];
  const average = amountOf(metric?.external?.current.averageValue);
  assert.ok(average > 0);
  const described = await cluster.kubectl("describe", "hpa", "hello");
  assert.match(described, /"hello_rate" \(target average value\): +\d+m? \/ 2/);
  await startAnew();
});

test("a ScaledObject brings the first pod and sends the last away", { skip }, async () => {
  await cluster.kubectlWith(worker, "apply", "-f", "-");
  await cluster.eventually(sizeOf("worker"), (size) => size === "2");
  const shown = await cluster.kubectl("get", "scaledobject", "worker", "--no-headers");
  assert.match(
    shown,
    /^worker +apps\/v1\.Deployment +worker +0? *2 +True +True +False +False +prom/,
  );
  const listed = await cluster.kubectl("get", "hpa", "keda-hpa-worker", "--no-headers");
  assert.match(listed, /^keda-hpa-worker +Deployment\/worker +\d+m?\/2 \(avg\) +1 +2 /);
  await cluster.kubectl("delete", "pod", "load", "--grace-period=0", "--force");
  await cluster.eventually(sizeOf("worker"), (size) => size === "0");
  const described = await cluster.kubectl("describe", "scaledobject", "worker");
  assert.match(described, /KEDAScaleTargetActivated .* keda-operator +Scaled apps\/v1\.Deployment/);
  assert.match(described, /KEDAScaleTargetDeactivated .* keda-operator +Deactivated/);
  await cluster.kubectl("delete", "scaledobject", "worker");
  const left = await cluster.tryKubectl("get", "hpa", "keda-hpa-worker");
  if (left.status === 0) {
    await cluster.eventually(["get", "hpa", "-o", "name"], (text) => !text.includes("worker"));
  }
});

interface AutoscalerStatus {
  readonly currentReplicas: number;
  readonly desiredReplicas: number;
  readonly currentMetrics?: readonly {
    readonly pods?: { readonly current: { readonly averageValue: string } };
    readonly external?: { readonly current: { readonly averageValue: string } };
  }[];
}

/** The status of the moment in which the autoscaler asked for more pods. */
async function grown(): Promise<AutoscalerStatus> {
  const statusOf = (text: string) =>
    (JSON.parse(text) as { readonly status: AutoscalerStatus }).status;
  const words = ["get", "hpa", "hello", "-o", "json"];
  const found = await cluster.eventually(words, (text) => statusOf(text).desiredReplicas > 1);
  return statusOf(found);
}

async function startAnew(): Promise<void> {
  await cluster.kubectl("delete", "hpa", "hello");
  await cluster.kubectl("scale", "deployment", "hello", "--replicas=1");
  await cluster.kubectl("rollout", "status", "deployment/hello", "--timeout=60s");
}

function amountOf(text = ""): number {
  return text.endsWith("m") ? Number(text.slice(0, -1)) / 1_000 : Number(text);
}

function sizeOf(deployment: string): readonly string[] {
  return ["get", "deployment", deployment, "-o", "jsonpath={.spec.replicas}"];
}

function autoscaler(type: string, metric: object): string {
  return JSON.stringify({
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "hello" },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "hello" },
      maxReplicas: 4,
      metrics: [{ type, ...metric }],
    },
  });
}

const target = { type: "AverageValue", averageValue: "2" };
const podsMetric = { pods: { metric: { name: "hello_requests" }, target } };
const externalMetric = { external: { metric: { name: "hello_rate" }, target } };

const rules = `apiVersion: v1
kind: ConfigMap
metadata: {name: adapter-config, namespace: monitoring}
data:
  config.yaml: |
    rules:
    - seriesQuery: '{namespace!="",pod!="",__name__!~"^container_.*"}'
      resources: {template: <<.Resource>>}
      name: {matches: ^(.*)_total$}
      metricsQuery: sum(rate(<<.Series>>{<<.LabelMatchers>>}[1m])) by (<<.GroupBy>>)
    - seriesQuery: 'up{'
      metricsQuery: nothing
    externalRules:
    - seriesQuery: hello_requests_total
      name: {as: hello_rate}
      resources: {overrides: {namespace: {resource: namespace}}}
      metricsQuery: sum(rate(<<.Series>>{<<.LabelMatchers>>}[1m]))
`;

const hello = `apiVersion: apps/v1
kind: Deployment
metadata: {name: hello}
spec:
  replicas: 1
  selector: {matchLabels: {app: hello}}
  template:
    metadata:
      labels: {app: hello}
      annotations: {prometheus.io/scrape: "true", prometheus.io/port: "8080"}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: hello
          image: hello:1
          imagePullPolicy: IfNotPresent
          ports: [{name: http, containerPort: 8080}]
          readinessProbe: {httpGet: {path: /healthz, port: http}, periodSeconds: 1}
          resources: {requests: {cpu: 10m, memory: 16Mi}}
---
apiVersion: v1
kind: Service
metadata: {name: hello}
spec:
  selector: {app: hello}
  ports: [{port: 80, targetPort: http}]
---
apiVersion: v1
kind: Pod
metadata: {name: load}
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: load
      image: toolbox:1
      imagePullPolicy: IfNotPresent
      command: [sh, -c, "while true; do curl -s -m 5 http://hello/ >/dev/null; sleep 0.1; done"]
`;

const worker = `apiVersion: apps/v1
kind: Deployment
metadata: {name: worker}
spec:
  replicas: 0
  selector: {matchLabels: {app: worker}}
  template:
    metadata: {labels: {app: worker}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - {name: worker, image: "toolbox:1", imagePullPolicy: IfNotPresent, command: [sleep, "3600"]}
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: worker}
spec:
  scaleTargetRef: {name: worker}
  pollingInterval: 2
  cooldownPeriod: 4
  maxReplicaCount: 2
  triggers:
    - type: prometheus
      metadata:
        serverAddress: http://prometheus.monitoring.svc:9090
        query: sum(rate(hello_requests_total[30s]))
        threshold: "2"
        activationThreshold: "4"
`;
