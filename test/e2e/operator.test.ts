/** The Prometheus Operator's objects on real containers: applied with kubectl, watched by the cluster itself. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { json } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { bringUpCluster, loadExamples, missingForContainers, type TestCluster } from "./cluster.ts";

const missing = missingForContainers();
const skip = missing === undefined ? false : missing;
/** Within this time an object that was applied or deleted must show. */
const noticeMs = 5_000;
const pollMs = 100;

let cluster: TestCluster;
let engine = "";
let alertmanager = "";

before(async () => {
  if (missing !== undefined) return;
  cluster = await bringUpCluster("--monitor-port", "0");
  await loadExamples(cluster, ["hello"]);
  const config = JSON.parse(readFileSync(`${cluster.directory}/cluster.json`, "utf8")) as {
    readonly monitorPort: number;
    readonly alertingPort: number;
  };
  engine = `http://127.0.0.1:${config.monitorPort}`;
  alertmanager = `http://127.0.0.1:${config.alertingPort}`;
  await cluster.kubectlWith(workload, "apply", "-f", "-");
  await cluster.kubectl("rollout", "status", "deployment/web", "--timeout=60s");
  // Whatever was there from the start is known before the first object comes.
  await shows(90_000, async () => (await targets("prometheus")).join(), "up");
});

after(async () => {
  if (missing === undefined) await cluster[Symbol.asyncDispose]();
});

const workload = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: app, image: "hello:1", imagePullPolicy: Never, ports: [{name: http, containerPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
`;

const monitor = `
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web}
spec: {selector: {matchLabels: {app: web}}, endpoints: [{port: http, interval: 1s}]}
`;

const rule = `
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: always}
spec: {groups: [{name: g, rules: [{alert: Always, expr: vector(1), labels: {namespace: default}}]}]}
`;

test("a ServiceMonitor and a PrometheusRule become a target and an alert, and go again", {
  skip,
}, async () => {
  const job = "serviceMonitor/default/web/0";
  await cluster.kubectlWith(`${monitor}---${rule}`, "apply", "-f", "-");
  await shows(noticeMs, async () => (await targets(job)).join(), "up");
  await shows(noticeMs, () => alerts("Always"), "firing");
  await shows(noticeMs, () => routed("Always"), "1");
  await cluster.kubectlWith(`${monitor}---${rule}`, "delete", "-f", "-");
  await shows(noticeMs, async () => (await targets(job)).join(), "");
  await shows(noticeMs, () => alerts("Always"), "");
});

test("an object that cannot be used says so, and the others go on", { skip }, async () => {
  const broken = monitor
    .replace("name: web}", "name: broken}")
    .replace("interval: 1s", "basicAuth: {username: {name: gone, key: user}}");
  await cluster.kubectlWith(`${monitor}---${broken}`, "apply", "-f", "-");
  await shows(noticeMs, async () => (await targets("serviceMonitor/default/web/0")).join(), "up");
  const why = 'endpoints[0]: basicAuth: unable to get secret "gone": secrets "gone" not found';
  const path = "{.status.bindings[0].conditions[0].message}";
  await cluster.eventually(
    ["get", "servicemonitor", "broken", "-o", `jsonpath=${path}`],
    (message) => message === why,
  );
  await cluster.eventually(["describe", "servicemonitor", "broken"], (text) =>
    text.includes(`"default/broken" was rejected due to invalid configuration: ${why}`),
  );
  await cluster.kubectlWith(broken, "delete", "-f", "-");
});

test("monitor why goes from the selector to the scrape", { skip }, async () => {
  await cluster.kubectlWith(monitor, "apply", "-f", "-");
  await shows(noticeMs, async () => (await targets("serviceMonitor/default/web/0")).join(), "up");
  const good = await why("servicemonitor/web");
  assert.equal(good.status, 0, good.stdout);
  assert.match(good.stdout, /^✓ selector app=web finds 1 service: default\/web$/m);
  assert.match(good.stdout, /^✓ http:\/\/10\.42\.[\d.]+:8080\/metrics is up, last scraped at /m);

  await cluster.kubectlWith(monitor.replace("port: http", "port: metrics"), "apply", "-f", "-");
  await shows(noticeMs, async () => (await targets("serviceMonitor/default/web/0")).join(), "");
  const wrongPort = await why("smon/web");
  assert.equal(wrongPort.status, 1);
  assert.match(wrongPort.stdout, /^✗ endpoint 0: no selected service has a port named "metrics"/m);
  const lastLine = wrongPort.stdout.trimEnd().split("\n").at(-1);
  assert.equal(lastLine, "Set spec.endpoints[0].port to the name of a port of the Service.");

  const absent = await why("servicemonitor/gone");
  assert.equal(absent.status, 1);
  assert.match(absent.stderr, /servicemonitors.monitoring.coreos.com "gone" not found/);
});

function why(object: string) {
  return cluster.wherry("monitor", "why", object);
}

/** The health of each target of a job. */
async function targets(job: string): Promise<readonly string[]> {
  const answer = (await ask(`${engine}/api/v1/targets?state=active&scrapePool=${job}`)) as {
    readonly data: { readonly activeTargets: readonly { readonly health: string }[] };
  };
  return answer.data.activeTargets.map(({ health }) => health);
}

/** The states of the alerts of a name. */
async function alerts(name: string): Promise<string> {
  const answer = (await ask(`${engine}/api/v1/alerts`)) as {
    readonly data: {
      readonly alerts: readonly {
        readonly labels: Readonly<Record<string, string>>;
        readonly state: string;
      }[];
    };
  };
  const own = answer.data.alerts.filter(({ labels }) => labels["alertname"] === name);
  return own.map(({ state }) => state).join();
}

/** How many alerts of a name the cluster's Alertmanager knows. */
async function routed(name: string): Promise<string> {
  const known = await ask(`${alertmanager}/api/v2/alerts?filter=alertname%3D${name}`);
  return String((known as readonly unknown[]).length);
}

function ask(url: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    get(url, (response) => void json(response).then(resolve, reject)).on("error", reject);
  });
}

/** Asks until the answer is the wanted one, for as long as that may take. */
async function shows(forMs: number, look: () => Promise<string>, want: string): Promise<void> {
  const endMs = performance.now() + forMs;
  let last = "";
  while (performance.now() < endMs) {
    last = await look().catch((error: unknown) => String(error));
    if (last === want) return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  assert.equal(last, want);
}
