/** Usage and autoscaling as the real kubectl sees them, on real containers with real load. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { accessibilityProblems, missingBrowser, openBrowser } from "./browser.ts";
import { kubectlPrograms } from "./clients.ts";
import {
  bringUpCluster,
  eventually,
  loadExamples,
  missingForContainers,
  missingKubectl,
  run,
  type TestCluster,
} from "./cluster.ts";

const missingSimulated = missingKubectl();
const skipSimulated = missingSimulated === undefined ? false : missingSimulated;
const missing = missingForContainers();
const skip = missing === undefined ? false : missing;

let cluster: TestCluster;

before(async () => {
  if (missing !== undefined) return;
  cluster = await bringUpCluster();
  await loadExamples(cluster, ["hello", "toolbox"]);
  await cluster.kubectlWith(hello, "apply", "-f", "-");
  await cluster.kubectl("rollout", "status", "deployment/hello", "--timeout=60s");
});

after(async () => {
  if (missing === undefined) await cluster[Symbol.asyncDispose]();
});

test("usage is there as soon as a pod runs, and every kubectl shows it", { skip }, async () => {
  const usage = await cluster.eventually(["top", "pods", "--containers", "--no-headers"], (text) =>
    text.includes("hello"),
  );
  assert.match(usage, /^hello-\S+ +hello +\d+m +\d+Mi *$/m);
  await cluster.eventually(["top", "nodes", "--no-headers"], (text) => text.includes("node-1"));
  for (const { name, program } of kubectlPrograms()) {
    const show = async (...words: readonly string[]) =>
      (await run(program, ["top", ...words], { env: cluster.env })).stdout;
    assert.match(await show("nodes"), /^node-1 +\d+m +\d+% +\d+Mi +\d+% *$/m, name);
    assert.match(await show("pods", "-A", "--sum"), /^ +\d+m +\d+Mi *$/m, name);
    assert.match(await show("pods", "-l", "app=hello"), /^hello-\S+ +\d+m +\d+Mi *$/m, name);
  }
});

test("kubectl autoscale: processor time grows a Deployment by the formula", { skip }, async () => {
  const words = ["deployment", "hello", "--cpu-percent=50", "--min=1", "--max=10"];
  await cluster.kubectl("autoscale", ...words);
  await impatient("hello");
  await startLoad("/burn?ms=200");
  await checkGrowth("cpu", 50);
  await stopLoad();
  await cluster.eventually(sizeOf("hello"), (size) => size === "1");
  const listed = await cluster.kubectl("get", "hpa", "hello", "--no-headers");
  assert.match(listed, /^hello +Deployment\/hello +cpu: \d+%\/50% +1 +10 +\d+ /);
  await cluster.kubectl("delete", "hpa", "hello");
});

test("what another autoscaler would have made of that load", { skip }, async () => {
  await cluster.kubectl("autoscale", "deployment", "hello", "--cpu-percent=50", "--max=10");
  await impatient("hello");
  const found = await cluster.kubectl("get", "hpa", "hello", "-o", "yaml");
  const file = path.join(cluster.directory, "careful.yaml");
  writeFileSync(file, found.replace("averageUtilization: 50", "averageUtilization: 10"));
  await startLoad("/burn?ms=200");
  const words = [
    "simulate",
    "hpa",
    "hello",
    "--replay",
    "2m",
    "--compare",
    "-f",
    file,
    "-o",
    "json",
  ];
  // The load is in the records as soon as it was scraped twice.
  const printed = await eventually(() => cluster.wherry(...words), isHungrier);
  assert.deepEqual(
    runsOf(printed).map(({ name }) => name),
    ["hello", "careful"],
  );
  await stopLoad();
  await cluster.eventually(sizeOf("hello"), (size) => size === "1");
  await cluster.kubectl("delete", "hpa", "hello");
});

/** Whether the second autoscaler would have run more pods than the first. */
function isHungrier(printed: string): boolean {
  const [own = 0, careful = 0] = runsOf(printed).map(({ summary }) => summary.podHours);
  return careful > own;
}

function runsOf(printed: string): readonly SimulatedRun[] {
  const { runs } = JSON.parse(printed) as { readonly runs: readonly SimulatedRun[] };
  return runs;
}

interface SimulatedRun {
  readonly name: string;
  readonly summary: { readonly podHours: number };
}

test("memory grows a Deployment by the formula", { skip }, async () => {
  await cluster.kubectlWith(byMemory, "apply", "-f", "-");
  await startLoad("/hold?mb=24&ms=9000");
  await checkGrowth("memory", 100);
  await stopLoad();
  await cluster.eventually(sizeOf("hello"), (size) => size === "1");
  await cluster.kubectl("delete", "hpa", "hello");
});

test("what cannot work says so, and the size stays", { skip }, async () => {
  await cluster.kubectl("create", "deployment", "plain", "--image=hello:1", "--replicas=2");
  await cluster.kubectl("rollout", "status", "deployment/plain", "--timeout=60s");
  await cluster.kubectl("autoscale", "deployment", "plain", "--cpu-percent=50", "--max=5");
  const why = "missing request for cpu in container hello of Pod plain-";
  const described = await cluster.eventually(
    ["describe", "hpa", "plain"],
    (text) => text.includes("FailedComputeMetricsReplicas") && text.includes(why),
  );
  assert.match(described, /ScalingActive +False +FailedGetResourceMetric/);
  assert.equal(await cluster.kubectl(...sizeOf("plain")), "2");
  const words = ["deployment", "plain", "--cpu-percent=50", "--min=9", "--max=5", "--name=wrong"];
  const refused = await cluster.tryKubectl("autoscale", ...words);
  assert.notEqual(refused.status, 0);
});

test("simulated pods are scaled by what their annotations say", {
  skip: skipSimulated,
}, async (t) => {
  const flags = ["--runtime", "simulated", "--nodes", "2", "--monitor-port", "0"];
  await using simulated = await bringUpCluster(...flags);
  await simulated.kubectlWith(pretender, "apply", "-f", "-");
  await simulated.kubectl("autoscale", "deployment", "web", "--cpu-percent=50", "--max=3");
  const react = "autoscaling.wherry/react=samples";
  await simulated.kubectl("annotate", "hpa", "web", react);
  const target = await simulated.eventually(["get", "hpa", "web", "--no-headers"], (text) =>
    text.includes("cpu: 20%/50%"),
  );
  assert.match(target, / 1 +3 +1 /);
  const busy = "simulated.wherry/cpu=90m";
  await simulated.kubectl("annotate", "pods", "-l", "app=web", "--overwrite", busy);
  await simulated.eventually(sizeOf("web"), (size) => size === "2");
  const words = ["get", "scalingdecisions", "-l", "autoscaler=web", "--no-headers"];
  const decisions = await simulated.eventually(words, (text) => text.includes("scaled"));
  assert.match(decisions, /1 +2 +scaled +90% \/ 50% = 1\.8; ceil\(1\.8 × 1\) = 2/);
  await t.test("the pages show it", { skip: missingBrowser() ?? false }, () => pagesOf(simulated));
});

/** What the pages about a cluster show of the one with the two pods of `pretender`. */
async function pagesOf({ directory }: TestCluster): Promise<void> {
  const { monitorPort } = JSON.parse(readFileSync(`${directory}/cluster.json`, "utf8")) as {
    readonly monitorPort: number;
  };
  await using browser = await openBrowser();
  for (const look of looks) {
    const page = await browser.newPage({ viewport: { width: look.width, height: 800 } });
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.emulateMedia({ colorScheme: look.colorScheme });
    for (const [place, texts] of pages) {
      await page.goto(`http://127.0.0.1:${monitorPort}/${place}`);
      for (const text of texts) await page.locator("main").getByText(text).first().waitFor();
      assert.deepEqual(await accessibilityProblems(page), [], place);
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      assert.ok(width <= look.width, `${place}: nothing sticks out of ${look.width}: ${width}`);
    }
    assert.deepEqual(errors, []);
  }
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${monitorPort}/query`);
  await page.getByRole("link", { name: "Pods" }).click();
  await page.getByText("90m used").first().waitFor();
  await page.getByRole("searchbox").fill("nobody");
  await page.getByText("None.").waitFor();
  await page.getByRole("link", { name: "Autoscalers" }).click();
  const chart = page.getByRole("img", { name: "Replicas: actual and desired over time" });
  await chart.locator("canvas").waitFor();
  await chart.hover();
  await page.getByText("The decision under the pointer.").waitFor();
  await page.getByText("decisions, the latest first").click();
  await page.getByText("90% / 50% = 1.8; ceil(1.8 × 1) = 2").first().waitFor();
  await page.getByRole("button", { name: "6h", exact: true }).click();
  await page.getByRole("img", { name: "cpu: measured and target over time" }).waitFor();
  assert.deepEqual(await accessibilityProblems(page), []);
}

const looks = [
  { width: 1200, colorScheme: "light" },
  { width: 390, colorScheme: "dark" },
] as const;

// Each page, and what it shows.
const pages: readonly (readonly [path: string, texts: readonly (string | RegExp)[]])[] = [
  ["nodes", ["node-2", /^\d+m of \d+(m| cores) used, \d+m requested, limits 0m$/]],
  ["pods", ["90m used, 100m requested, no limit", "1 of 1 ready"]],
  ["autoscalers", ["Deployment/web", "cpu: 90% / 50%", "Replicas", "The latest decision"]],
];

/** What `replicas` and the figures of the moment of scaling say fits together. */
async function checkGrowth(resource: string, targetPercent: number): Promise<void> {
  const words = ["get", "hpa", "hello", "-o", "json"];
  const grown = await cluster.eventually(words, (text) => statusOf(text).desiredReplicas > 1);
  const { currentReplicas, desiredReplicas, currentMetrics = [] } = statusOf(grown);
  const percent = currentMetrics[0]?.resource.current.averageUtilization ?? 0;
  assert.equal(currentMetrics[0]?.resource.name, resource);
  const wanted = Math.ceil((currentReplicas * percent) / targetPercent);
  assert.equal(desiredReplicas, Math.min(wanted, Math.max(4, 2 * currentReplicas)));
  await cluster.eventually(sizeOf("hello"), (size) => Number(size) >= desiredReplicas);
  const events = await cluster.eventually(["describe", "hpa", "hello"], (text) =>
    text.includes("SuccessfulRescale"),
  );
  const because = `${resource} resource utilization (percentage of request) above target`;
  assert.ok(events.includes(`New size: ${desiredReplicas}; reason: ${because}`), events);
}

interface AutoscalerStatus {
  readonly currentReplicas: number;
  readonly desiredReplicas: number;
  readonly currentMetrics?: readonly {
    readonly resource: {
      readonly name: string;
      readonly current: { readonly averageUtilization: number };
    };
  }[];
}

function statusOf(text: string): AutoscalerStatus {
  return (JSON.parse(text) as { readonly status: AutoscalerStatus }).status;
}

function sizeOf(deployment: string): readonly string[] {
  return ["get", "deployment", deployment, "-o", "jsonpath={.spec.replicas}"];
}

/** Shrinks after five seconds rather than five minutes, as fast as it grows without rules. */
async function impatient(name: string): Promise<void> {
  const policies = [
    { type: "Pods", value: 3, periodSeconds: 15 },
    { type: "Percent", value: 100, periodSeconds: 15 },
  ];
  const behavior = { scaleUp: { policies }, scaleDown: { stabilizationWindowSeconds: 5 } };
  const body = JSON.stringify({ spec: { behavior } });
  await cluster.kubectl("patch", "hpa", name, "--type=merge", "-p", body);
}

/** Two clients inside the cluster that ask for this path again and again. */
async function startLoad(path: string): Promise<void> {
  const loop = `while true; do curl -s -m 12 'http://hello${path}' >/dev/null || sleep 0.2; done`;
  const containers = ["a", "b"].map((name) => ({
    name,
    image: "toolbox:1",
    imagePullPolicy: "IfNotPresent",
    command: ["sh", "-c", loop],
  }));
  const spec = { terminationGracePeriodSeconds: 0, containers };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "load" }, spec };
  await cluster.kubectlWith(JSON.stringify(pod), "apply", "-f", "-");
}

async function stopLoad(): Promise<void> {
  await cluster.kubectl("delete", "pod", "load", "--grace-period=0", "--force");
}

const hello = `apiVersion: apps/v1
kind: Deployment
metadata: {name: hello}
spec:
  replicas: 1
  selector: {matchLabels: {app: hello}}
  template:
    metadata: {labels: {app: hello}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: hello
          image: hello:1
          imagePullPolicy: IfNotPresent
          ports: [{name: http, containerPort: 8080}]
          readinessProbe: {httpGet: {path: /healthz, port: http}, periodSeconds: 1}
          resources: {requests: {cpu: 50m, memory: 16Mi}}
---
apiVersion: v1
kind: Service
metadata: {name: hello}
spec:
  selector: {app: hello}
  ports: [{port: 80, targetPort: http}]
`;

const pretender = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations: {simulated.wherry/cpu: 20m}
    spec:
      containers: [{name: app, image: web, resources: {requests: {cpu: 100m}}}]
`;

const byMemory = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: hello}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: hello}
  minReplicas: 1
  maxReplicas: 6
  metrics:
    - type: Resource
      resource: {name: memory, target: {type: Utilization, averageUtilization: 100}}
  behavior:
    scaleUp: {policies: [{type: Pods, value: 3, periodSeconds: 15}, {type: Percent, value: 100, periodSeconds: 15}]}
    scaleDown: {stabilizationWindowSeconds: 5}
`;
